# shellcheck shell=bash
# shellcheck disable=SC2034 # for those that source it
# The Debian systems that the packages of this machine's architecture are for, the oldest first: they are frozen in that
# one, with its Python and wheels, and need its glibc. To be sourced.
case $(uname -m) in
    x86_64) SUITES=(bookworm trixie) SUITE_PYTHON=3.11 SUITE_WHEELS=manylinux_2_36 SUITE_GLIBC=2.36 LOADER=ld-linux-x86-64.so.2 ;;
    # Qt's libraries for arm64 ask for glibc 2.39, which Debian 12 has not; 2.40 is the newest that uv knows.
    aarch64) SUITES=(trixie) SUITE_PYTHON=3.13 SUITE_WHEELS=manylinux_2_40 SUITE_GLIBC=2.41 LOADER=ld-linux-aarch64.so.1 ;;
    *) echo "There are no packages for $(uname -m)." >&2; exit 2 ;;
esac
