"""Which processes work in a cluster: what tells a living postmaster from a stale `postmaster.pid`, whose
number may meanwhile be another program's. A postmaster and its children have the cluster's directory as
their working directory, and nothing else has."""

import contextlib
import os
import subprocess
from pathlib import Path

from punchlist.store.embedded.identity import RunAs, environment, run_as
from punchlist.store.embedded.place import Place

_LOOK = 'for each in /proc/[0-9]*; do [ "$each/cwd" -ef "$1" ] && echo "${each#/proc/}"; done; :'


def working_in(place: Place, who: RunAs | None = None) -> list[int]:
    """Lists the processes that work in the cluster. `who` runs PostgreSQL there, if that is known."""
    if not place.cluster.exists():
        return []
    found = set(_seen_by_us(place.cluster))
    if os.geteuid() == 0:
        # In a container root may not look at other users' processes, but each user may at their own.
        found.update(_seen_by(who or run_as(place), place.cluster))
    return sorted(found)


def _seen_by_us(directory: Path) -> list[int]:
    wanted = directory.stat()
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            # Gone meanwhile, or not ours to look at.
            with contextlib.suppress(OSError):
                if os.path.samestat(os.stat(f"/proc/{entry.name}/cwd"), wanted):
                    found.append(int(entry.name))
    return found


def _seen_by(who: RunAs, directory: Path) -> list[int]:
    command = who.command("/bin/sh", "-c", _LOOK, "sh", directory)
    done = subprocess.run(  # noqa: S603
        command, cwd="/", env=environment(), capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in done.stdout.split()]


def topmost(pids: list[int]) -> list[int]:
    """Leaves out children of others: a postmaster takes its own with it, in the right order. Once it is
    gone, each of them is its own top."""
    return [pid for pid in pids if _parent(pid) not in pids]


def _parent(pid: int) -> int | None:
    try:
        # The name, in parentheses, may hold anything; what follows the last one is fixed.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None
