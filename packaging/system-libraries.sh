#!/usr/bin/env bash
# Checks that the system libraries are installed: the window's, with --tests [PATH...] the tests' too, or those of the
# tests at these paths, with --packages also the packaging tools, with --browser a browser. On Debian and its
# derivatives root installs missing ones, other users get the command; on other Linux systems they are listed.
# PYTHON names the interpreter for the virtual environment (python3).
set -euo pipefail
cd "$(dirname "$0")"

[ "$(uname -s)" = Linux ] || exit 0

lists=(debian-libraries.txt)
chosen=()
case "${1:-}" in
    --tests)
        lists+=(debian-test-libraries.txt)
        # Of pytest's arguments, the paths: tests/core, not -q.
        for word in "${@:2}"; do
            [[ $word != tests?(/*) ]] || chosen+=("${word%%::*}")
        done
        ;;
    --browser) lists+=(debian-browser.txt) ;;
    --packages) lists+=(debian-test-libraries.txt debian-package-tools.txt) ;;
esac

# Whether one of the chosen tests is, contains or is in one of these paths; without a choice all are.
is_chosen() {
    local test path
    [ ${#chosen[@]} -gt 0 ] && [ $# -gt 0 ] || return 0
    for test in "${chosen[@]}"; do
        for path; do
            [[ ${test%/}/ != "$path"/* && $path/ != "${test%/}"/* ]] || return 0
        done
    done
    return 1
}

wanted=()
while IFS=: read -r name paths; do
    read -ra paths <<<"$paths"
    ! is_chosen "${paths[@]}" || wanted+=("$name")
done < <(grep --no-filename '^[a-z]' "${lists[@]}")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system. bindtool needs what Debian calls: ${wanted[*]}" >&2
    exit 0
fi

# Debian has the part of Python that populates a new environment in a package of its own.
if ! "${PYTHON:-python3}" -c "import ensurepip, venv" 2>/dev/null; then
    wanted+=(python3-venv)
fi

# Each installed package by its name and by those it provides: libglib2.0-0t64 also provides libglib2.0-0.
present=$(
    dpkg-query --show --showformat '${db:Status-Status}|${Architecture}|${Package}, ${Provides}\n' |
        awk -F '|' -v machine="$(dpkg --print-architecture)" '
            $1 == "installed" && ($2 == machine || $2 == "all") {
                count = split($3, names, /, */)
                for (i = 1; i <= count; i++) { sub(/ .*/, "", names[i]); print names[i] }
            }'
)
missing=()
for name in "${wanted[@]}"; do
    grep --quiet --fixed-strings --line-regexp -- "$name" <<<"$present" || missing+=("$name")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some system libraries are missing. Please install them, then try again:" >&2
    echo "sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "Installing system libraries: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
undo=()
trap 'rm -f "${undo[@]}"' EXIT
# PostgreSQL's package would create a cluster and start it, now and at boot; the tests create their own.
no_cluster=/etc/postgresql-common/createcluster.d/bindtool-tests.conf
if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    mkdir -p "${no_cluster%/*}"
    echo "create_main_cluster = false" >"$no_cluster"
    undo+=("$no_cluster")
fi
# Proxies and a KDC come with services that would start, now and at boot; the tests start their own.
services=()
for name in krb5-admin-server krb5-kdc squid tinyproxy; do
    [[ " ${missing[*]} " != *" $name "* ]] || services+=("$name.service")
done
policy=/usr/sbin/policy-rc.d
if [ ${#services[@]} -gt 0 ] && [ ! -e "$policy" ]; then
    cat >"$policy" <<'END'
#!/bin/sh
case "$1" in krb5-* | squid* | tinyproxy*) exit 101 ;; esac
END
    chmod +x "$policy"
    undo+=("$policy")
fi
apt-get --quiet --quiet update
apt-get --quiet --quiet install --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "${missing[@]}"
if [ ${#services[@]} -gt 0 ] && command -v systemctl >/dev/null; then
    systemctl --quiet disable "${services[@]}"
fi
