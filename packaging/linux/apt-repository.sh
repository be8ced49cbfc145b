#!/usr/bin/env bash
# Makes FOLDER, which holds .deb files, a repository that apt can use: Packages and Release, and if there is a key,
# InRelease, Release.gpg and the public key bindtool.gpg. Usage: packaging/linux/apt-repository.sh FOLDER
#
#   APT_KEY             the name or fingerprint of a key in GnuPG's keyring; without it the repository is not signed, and
#                       apt takes it only where a source says [trusted=yes]
#   SOURCE_DATE_EPOCH   the time that Release names; without it, now
set -euo pipefail
shopt -s inherit_errexit
cd "$1"

rm -f Packages Packages.gz Release InRelease Release.gpg bindtool.gpg
apt-ftparchive packages . >Packages
gzip --no-name --best --keep Packages
field() { printf '%s\n' -o "APT::FTPArchive::Release::$1=$2"; }
mapfile -t fields < <(
    field Origin bindtool
    field Label bindtool
    field Suite stable
    field Architectures "$(sed --quiet 's/^Architecture: //p' Packages | sort --unique | paste --serial --delimiters ' ')"
    field Date "$(date --utc --rfc-email ${SOURCE_DATE_EPOCH:+--date "@$SOURCE_DATE_EPOCH"})"
)
apt-ftparchive "${fields[@]}" release . >released
mv released Release

if [ -z "${APT_KEY:-}" ]; then
    echo "::warning::NOT SIGNED, there is no APT_KEY: the repository in $1" >&2
    exit 0
fi
sign=(gpg --batch --yes --local-user "$APT_KEY" --digest-algo SHA512)
"${sign[@]}" --clear-sign --output InRelease Release
"${sign[@]}" --armor --detach-sign --output Release.gpg Release
gpg --batch --yes --output bindtool.gpg --export "$APT_KEY"
