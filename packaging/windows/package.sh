#!/usr/bin/env bash
# Builds the Windows packages from the output of freeze.sh in build/windows/bindtool, on Linux: the setup for one user,
# the MSI per machine and the portable zip, in dist/windows with an SBOM, winget's manifests, the script that tries the
# setup and SHA256SUMS. Needs .venv with requirements-package.txt. Usage: packaging/windows/package.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

MOST_BYTES=25000000

missing=()
for program in makensis wixl wixl-heat msiinfo osslsigncode; do
    command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "Missing: ${missing[*]} (Debian: apt-get install nsis wixl msitools osslsigncode)" >&2
    exit 1
fi

here=packaging/windows
python=$PWD/.venv/bin/python
git=(git -c safe.directory='*')
frozen=$PWD/build/windows/bindtool
icons=$PWD/build/icons
version=$(sed --quiet 's/^__version__ = "\(.*\)"$/\1/p' bindtool/__init__.py)
setup=dist/windows/bindtool-$version-setup.exe
msi=dist/windows/bindtool-$version.msi
portable=dist/windows/bindtool-$version-windows
rm -rf dist/windows
mkdir -p dist/windows

# First the packages' contents, then the packages.
"$here/sign.sh" "$frozen/bindtool.exe" "$frozen/bindtool-cli.exe"

cp --recursive "$frozen" "$portable"
(cd dist/windows && "$python" -m zipfile -c "$(basename "$portable").zip" "$(basename "$portable")")
rm -rf "$portable"

makensis -V2 -WX -INPUTCHARSET UTF8 -DVERSION="$version" -DSOURCE="$frozen" -DICONS="$icons" \
    -DOUT="$PWD/$setup" -DSIGN="$PWD/$here/sign.sh" "$here/bindtool.nsi"

(cd "$frozen" && find . -type f -printf '%P\n' | LC_ALL=C sort) |
    wixl-heat --prefix "" --directory-ref INSTALLDIR --component-group files --var var.SOURCE --win64 \
        >build/windows/files.wxs
wixl --arch x64 -D Win64=yes -D VERSION="$version" -D SOURCE="$frozen" -D ICON="$icons/bindtool.ico" --output "$msi" \
    "$here/bindtool.wxs" build/windows/files.wxs
# "-": the variable's part goes when the package is removed (Windows Installer, "Environment Table").
msiinfo export "$msi" Environment | grep --quiet --fixed-strings -e '=-*PATH' ||
    { echo "The MSI would leave its folder on the PATH when it is removed" >&2; exit 1; }

"$here/sign.sh" "$setup" "$msi"

"$python" packaging/part_lists.py sbom "$frozen" "$("${git[@]}" rev-parse HEAD)" \
    "$("${git[@]}" log -1 --format=%ct)" "$portable.cdx.json"
"$python" "$here/winget.py" dist/windows
cp "$here/try-on-windows.cmd" dist/windows/
(cd dist/windows && sha256sum -- * >../SHA256SUMS && mv ../SHA256SUMS .)

echo "What takes the room, in bytes as they are and all together packed:"
(cd "$frozen" && find . -type f -printf '%s %P\n' | sort --numeric-sort --reverse | head -n 20)
ls -l "$setup" "$msi" "$portable.zip"
if [ "$(stat --format %s "$setup")" -gt "$MOST_BYTES" ]; then
    echo "The setup has more than $MOST_BYTES bytes" >&2
    exit 1
fi
