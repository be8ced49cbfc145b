# shellcheck shell=bash
# Fresh Debian systems in folders of their own, for building and installing. To be sourced; root only.
#
#     lay_out SUITE FOLDER          unpack a fresh SUITE there; the first time it is fetched, then it is kept
#     reach_index FOLDER            let pip in there reach the package index as pip here does
#     inside FOLDER COMMAND...      run a command in there, with no more environment than PASSED names
#
# Mounts can't be left behind: they are in a namespace that ends with the command, however it ends.

# DEBIAN_SYSTEMS: the folder of fresh systems, for a caller whose home is not the user's.
CACHE=${DEBIAN_SYSTEMS:-${XDG_CACHE_HOME:-$HOME/.cache}/bindtool/debian}
KEPT_DAYS=14 # a system that is kept for longer has too many updates to fetch

[ "$(id -u)" -eq 0 ] || { echo "Only root can make Debian systems in folders. Try it with sudo." >&2; exit 2; }

# On Debian the mirror that apt uses on this machine, which is reachable; elsewhere debootstrap's default.
mirror() {
    local release
    release=$(. /etc/os-release && [ "$ID" = debian ] && echo "$VERSION_CODENAME") || return 0
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v release="$release" '$1 == release && $2 == "main" && $3 ~ /^https?:/ { print $3; found = 1; exit }
                                   END { exit !found }' ||
        { echo "apt names no mirror with $release main here." >&2; return 1; }
}

lay_out() {
    local suite=$1 folder=$2
    local kept=$CACHE/$suite.tar.zst
    if [ -z "$(find "$kept" -mtime -$KEPT_DAYS 2>/dev/null)" ]; then
        fetch "$suite" "$kept"
    fi
    mkdir -p "$folder"
    tar --extract --file "$kept" --directory "$folder"
    cp /etc/resolv.conf /etc/hosts "$folder/etc/"
}

# Stores a fresh system as an archive. A partial one is deleted with its folder.
fetch() {
    local suite=$1 kept=$2 site making
    site=$(mirror)
    mkdir -p "$CACHE"
    making=$(mktemp --directory "$CACHE/making.XXXXXX")
    (
        trap 'rm -rf "$making"' EXIT
        echo "Fetching a fresh Debian $suite"
        unshare --mount debootstrap --variant=minbase "$suite" "$making/tree" ${site:+"$site"} >"$making/log" 2>&1 ||
            { tail -n 20 "$making/log" >&2; exit 1; }
        # The route to the mirror depends on this machine, and its apt knows it.
        apt-config dump Acquire >"$making/tree/etc/apt/apt.conf.d/50reach"
        printf '%s\n' 'APT::Install-Recommends "false";' 'Dpkg::Use-Pty "0";' 'quiet "2";' \
            >"$making/tree/etc/apt/apt.conf.d/50quiet"
        rm -rf "$making"/tree/var/cache/apt/archives/*.deb
        tar --create --zstd --file "$making/system" --directory "$making/tree" .
        mv "$making/system" "$kept"
    )
}

# Like the mirror, access to the package index depends on this machine: an index of its own, a certificate.
reach_index() {
    local folder=$1 python=${PYTHON:-python3} setting value
    local certificate
    {
        echo '[global]'
        for setting in index-url extra-index-url trusted-host proxy; do
            value=$("$python" -m pip config get "global.$setting" 2>/dev/null) || continue
            echo "$setting = $value"
        done
        certificate=$("$python" -m pip config get global.cert 2>/dev/null) || true
        certificate=${certificate:-${PIP_CERT:-${SSL_CERT_FILE:-}}}
        if [ -n "$certificate" ]; then
            install -D --mode 644 "$certificate" "$folder/usr/local/share/index-certificates.crt"
            echo 'cert = /usr/local/share/index-certificates.crt'
        fi
    } >"$folder/etc/pip.conf"
}

inside() {
    local folder=$1
    shift
    # shellcheck disable=SC2016 # the inner shell fills in
    unshare --mount --pid --fork --kill-child sh -ec '
        mount -t proc proc "$0/proc"
        mount -t tmpfs -o mode=1777 shm "$0/dev/shm"
        mount -t devpts -o newinstance,mode=620,ptmxmode=666,gid=5 devpts "$0/dev/pts"
        ln --symbolic --force pts/ptmx "$0/dev/ptmx"
        exec chroot "$0" env --ignore-environment PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/ \
            LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"' "$folder" ${PASSED:+"${PASSED[@]}"} "$@"
}
