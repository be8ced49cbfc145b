#!/usr/bin/env bash
# Freezes bindtool for Windows into build/windows/bindtool: on Windows with its own Python, else under Wine. Usage:
# packaging/windows/freeze.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "${OS:-}" = Windows_NT ]; then
    tools=.venv/Scripts
    python=("$tools/python")
else
    tools=.venv/bin
    python=(packaging/windows/wine-python.sh)
fi

"$tools/python" packaging/icons.py build/icons
# The same commit gives the same times in the executables and the same order of hashed collections.
SOURCE_DATE_EPOCH=$(git -c safe.directory='*' log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0
# The setup compresses everything again, and files not compressed before get a tenth smaller.
export PYINSTALLER_ZLIB_COMPRESSION_LEVEL=0
"${python[@]}" -m PyInstaller --noconfirm --clean --log-level WARN \
    --distpath build/windows --workpath build/windows-work packaging/bindtool.spec

# Wine has libraries of its own with the names of Windows'. In the package they would be useless on Windows.
if strays=$(grep --recursive --files-with-matches --binary-files=text "^.\{0,200\}Wine builtin DLL" \
    --include='*.dll' build/windows/bindtool); then
    echo "Libraries of Wine got into the package: $strays" >&2
    exit 1
fi
