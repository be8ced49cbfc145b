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

passed=0
is_well() {
    for program in bindtool bindtool-cli; do
        "$1/$program.exe" --smoke --report smoke.txt || { cat smoke.txt; exit 1; }
    done
    cat smoke.txt
    passed=$((passed + 1))
}
ends_with() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$expected" ] || { echo "$* ended with $status, not with $expected" >&2; exit 1; }
    passed=$((passed + 1))
}
is_gone() {
    for _ in {1..60}; do
        [ -e "$1" ] || { passed=$((passed + 1)); return 0; }
        sleep 1
    done
    echo "$1 is still there" >&2
    exit 1
}
on_path() {
    local found=no
    reg query 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v Path |
        grep --quiet --ignore-case --fixed-strings bindtool && found=yes
    [ "$found" = "$1" ] || { echo "bindtool on the PATH: $found, not $1" >&2; exit 1; }
    passed=$((passed + 1))
}

ends_with 0 "$setup" /S
is_well "$mine"
ends_with 0 "$setup" /S
is_well "$mine"
"$mine/uninstall.exe" /S /FORGET-TOKENS
is_gone "$mine"

ends_with 0 msiexec /i "$msi" /qn
is_well "$everybodys"
on_path no
ends_with 6 "$setup" /S
ends_with 0 msiexec /x "$msi" /qn
is_gone "$everybodys"

ends_with 0 msiexec /i "$msi" /qn ADDLOCAL=ALL
on_path yes
ends_with 0 msiexec /i "$msi" /qn
on_path yes
ends_with 0 msiexec /x "$msi" /qn
is_gone "$everybodys"
on_path no

ends_with 0 cmd /c 'dist\windows\try-on-windows.cmd' /q
echo "$passed passed, 0 failed"
