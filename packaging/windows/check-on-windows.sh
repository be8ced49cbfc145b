#!/usr/bin/env bash
# Tests the packages of dist/windows on a Windows whose user may install per machine, such as a workflow's runner:
# installs, upgrades in place, runs the program's self-check, removes; then the same by the script that people get. Under
# Git's bash.
# Usage: packaging/windows/check-on-windows.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
# Git's bash would take /S for a path.
export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'

setup=$(echo dist/windows/*-setup.exe)
msi=$(cygpath --windows "$(echo "$PWD"/dist/windows/*.msi)")
mine=$(cygpath "$LOCALAPPDATA")/Programs/bindtool
everybodys=$(cygpath "$PROGRAMFILES")/bindtool

is_well() {
    for program in bindtool bindtool-cli; do
        "$1/$program.exe" --smoke --report smoke.txt || { cat smoke.txt; exit 1; }
    done
    cat smoke.txt
}
ends_with() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$expected" ] || { echo "$* ended with $status, not with $expected" >&2; exit 1; }
}
is_gone() {
    for _ in {1..60}; do
        [ -e "$1" ] || return 0
        sleep 1
    done
    echo "$1 is still there" >&2
    exit 1
}

ends_with 0 "$setup" /S
is_well "$mine"
ends_with 0 "$setup" /S
is_well "$mine"
"$mine/uninstall.exe" /S /FORGET-TOKENS
is_gone "$mine"

ends_with 0 msiexec /i "$msi" /qn
is_well "$everybodys"
ends_with 6 "$setup" /S
ends_with 0 msiexec /x "$msi" /qn
is_gone "$everybodys"

ends_with 0 cmd /c 'dist\windows\try-on-windows.cmd' /q
echo "8 passed, 0 failed"
