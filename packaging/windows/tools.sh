#!/usr/bin/env bash
# Lists the tools missing on this machine to build and test the Windows packages, and fails if there are any. Wine uses
# Samba's ntlm_auth for NTLM, and has no NTLM without it.
# Usage: packaging/windows/tools.sh
set -euo pipefail

missing=()
for tool in wine:wine wineserver:wine64 xvfb-run:xvfb makensis:nsis wixl:wixl wixl-heat:wixl msiinfo:msitools \
    osslsigncode:osslsigncode openssl:openssl ntlm_auth:winbind xdotool:xdotool openbox:openbox; do
    command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
[ ${#missing[@]} -gt 0 ] || exit 0
mapfile -t packages < <(printf '%s\n' "${missing[@]}" | sort --unique)
echo "Nothing can be made for Windows here: Wine, or what goes with it, is missing." >&2
echo "Debian: apt-get install --no-install-recommends ${packages[*]}" >&2
exit 1
