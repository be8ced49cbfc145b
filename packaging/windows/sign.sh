#!/usr/bin/env bash
# Signs Windows programs in place, by a certificate or by the command of a signing service; without either it says so
# and goes on. Usage: packaging/windows/sign.sh FILE...
#
#   SIGNING_COMMAND        a command line of the shell that signs one file in place; the file is its last argument. Its
#                          secrets come from the environment: SIGNING_TOKEN, or what else the service's program reads
#
# or
#
#   SIGNING_CERTIFICATE    a PKCS #12 file (.pfx) with certificate and key
#   SIGNING_PASSWORD       its password
#   SIGNING_TIMESTAMP_URL  an RFC 3161 server; without it a signature expires with its certificate
set -euo pipefail

if [ -z "${SIGNING_COMMAND:-}${SIGNING_CERTIFICATE:-}" ]; then
    echo "::warning::NOT SIGNED, there is neither SIGNING_COMMAND nor SIGNING_CERTIFICATE: $*. Windows will warn whoever" \
        "starts it." >&2
    exit 0
fi
if [ -n "${SIGNING_COMMAND:-}" ] && [ -n "${SIGNING_CERTIFICATE:-}" ]; then
    echo "SIGNING_COMMAND and SIGNING_CERTIFICATE are both set: which one signs?" >&2
    exit 2
fi

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT

by_command() {
    cp "$1" "$2"
    bash -euc "$SIGNING_COMMAND \"\$1\"" sign "$2"
}

by_certificate() {
    osslsigncode sign -pkcs12 "$SIGNING_CERTIFICATE" -readpass "$work/password" -h sha256 -n bindtool \
        "${time_stamp[@]}" -in "$1" -out "$2" >/dev/null
}

if [ -n "${SIGNING_COMMAND:-}" ]; then
    sign=by_command
else
    sign=by_certificate
    # In a file, since every user of the machine can see arguments.
    (umask 077 && printf %s "${SIGNING_PASSWORD:-}" >"$work/password")
    time_stamp=()
    if [ -n "${SIGNING_TIMESTAMP_URL:-}" ]; then
        time_stamp=(-ts "$SIGNING_TIMESTAMP_URL")
    else
        echo "::warning::signed without a time stamp, there is no SIGNING_TIMESTAMP_URL: $*" >&2
    fi
fi
for file in "$@"; do
    # Services tell the kind by the name; that of makensis's uninstaller has another end.
    case $file in *.msi) signed=$work/signed.msi ;; *) signed=$work/signed.exe ;; esac
    "$sign" "$file" "$signed"
    if cmp --silent "$file" "$signed"; then
        echo "NOT SIGNED, though the command ended well: $file" >&2
        exit 1
    fi
    # Overwrite the existing file: it may be open, as makensis has its uninstaller.
    cat "$signed" >"$file"
    rm "$signed"
    echo "Signed: $file"
done
