#!/usr/bin/env bash
# Installs dist/*.deb with apt in fresh Debian systems without Python, has it look at itself there on a display and
# without one, opens its window, binds something, and removes it: nothing may be left but the user's data.
# Usage: packaging/linux/check.sh SUITE..., such as bookworm trixie. Needs root.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
. packaging/linux/chroots.sh

# The session brings the display. It also has a home of its own, where nothing would be kept.
if [ -z "${DEBIAN_SYSTEMS:-}" ]; then
    DEBIAN_SYSTEMS=$CACHE exec packaging/test-session.sh packaging/linux/check.sh "$@"
fi

work=$(mktemp --directory)
window=
trap 'kill $window 2>/dev/null || true; rm -rf "$work"' EXIT
deb=(dist/*.deb)
[ ${#deb[@]} -eq 1 ] || { echo "There is not one .deb in dist/ but ${#deb[@]}." >&2; exit 1; }

# The display is outside; its abstract socket is in reach from inside.
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

# The window is seen from outside, and closed by a key as a person would.
open_and_close() {
    local seen
    as_person timeout 60 env "DISPLAY=$DISPLAY" bindtool --practice &
    window=$!
    seen=$(timeout 30 xdotool search --sync --onlyvisible --name '^bindtool' | head -n 1)
    xdotool windowfocus --sync "$seen" key ctrl+q
    wait "$window"
    window=
}

# Every file but those in which apt and dpkg keep their books, caches and logs.
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
    # First what it needs, so that what is left in the end is its own.
    inside "$system" apt-get satisfy --yes "$(dpkg-deb --field "${deb[0]}" Depends)" >/dev/null
    files >"$work/before"
    cp "${deb[0]}" "$system/var/cache/bindtool.deb"
    inside "$system" apt-get install --yes /var/cache/bindtool.deb >/dev/null
    inside "$system" bindtool --version

    smoke offscreen
    smoke xcb "DISPLAY=$DISPLAY"
    open_and_close
    printf 'SPK0001\nSPK0002\n' >"$system/srv/person/list"
    as_person bindtool bind /srv/person/list --practice

    inside "$system" apt-get purge --yes bindtool >/dev/null
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
