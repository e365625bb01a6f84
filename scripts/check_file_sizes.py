"""Fails when a source file has grown past what one sitting can read; part of `make lint`."""

import sys
from pathlib import Path

MOST_LINES = 500
PLACES = {
    ".py": ("src", "tests", "bench", "scripts"),
    ".ts": ("web/src", "web/tests"),
    ".tsx": ("web/src",),
    ".css": ("web/src",),
}
GENERATED = {"web/src/api/schema.d.ts"}


def _sources(root: Path) -> list[Path]:
    return [
        path
        for suffix, places in PLACES.items()
        for place in places
        for path in (root / place).rglob(f"*{suffix}")
    ]


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    too_long = []
    for path in sorted(_sources(root)):
        name, lines = path.relative_to(root).as_posix(), path.read_bytes().count(b"\n")
        if lines > MOST_LINES and name not in GENERATED:
            too_long.append(f"{name} has {lines} lines; at most {MOST_LINES}, so split it")
    print("\n".join(too_long) or f"No file has more than {MOST_LINES} lines.")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
