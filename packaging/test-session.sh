#!/usr/bin/env bash
# Runs a command in a desktop session of its own: a session bus, an unlocked Secret Service, a display, an empty home.
# The caller's keyring, settings and display are inaccessible. The session ends with the command, whose status is
# returned. Usage: packaging/test-session.sh COMMAND [ARGUMENT...]. TEST_SCREEN: the display's pixels.
# TEST_FONTS: the available font families, the default first, such as "DejaVu Sans,WenQuanYi Micro Hei".
# shellcheck disable=SC2329 # `trap` and `await` get functions by name
set -euo pipefail

PASSWORD=PASSWORD
KEYRING=(gnome-keyring-daemon --foreground --unlock --components=secrets)

# ---------------------------------------------------------------- outside: a home and fonts of its own, and the bus

# Other installed fonts, and the system's font rendering, must not decide how wide a word is.
fonts() {
    local families
    IFS=, read -ra families <<<"${TEST_FONTS:-WenQuanYi Micro Hei}"
    cat <<'END'
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>/var/cache/fontconfig</cachedir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <selectfont>
    <rejectfont><pattern></pattern></rejectfont>
END
    printf '    <acceptfont><pattern><patelt name="family"><string>%s</string></patelt></pattern></acceptfont>\n' "${families[@]}"
    printf '  </selectfont>\n  <match target="pattern">\n'
    printf '    <edit name="family" mode="append" binding="weak"><string>%s</string></edit>\n' "${families[@]}"
    cat <<'END'
  </match>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
END
}

if [ -z "${BINDTOOL_TEST_SESSION:-}" ]; then
    session=$(mktemp --directory)
    trap 'rm -rf "$session"' EXIT
    mkdir -m 700 "$session/home" "$session/run"

    # The caller's settings for the program, for proxies and for the language must not influence a test.
    for name in "${!BINDTOOL_@}" "${!LC_@}" LANGUAGE WAYLAND_DISPLAY XAUTHORITY \
        http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY; do
        unset "$name"
    done
    # Each process would compile the program and the tests again.
    unset PYTHONDONTWRITEBYTECODE
    export HOME="$session/home" XDG_RUNTIME_DIR="$session/run"
    export XDG_CACHE_HOME="$HOME/.cache" XDG_CONFIG_HOME="$HOME/.config"
    export XDG_DATA_HOME="$HOME/.local/share" XDG_STATE_HOME="$HOME/.local/state"
    mkdir -p "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME"
    export LANG=C.UTF-8 QT_QPA_PLATFORM=xcb
    export BINDTOOL_TEST_SESSION="$session"
    fonts >"$session/fonts.conf"
    export FONTCONFIG_FILE="$session/fonts.conf"
    unset TEST_FONTS

    # gnome-keyring 48 aborts when a client is gone before its answer, as one killed by a test may be. For the next
    # request the bus starts another: an unlocked one, whereas the system's service would be locked.
    mkdir -p "$XDG_RUNTIME_DIR/dbus-1/services"
    printf '%s\n' '[D-BUS Service]' 'Name=org.freedesktop.secrets' \
        "Exec=/bin/sh -c 'printf %s $PASSWORD | ${KEYRING[*]}'" \
        >"$XDG_RUNTIME_DIR/dbus-1/services/org.freedesktop.secrets.service"

    # Services started by the bus inherit its streams; the command's own input and output may carry a protocol.
    exec 8<&0 9>&1
    status=0
    dbus-run-session -- "$0" "$@" </dev/null >&2 || status=$?
    exit "$status"
fi

# ---------------------------------------------------------------- inside: the display and the keyring

session=$BINDTOOL_TEST_SESSION
unset BINDTOOL_TEST_SESSION
servers=()

end_servers() {
    if [ ${#servers[@]} -eq 2 ] && ! kill -0 "${servers[1]}" 2>/dev/null; then
        echo "gnome-keyring-daemon ended before its time:" >&2
        cat "$session/gnome-keyring-daemon.log" >&2
    fi
    kill "${servers[@]}" 2>/dev/null || true
    wait "${servers[@]}" 2>/dev/null || true
}
trap end_servers EXIT

# Waits up to 30 s until a command succeeds. Usage: await SERVER PROCESS-ID COMMAND...
await() {
    local server=$1 process=$2
    shift 2
    for _ in {1..600}; do
        "$@" && return
        kill -0 "$process" 2>/dev/null || break
        sleep 0.05
    done
    echo "$server did not start:" >&2
    cat "$session/$server.log" >&2
    exit 1
}

has_display() { [ -s "$session/display" ]; }

# Queries the bus without a call: a call would make the bus start a second keyring.
has_keyring() {
    dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep --quiet 'boolean true'
}

Xvfb -displayfd 3 -screen 0 "${TEST_SCREEN:-1366x768}x24" -nolisten tcp -noreset 3>"$session/display" >"$session/Xvfb.log" 2>&1 \
    8<&- 9>&- &
servers+=($!)
printf %s "$PASSWORD" |
    "${KEYRING[@]}" >"$session/gnome-keyring-daemon.log" 2>&1 \
        8<&- 9>&- &
servers+=($!)

await Xvfb "${servers[0]}" has_display
await gnome-keyring-daemon "${servers[1]}" has_keyring
DISPLAY=":$(<"$session/display")"
export DISPLAY

status=0
"$@" <&8 >&9 8<&- 9>&- || status=$?
exit "$status"
