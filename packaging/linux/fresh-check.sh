#!/usr/bin/env bash
# Follows the README's instructions for newcomers in fresh Debian systems: a clone, then `make run`, `make test` and
# `make lint`, once as another user, for whom root installs the system libraries as instructed, and once as root, where
# they are installed automatically. Only the access to the mirror and to the package index is this machine's.
# Uncommitted changes are not tested.
#
# Usage: packaging/linux/fresh-check.sh [SUITE|USER]... [-- TEST...], such as bookworm newcomer -- tests/core. Without
# arguments: bookworm, trixie, newcomer, root, all tests. If it can't run (no root, no debootstrap) it says so and
# exits with 0.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."

suites=() users=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
        newcomer | root) users+=("$1") ;;
        *) suites+=("$1") ;;
    esac
    shift
done
[ $# -eq 0 ] || shift
[ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie)
[ ${#users[@]} -gt 0 ] || users=(newcomer root)
tests=$*

if [ "$(uname -s)" != Linux ] || [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
    echo "A fresh Debian system takes root and debootstrap, so set-up was not tried in one."
    exit 0
fi
. packaging/linux/chroots.sh

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
failed=()

as() {
    inside "$system" setpriv --reuid "$1" --regid "$1" --init-groups env HOME="/srv/$1" \
        sh -c 'cd ~/bindtool && exec "$@"' - "${@:2}" </dev/null
}

# Runs a command of the README and prints its duration. If it asks for system libraries, root installs them with the
# exact command it prints, and it runs again.
try() {
    local told started=$SECONDS status=0
    echo "== Debian $suite, $user: $*"
    as "$user" "$@" >"$work/said" 2>&1 || status=$?
    if told=$(grep --max-count=1 '^sudo apt-get install' "$work/said"); then
        echo "== $told"
        # shellcheck disable=SC2086 # it is a line of words
        inside "$system" ${told#sudo} --yes >/dev/null
        status=0
        as "$user" "$@" >"$work/said" 2>&1 || status=$?
    fi
    cat "$work/said"
    echo "== Debian $suite, $user: $* ended with $status after $((SECONDS - started)) s"
    [ $status -eq 0 ] || failed+=("Debian $suite, $user: $*")
}

for suite in "${suites[@]}"; do
    for user in "${users[@]}"; do
        system=$work/$suite
        lay_out "$suite" "$system"
        reach_index "$system"
        inside "$system" apt-get update
        inside "$system" apt-get install --yes python3 python3-venv make git >/dev/null
        inside "$system" useradd --no-create-home newcomer
        mkdir "$system/srv/$user"
        git -c safe.directory='*' clone --quiet --no-hardlinks . "$system/srv/$user/bindtool"
        inside "$system" chown --recursive "$user:$user" "/srv/$user"

        try make run
        try make test ${tests:+"ARGS=$tests"}
        try make lint
        rm -rf "$system"
    done
done

if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed in a fresh system: %s\n' "${failed[@]}" >&2
    exit 1
fi
echo "Set up, started and tested in fresh Debian: ${suites[*]} (${users[*]})"
