#!/usr/bin/env bash
# Builds the .deb and the .rpm of this checkout in dist/, with SHA256SUMS and an SBOM, makes dist/apt a repository for apt,
# and checks them with linters. Usage: packaging/linux/package.sh [xz|gzip]. xz is for release; gzip is quicker, for a
# check.
#
#   PROJECT_ADDRESS   the address of the project, such as https://host/owner/bindtool, for the pictures and links of
#                     AppStream's description; without it there are none
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
. packaging/linux/system.sh
compression=${1:-xz}

python=.venv/bin/python
bundle=build/linux/bindtool
git=(git -c safe.directory='*')
commit=$("${git[@]}" rev-parse HEAD)
SOURCE_DATE_EPOCH=$("${git[@]}" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
version=$("$python" -c 'import bindtool; print(bindtool.__version__)')
stage=build/linux/stage
today=$(date --utc --date "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

packaging/linux/freeze.sh "$bundle"

# ---------------------------------------------------------------- installed files

share=$stage/usr/share
rm -rf "$stage"
mkdir -p dist
# dist/windows is another target's.
find dist -maxdepth 1 -type f -delete
rm -rf dist/apt
install -d "$stage/usr/lib" "$share/applications" "$share/metainfo" "$share/doc/bindtool" "$share/man/man1" \
    "$share/icons/hicolor/scalable/apps" dist
cp --recursive --no-target-directory "$bundle" "$stage/usr/lib/bindtool"
cp packaging/linux/bindtool.desktop "$share/applications/"
cp resources/icons/bindtool.svg "$share/icons/hicolor/scalable/apps/"
sizes=(48 64 128 256)
QT_QPA_PLATFORM=offscreen "$python" packaging/draw_icons.py build/linux/icons "${sizes[@]}"
for size in "${sizes[@]}"; do
    install -D --mode 644 "build/linux/icons/$size.png" "$share/icons/hicolor/${size}x$size/apps/bindtool.png"
done
left_out=()
[ -n "${PROJECT_ADDRESS:-}" ] || left_out=(-e '/<!-- needs an address -->/,/<!-- as far as here -->/d')
fill() {
    sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$today/" -e "s/@COMPRESSION@/${compression/xz/none}/" -e "s|@STAGE@|$stage|" \
        -e "s/@ARCH@/$(dpkg --print-architecture)/" -e "s/@GLIBC@/$SUITE_GLIBC/" -e "s|@PROJECT@|${PROJECT_ADDRESS:-}|" \
        "${left_out[@]}" "$1"
}
fill packaging/linux/bindtool.metainfo.xml >"$share/metainfo/bindtool.metainfo.xml"
fill packaging/linux/bindtool.1 | gzip --no-name --best >"$share/man/man1/bindtool.1.gz"
"$python" packaging/part_lists.py copyright "$bundle" >"$share/doc/bindtool/copyright"
gzip --no-name --best <CHANGELOG.md >"$share/doc/bindtool/NEWS.gz"
gzip --no-name --best >"$share/doc/bindtool/changelog.gz" <<EOF
bindtool ($version) stable; urgency=medium

  * What has changed is written in NEWS.gz.

 -- bindtool contributors <bindtool@localhost>  $(date --utc --rfc-email --date "@$SOURCE_DATE_EPOCH")
EOF
# Libraries are loaded, not executed; only the program is.
find "$stage" -type f -exec chmod 644 {} +
find "$stage" -type d -exec chmod 755 {} +
chmod 755 "$stage/usr/lib/bindtool/bindtool"
# The same commit must give the same package.
find "$stage" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +

# ---------------------------------------------------------------- the packages

fill packaging/linux/nfpm.yaml >build/linux/nfpm.yaml
for kind in deb rpm; do
    .venv/bin/nfpm package --config build/linux/nfpm.yaml --packager "$kind" --target dist/
done
if [ "$compression" = xz ]; then
    # nfpm's own xz takes several times as long.
    rm -rf build/linux/raw
    dpkg-deb --raw-extract dist/*.deb build/linux/raw
    dpkg-deb --root-owner-group -Zxz -z9 --build build/linux/raw dist/*.deb
    rm -rf build/linux/raw
fi
"$python" packaging/part_lists.py sbom "$bundle" "$commit" "$SOURCE_DATE_EPOCH" \
    "dist/bindtool-$version-linux-$(dpkg --print-architecture).cdx.json"
(cd dist && sha256sum -- *.* >SHA256SUMS)
install -D --mode 644 --target-directory dist/apt dist/*.deb
packaging/linux/apt-repository.sh dist/apt

# ---------------------------------------------------------------- linting

desktop-file-validate packaging/linux/bindtool.desktop
# The project owns no domain, and without PROJECT_ADDRESS it has no homepage.
appstreamcli validate --no-net --override=cid-desktopapp-is-not-rdns=info,url-homepage-missing=info \
    "$share/metainfo/bindtool.metainfo.xml"
lintian --profile debian --allow-root --display-info --fail-on error,warning,info dist/*.deb
ls -l dist
