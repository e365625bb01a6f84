"""`make faults`: kills processes under load, and counts what was acknowledged, found, lost and doubled.

It ends with 1 where anything is lost or doubled, where a chain does not verify, or where there was nothing
to lose. Each fault has a data directory, a PostgreSQL and receivers of its own, all on loopback.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.figures import Figures, show
from tests.faults.trials import TRIALS

BOUND_SECONDS = 300.0


async def _try_all(folder: Path) -> list[Figures]:
    figures = []
    for name, trial in TRIALS.items():
        started = time.monotonic()
        print(f"{name} …", flush=True)
        figures += await trial(name, folder / trial.__name__)
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    return figures


async def _within_bounds(folder: Path) -> list[Figures]:
    async with asyncio.timeout(BOUND_SECONDS):
        return await _try_all(folder)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="punchlist-faults-") as folder:
        figures = asyncio.run(_within_bounds(Path(folder)))
    show(figures)
    return 0 if figures and all(each.is_sound for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
