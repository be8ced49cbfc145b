#!/usr/bin/env bash
# Signs Windows programs in place with the certificate named in the environment; without one it says so and goes on.
# Usage: packaging/windows/sign.sh FILE...
#
#   SIGNING_CERTIFICATE    a PKCS #12 file (.pfx) with certificate and key
#   SIGNING_PASSWORD       its password
#   SIGNING_TIMESTAMP_URL  an RFC 3161 server; without it a signature expires with its certificate
set -euo pipefail

if [ -z "${SIGNING_CERTIFICATE:-}" ]; then
    echo "::warning::NOT SIGNED, there is no SIGNING_CERTIFICATE: $*. Windows will warn whoever starts it." >&2
    exit 0
fi

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
# In a file, since every user of the machine can see arguments.
(umask 077 && printf %s "${SIGNING_PASSWORD:-}" >"$work/password")
options=(-pkcs12 "$SIGNING_CERTIFICATE" -readpass "$work/password" -h sha256 -n bindtool)
if [ -n "${SIGNING_TIMESTAMP_URL:-}" ]; then
    options+=(-ts "$SIGNING_TIMESTAMP_URL")
else
    echo "::warning::signed without a time stamp, there is no SIGNING_TIMESTAMP_URL: $*" >&2
fi
for file in "$@"; do
    osslsigncode sign "${options[@]}" -in "$file" -out "$work/signed" >/dev/null
    # Overwrite the existing file: it may be open, as makensis has its uninstaller.
    cat "$work/signed" >"$file"
    rm "$work/signed"
    echo "Signed: $file"
done
