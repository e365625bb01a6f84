"""Fails when a source file has grown past what one sitting can read; part of `make lint`."""

import sys
from pathlib import Path

MOST_LINES = 500
PLACES = ("src", "tests", "bench", "scripts")


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    too_long = []
    for path in sorted(path for place in PLACES for path in (root / place).rglob("*.py")):
        lines = path.read_bytes().count(b"\n")
        if lines > MOST_LINES:
            too_long.append(f"{path.relative_to(root)} has {lines} lines; at most {MOST_LINES}, so split it")
    print("\n".join(too_long) or f"No file has more than {MOST_LINES} lines.")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
