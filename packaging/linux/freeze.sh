#!/usr/bin/env bash
# Freezes bindtool in a Debian of its own, the oldest that it is for, so that the glibc of that one is enough for it, and
# leaves the program in FOLDER. Usage: packaging/linux/freeze.sh FOLDER. Needs root, and .venv with requirements-dev.txt
# (`make deb` sees to both).
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C # one order of lists on every machine
out=$(realpath --canonicalize-missing "$1")
cd "$(dirname "$0")/../.."
. packaging/linux/chroots.sh
. packaging/linux/system.sh

python=$PWD/.venv/bin/python
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
system=$work/system

# ---------------------------------------------------------------- the sources, as git would keep them

epoch=$(git -c safe.directory='*' log -1 --format=%ct)
mkdir "$work/source"
git -c safe.directory='*' ls-files -z --cached --others --exclude-standard -- \
    bindtool resources packaging pyproject.toml README.md LICENSE |
    xargs --null --no-run-if-empty cp --parents --target-directory "$work/source"
"$python" packaging/build_steps.py "$work/source/resources"

# ---------------------------------------------------------------- that Debian with Python, kept for the next time

suite=${SUITES[0]}
mapfile -t libraries < <(sed --quiet "s/@PYTHON@/$SUITE_PYTHON/; /^[a-z]/p" packaging/linux/build-libraries.txt)
builder=$suite-$(printf '%s\n' "${libraries[@]}" | sha256sum | head -c 12)
if [ -z "$(find "$CACHE/$builder.tar.zst" -mtime -$KEPT_DAYS 2>/dev/null)" ]; then
    lay_out "$suite" "$system"
    inside "$system" apt-get update
    inside "$system" apt-get install --yes "${libraries[@]}" >/dev/null
    inside "$system" apt-get clean
    rm -f "$CACHE/$suite"-*
    tar --create --zstd --file "$CACHE/$builder.part" --directory "$system" .
    mv "$CACHE/$builder.part" "$CACHE/$builder.tar.zst"
else
    lay_out "$builder" "$system"
fi

# ---------------------------------------------------------------- freezing

# uv resolves for that Debian's Python, whatever Python this machine has. The registry is this machine's.
mkdir "$system/build"
install=("$(dirname "$python")/uv" --quiet pip install --target "$system/build/parts" --python-version "$SUITE_PYTHON"
    --python-platform "$(uname -m)-$SUITE_WHEELS" --link-mode copy)
UV_PYTHON_DOWNLOADS=never "${install[@]}" --require-hashes \
    --requirement packaging/locks/requirements.txt --requirement packaging/locks/requirements-freeze.txt
# The interpreter path in a script's first line differs each time.
sed --in-place '/^bin\//d' "$system"/build/parts/*.dist-info/RECORD
mv "$work/source" "$system/build/source"

# One seed for all hashes, so that sets are frozen in one order.
PASSED=(PYTHONPATH=/build/parts PYTHONHASHSEED=0 SOURCE_DATE_EPOCH="$epoch" PYINSTALLER_ZLIB_COMPRESSION_LEVEL=0)
inside "$system" sh -c 'cd /build && exec python3 -m PyInstaller --noconfirm --log-level ERROR \
    --distpath dist --workpath work source/packaging/bindtool.spec'

# ---------------------------------------------------------------- system libraries the program requires

inside "$system" sh -c 'find /build/dist/bindtool -type f -exec objdump --private-headers {} + 2>/dev/null || true' \
    >"$work/headers"
find "$system/build/dist/bindtool" -printf '%f\n' | sort --unique >"$work/bundled"
awk '$1 == "NEEDED" { print $2 }' "$work/headers" | sort --unique | comm -23 - "$work/bundled" >"$work/needed"
diff <(sed --quiet "s/@LOADER@/$LOADER/; /^[a-z]/p" packaging/linux/system-needs.txt) "$work/needed" >&2 ||
    { echo "The program needs other libraries of the system (>) than system-needs.txt says (<)." >&2; exit 1; }
newest=$(grep --only-matching 'GLIBC_2\.[0-9]*' "$work/headers" | sort --version-sort | tail -n 1)
[ "$(printf '%s\n' "$newest" "GLIBC_$SUITE_GLIBC" | sort --version-sort | tail -n 1)" = "GLIBC_$SUITE_GLIBC" ] ||
    { echo "The program needs $newest; Debian $suite has GLIBC_$SUITE_GLIBC." >&2; exit 1; }

rm -rf "$out"
mkdir -p "$(dirname "$out")"
mv "$system/build/dist/bindtool" "$out"
