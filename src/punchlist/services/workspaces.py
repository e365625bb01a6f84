"""What may be asked of workspaces: the one that is meant, and a first one."""

import secrets

from punchlist.store import workspaces
from punchlist.store.database import Executor
from punchlist.store.workspaces import Workspace

_LEAST, _MOST = 100_000_000, 999_999_999


async def found_workspace(db: Executor, name: str) -> Workspace:
    """Makes a workspace with a number that nobody has."""
    while True:
        number = _LEAST + secrets.randbelow(_MOST - _LEAST + 1)
        made = await workspaces.insert(db, number=number, name=name)
        if made is not None:
            return made


async def find_workspaces(db: Executor, number: int | None) -> list[Workspace]:
    """Every workspace, or the one of that number, if there is one."""
    return [each for each in await workspaces.list_(db) if number in (None, each.number)]
