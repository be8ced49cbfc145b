#!/usr/bin/env bash
# Makes bindtool.app, its disk image and an SBOM in dist/macos, on a Mac, with .venv set up and requirements-freeze.txt and
# requirements-package.txt in it.
# UNVERIFIED: written for the release workflow, and never run so far. Usage: packaging/macos/package.sh
#
#   MACOS_IDENTITY      the name of a "Developer ID Application" certificate in the keychain; without it the program is
#                       not signed, and macOS refuses to open it until a person allows it
#   MACOS_NOTARY        a profile that `xcrun notarytool store-credentials` has stored; without it Apple does not know
#                       the program, and macOS warns
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' bindtool/__init__.py)
app=dist/macos/bindtool.app
image=dist/macos/bindtool-$version-$(uname -m).dmg
parts=dist/macos/bindtool-$version-macos-$(uname -m).cdx.json

.venv/bin/python packaging/icons.py build/icons
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0
.venv/bin/python -m PyInstaller --noconfirm --clean --log-level WARN \
    --distpath dist/macos --workpath build/macos packaging/bindtool.spec

if [ -n "${MACOS_IDENTITY:-}" ]; then
    codesign --force --deep --options runtime --timestamp --entitlements packaging/macos/entitlements.plist \
        --sign "$MACOS_IDENTITY" "$app"
    codesign --verify --deep --strict "$app"
else
    echo "::warning::NOT SIGNED, there is no MACOS_IDENTITY: $app. macOS will refuse to open it at first." >&2
fi

"$app/Contents/MacOS/bindtool" --smoke --report build/macos/smoke.txt
cat build/macos/smoke.txt

rm -rf build/macos/image "$image"
mkdir build/macos/image
ditto "$app" build/macos/image/bindtool.app
ln -s /Applications build/macos/image/Applications
# hdiutil sometimes finds its own image busy.
for attempt in 1 2 3; do
    hdiutil create -volname bindtool -srcfolder build/macos/image -format UDZO -ov "$image" && break
    [ "$attempt" -lt 3 ]
    sleep 5
done

if [ -n "${MACOS_IDENTITY:-}" ]; then
    codesign --timestamp --sign "$MACOS_IDENTITY" "$image"
fi
if [ -n "${MACOS_NOTARY:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$MACOS_NOTARY" --wait
    xcrun stapler staple "$image"
else
    echo "::warning::NOT NOTARIZED, there is no MACOS_NOTARY: $image" >&2
fi
.venv/bin/python packaging/part_lists.py sbom "$app/Contents/Resources" "$(git rev-parse HEAD)" "$SOURCE_DATE_EPOCH" "$parts"
rm -rf "$app" dist/macos/bindtool
