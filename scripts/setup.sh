#!/bin/sh
# Makes .venv and installs what requirements/<set>.txt pins, and Punchlist itself (editable).
#
#   scripts/setup.sh run      what the server needs
#   scripts/setup.sh dev      that, and what the tests and linters need
#   scripts/setup.sh bench    that, and what the benchmarks need
#
# The web app is built with it, by scripts/build_web.py, and again when its sources in web/ have changed.
#
# It needs python3 (>= 3.11) and nothing else: neither root, nor git, nor pip, nor uv, nor Node.js. Where Debian's
# python3 comes without ensurepip (package python3-venv), pip is taken out of Debian's own
# python3-pip-whl package, which any user may download. Doing it again when nothing changed takes a
# few milliseconds: a stamp in .venv holds the checksum of everything the result depends on.
set -eu
# An ordinary user's apt-get may be run from a directory, or with an umask, that hides files from itself.
umask 022
cd "$(dirname "$0")/.."

VENV=.venv
SET=${1:-dev}
case $SET in
    run) COVERS="run" ;;
    dev) COVERS="run dev" ;;
    bench) COVERS="run dev bench" ;;
    *) echo "usage: scripts/setup.sh [run|dev|bench]" >&2; exit 2 ;;
esac

say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed, and none was found; on Debian: apt-get install python3"
}

stamp() { echo "$VENV/.punchlist-$1"; }

# The path is part of the sum because an editable install and the venv's scripts point at it.
checksum() {
    { pwd; "$PYTHON" -VV; cat "requirements/$SET.txt" pyproject.toml hatch_build.py scripts/setup.sh; } | cksum
}

# By itself, so that a change of the web app builds the web app and installs nothing.
web_checksum() {
    { pwd; cat scripts/build_web.py web/*.* web/.npmrc; find web/src -type f ! -name '*.d.ts' -exec cksum {} +; } |
        LC_ALL=C sort | cksum
}

# A server without its web app is still a server, and says so at its address; the next run tries again.
build_web_app() {
    sum=$(web_checksum)
    [ "$(cat "$(stamp web)" 2>/dev/null)" = "$sum" ] && [ -f src/punchlist/api/static/index.html ] && return
    [ -z "${WITHOUT_WEB_APP:-}" ] || return 0
    say "building the web app"
    if "$VENV/bin/python" scripts/build_web.py; then
        echo "$sum" > "$(stamp web)"
    else
        say "going on without the web app; make web tries again"
    fi
}

up_to_date() {
    [ -x "$VENV/bin/python" ] && [ "$(cat "$(stamp "$SET")" 2>/dev/null)" = "$(checksum)" ]
}

# Prints the path of a pip wheel taken from Debian's python3-pip-whl, unpacked under $1.
debian_pip_wheel() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    mkdir -p "$1/lists/partial" "$1/cache/archives/partial" "$1/root"
    set -- "$1" -o Dir::Cache="$1/cache" -o APT::Sandbox::User="$(id -un)"
    work=$1; shift
    # A fresh machine's package lists may be empty, and only root can fill the system's: keep our own.
    if ! (cd "$work" && apt-get -qq "$@" download python3-pip-whl) >/dev/null 2>&1; then
        set -- "$@" -o Dir::State::lists="$work/lists"
        apt-get -qq "$@" update >&2 || return 1
        (cd "$work" && apt-get -qq "$@" download python3-pip-whl) >&2 || return 1
    fi
    dpkg-deb -x "$work"/python3-pip-whl_*.deb "$work/root" >&2 || return 1
    ls "$work"/root/usr/share/python-wheels/pip-*.whl
}

make_venv_without_ensurepip() {
    say "this Python has no ensurepip; taking pip from Debian's python3-pip-whl"
    "$PYTHON" -m venv --without-pip "$VENV" || return 1
    scratch=$(cd "$VENV" && pwd)/pip-from-debian
    wheel=$(debian_pip_wheel "$scratch") || return 1
    "$VENV/bin/python" "$wheel/pip" install --quiet --no-index "$wheel" || return 1
    rm -rf "$scratch"
}

make_venv() {
    if "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
        "$PYTHON" -m venv "$VENV"
    elif ! make_venv_without_ensurepip; then
        rm -rf "$VENV"
        die "cannot make a virtual environment with $PYTHON; install what it lacks (on Debian:" \
            "apt-get install python3-venv) or uv, and run this again"
    fi
}

# The hook of the install would build the web app as well, but where nobody sees what it says.
install_with_uv() {
    [ -x "$VENV/bin/python" ] || uv venv --quiet --python "$PYTHON" "$VENV"
    uv pip install --quiet --python "$VENV/bin/python" -r "requirements/$SET.txt"
    build_web_app
    uv pip install --quiet --python "$VENV/bin/python" --no-deps --no-build-isolation -e .
}

install_with_pip() {
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || make_venv
    set -- "$VENV/bin/python" -m pip --disable-pip-version-check install --quiet
    "$@" --require-virtualenv -r "requirements/$SET.txt"
    build_web_app
    "$@" --require-virtualenv --no-deps --no-build-isolation -e .
}

# Two makes at once take turns; the lock is on a file that is there anyway, and ends with this process.
exec 9<pyproject.toml
! command -v flock >/dev/null || flock 9

PYTHON=$(find_python)
if up_to_date; then
    build_web_app
    exit 0
fi

# A venv whose interpreter has gone, or was another version, or that was moved here, is made anew.
if [ -d "$VENV" ] && ! { [ "$(cat "$VENV/.punchlist-place" 2>/dev/null)" = "$(pwd)" ] &&
        [ "$("$VENV/bin/python" -VV 2>/dev/null)" = "$("$PYTHON" -VV)" ]; }; then
    rm -rf "$VENV"
fi

say "installing into $VENV (requirements/$SET.txt)"
rm -f "$VENV"/.punchlist-run "$VENV"/.punchlist-dev "$VENV"/.punchlist-bench
if command -v uv >/dev/null; then install_with_uv; else install_with_pip; fi

pwd > "$VENV/.punchlist-place"
for SET in $COVERS; do checksum > "$(stamp "$SET")"; done
say "done"
