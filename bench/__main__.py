"""``make bench``: one run, all contenders side by side on one database, and a report of it.

It measures; it does not judge. It ends with 0 whether targets are met or missed, and with 1 only
where requests failed, because then there is nothing to report.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench import beside, scale
from bench.report import FOLDER
from bench.stage import Extent


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="measured seconds of each run (5)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each measure is run, in turn (3)")
    parser.add_argument("--tasks", type=int, default=10_000, help="tasks in the database (10,000)")
    parser.add_argument("--connections", type=int, default=32, help="connections, each waiting in turn (32)")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="an operation or a contender to measure, as named in the table; repeatable",
    )
    parser.add_argument(
        "--scale",
        action="store_true",
        help="measure instead what a hundred times the tasks cost the server",
    )
    parser.add_argument("--report", type=Path, default=FOLDER, help="folder to write the report to")
    return parser.parse_args()


def main() -> int:
    given = _arguments()
    extent = Extent(given.tasks, given.connections, given.seconds, given.rounds)
    with tempfile.TemporaryDirectory(prefix="punchlist-bench-") as folder:
        if given.scale:
            return asyncio.run(scale.measure(Path(folder), extent, given.report / "scale"))
        return asyncio.run(beside.measure(Path(folder), extent, given.only, given.report))


if __name__ == "__main__":
    sys.exit(main())
