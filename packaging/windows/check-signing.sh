#!/usr/bin/env bash
# Tests the signing step with a certificate made for it, which no system trusts: signs and verifies copies of the
# packages in dist/windows and of the programs, by the certificate and by a command such as a signing service has, and
# detects one that was changed afterwards.
# Usage: packaging/windows/check-signing.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey rsa:3072 -noenc -days 2 -subj "/CN=bindtool, a test that nobody trusts" \
    -addext extendedKeyUsage=codeSigning -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
openssl pkcs12 -export -inkey "$work/key.pem" -in "$work/certificate.pem" -passout pass:secret -out "$work/test.pfx"

# The last one: there is no time-stamp server to ask.
export SIGNING_CERTIFICATE=$work/test.pfx SIGNING_PASSWORD=secret SIGNING_TIMESTAMP_URL=
verify() { osslsigncode verify -CAfile "$work/certificate.pem" -in "$1" >"$work/verified" 2>&1; }

files=(build/windows/bindtool/bindtool.exe build/windows/bindtool/bindtool-cli.exe dist/windows/*-setup.exe dist/windows/*.msi)
for file in "${files[@]}"; do
    copy=$work/$(basename "$file")
    cp "$file" "$copy"
    packaging/windows/sign.sh "$copy" 2>/dev/null
    verify "$copy" || { cat "$work/verified" >&2; exit 1; }
    echo "ok  signed and verified: $(basename "$file")"
done

# In place, and its secret from the environment, as a service's program does.
cat >"$work/service" <<'END'
#!/usr/bin/env bash
set -eu
osslsigncode sign -pkcs12 "$2" -pass "$SIGNING_TOKEN" -h sha256 -in "$3" -out "$3.signed" >/dev/null
mv "$3.signed" "$3"
END
chmod +x "$work/service"
for file in "${files[0]}" "${files[3]}"; do
    copy=$work/$(basename "$file")
    cp "$file" "$copy"
    SIGNING_CERTIFICATE="" SIGNING_TOKEN=secret SIGNING_COMMAND="'$work/service' --key '$work/test.pfx'" \
        packaging/windows/sign.sh "$copy"
    verify "$copy" || { cat "$work/verified" >&2; exit 1; }
    echo "ok  signed by a command and verified: $(basename "$file")"
done

# An offset inside the signed part.
printf 'changed' | dd of="$work/bindtool.exe" bs=1 seek=100000 conv=notrunc status=none
if verify "$work/bindtool.exe"; then
    echo "A changed program passes for the signed one" >&2
    exit 1
fi
echo "ok  a changed program is found out"
said=$(SIGNING_CERTIFICATE="" packaging/windows/sign.sh "$work/bindtool.exe" 2>&1)
[[ $said == *"NOT SIGNED"* ]] || { echo "Not signing goes by in silence" >&2; exit 1; }
echo "ok  without a certificate it says so and goes on"
