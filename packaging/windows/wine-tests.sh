#!/usr/bin/env bash
# Runs tests with Windows' CPython under Wine: those of Windows' own calls, which are skipped elsewhere, and any
# others. The first call downloads their requirements besides the program's libraries into the cache.
# Usage: packaging/windows/wine-tests.sh [ARGUMENT OF PYTEST...]
set -euo pipefail
cd "$(dirname "$0")/../.."

lock=packaging/locks/requirements-dev.txt
cache=${XDG_CACHE_HOME:-$HOME/.cache}/bindtool
# Separate from the program's: freezing must not find them.
libraries=$cache/windows-tests-$(sha256sum "$lock" | cut -c 1-16)
if [ ! -d "$libraries" ]; then
    mkdir -p "$cache"
    work=$(mktemp --directory "$cache/fetching.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    .venv/bin/uv pip install --quiet --python-platform x86_64-pc-windows-msvc --python-version 3.11 \
        --target "$work/libraries" --no-deps --only-binary :all: --require-hashes --requirement "$lock"
    mv "$work/libraries" "$libraries"
fi
# For Negotiate, Wine has Kerberos look up each domain in the DNS: a lost query takes five seconds.
export KRB5_CONFIG=$cache/krb5.conf
printf '[libdefaults]\ndns_lookup_kdc = false\n' >"$KRB5_CONFIG"
export PYTHONPATH="Z:${libraries//\//\\}"
packaging/windows/wine-python.sh -m pytest "$@"
