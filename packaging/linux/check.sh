#!/usr/bin/env bash
# Installs dist/*.deb with apt in fresh Debian systems without Python, from a repository that a key made for it signs,
# runs its self-check there with and without a display, opens its window, binds a device, and removes it: only the user's
# data may remain.
# Usage: packaging/linux/check.sh [SUITE...], such as trixie; without one in all that the package is for. Needs root.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
. packaging/linux/chroots.sh
. packaging/linux/system.sh
[ $# -gt 0 ] || set -- "${SUITES[@]}"

# The session provides the display. Its home is deleted afterwards, so fresh systems go into the caller's cache.
if [ -z "${DEBIAN_SYSTEMS:-}" ]; then
    DEBIAN_SYSTEMS=$CACHE exec packaging/test-session.sh packaging/linux/check.sh "$@"
fi

work=$(mktemp --directory)
window=
export GNUPGHOME=$work/gnupg
trap 'kill $window 2>/dev/null || true; gpgconf --kill gpg-agent; rm -rf "$work"' EXIT
deb=(dist/*.deb)
[ ${#deb[@]} -eq 1 ] || { echo "There is not one .deb in dist/ but ${#deb[@]}." >&2; exit 1; }

mkdir --mode 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'a test that nobody trusts' rsa3072 sign 2d
install -D --mode 644 --target-directory "$work/apt" "${deb[0]}"
APT_KEY='a test that nobody trusts' packaging/linux/apt-repository.sh "$work/apt"

# The display is outside; its abstract socket is reachable from inside.
as_person() { inside "$system" setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/srv/person "$@"; }

smoke() {
    local platform=$1
    shift
    as_person timeout 60 env "$@" bindtool --smoke --report /srv/person/report || { cat "$system/srv/person/report" >&2; exit 1; }
    grep --quiet "^ok	qt	$platform," "$system/srv/person/report" ||
        { echo "not on $platform:" >&2; cat "$system/srv/person/report" >&2; exit 1; }
    cat "$system/srv/person/report"
    rm "$system/srv/person/report"
}

# The window is observed from outside, and closed by a key as a user would. A search fails if another window disappears
# meanwhile, so it is made again.
open_and_close() {
    local seen
    as_person timeout 60 env "DISPLAY=$DISPLAY" bindtool --practice &
    window=$!
    until seen=$(xdotool search --onlyvisible --name '^bindtool' 2>/dev/null | head -n 1) && [ -n "$seen" ]; do
        kill -0 $window || { echo "The program ended without a window." >&2; exit 1; }
        sleep 0.1
    done
    xdotool windowfocus --sync "$seen" key ctrl+q
    wait "$window"
    window=
}

# Every file except the databases, caches and logs of apt and dpkg.
files() {
    (cd "$system" && find . -xdev \( -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./var/cache -o -path ./var/log \
        -o -path ./proc \) -prune -o -print | sort)
}

for suite in "$@"; do
    system=$work/$suite
    lay_out "$suite" "$system"
    install -d --owner 1000 --group 1000 "$system/srv/person"
    if inside "$system" which python3; then
        echo "There is a Python in this system, so it proves nothing." >&2
        exit 1
    fi
    inside "$system" apt-get update
    # First its dependencies, so that any files left at the end are its own.
    inside "$system" apt-get satisfy --yes "$(dpkg-deb --field "${deb[0]}" Depends)" >/dev/null
    files >"$work/before"
    cp --recursive --no-target-directory "$work/apt" "$system/srv/apt"
    echo 'deb [signed-by=/srv/apt/bindtool.gpg] file:/srv/apt ./' >"$system/etc/apt/sources.list.d/bindtool.list"
    inside "$system" apt-get update
    inside "$system" apt-get install --yes bindtool >/dev/null
    inside "$system" bindtool --version

    smoke offscreen
    smoke xcb "DISPLAY=$DISPLAY"
    open_and_close
    printf 'SPK0001\nSPK0002\n' >"$system/srv/person/list"
    as_person bindtool bind /srv/person/list --practice

    inside "$system" apt-get purge --yes bindtool >/dev/null
    rm -r "$system/etc/apt/sources.list.d/bindtool.list" "$system/srv/apt"
    files >"$work/after"
    if comm -13 "$work/before" "$work/after" | grep --invert-match '^\./srv/person' | tee "$work/left" | grep .; then
        echo "The package left these behind." >&2
        exit 1
    fi
    [ -s "$system/srv/person/.local/share/bindtool/practice/bindtool.db" ] ||
        { echo "The user's data is gone." >&2; exit 1; }
    echo "Installed, looked at, opened, used and removed on Debian $suite"
    rm -rf "$system"
done
