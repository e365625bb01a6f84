#!/bin/sh
# Writes requirements/*.txt from pyproject.toml: one exact version of everything, for Python 3.11 to
# 3.13 at once (markers tell where they differ). dev is constrained by run, and bench by dev, so that
# the tests run on what the server runs on.
#
# No hashes and no index address: the files must install from whatever index a site has set up.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "lock: needs uv (pip install uv)" >&2; exit 1; }

compile() {
    uv pip compile --quiet --upgrade --universal --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
        pyproject.toml --group build "$@"
}

compile -o requirements/run.txt
compile --group dev -c requirements/run.txt -o requirements/dev.txt
compile --group dev --group bench -c requirements/dev.txt -o requirements/bench.txt
