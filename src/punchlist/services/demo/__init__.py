"""A workspace to look at: a small hardware company with its team's tasks and its engineering changes.

It is made through the same use cases as everything else, each step in somebody's name and at an instant
of the days before, so that a demo shows what real work leaves behind. How the workspace is configured
stands in `workspace.toml`, which is also the example of such a file.
"""

import datetime as dt
from importlib import resources
from typing import NamedTuple

from punchlist.domain import ids
from punchlist.domain.context import Context, system_context
from punchlist.domain.keys import ApiKey, KeyWish, is_live
from punchlist.domain.lifecycle import Status
from punchlist.domain.limits import PAGE_MAX
from punchlist.domain.queries import Order, Page, TaskFilter
from punchlist.domain.tasks import Task
from punchlist.domain.users import User
from punchlist.domain.workspace_file.reading import parse
from punchlist.services import keys, tasks
from punchlist.services.configuration import apply_configuration, wish
from punchlist.services.demo.engineering_changes import make_changes
from punchlist.services.demo.team_tasks import make_tasks
from punchlist.services.passwords import set_password
from punchlist.services.workspaces import find_workspaces
from punchlist.store.database import Executor
from punchlist.store.users import find_by_email

WORKSPACE = "Fennel Instruments"
ADMIN = "ada@example.com"

# The admin's key is known by this name, so that the next start can replace it.
KEY_NAME = "Demo key, replaced at every start"

_PEOPLE = ("Ada", "Max", "Mia", "Bob", "Charlie")


class Demo(NamedTuple):
    """What somebody needs to try the demo: what lets an admin in, and a task that waits, if any."""

    token: str
    email: str
    password: str
    task: Task | None


async def load_demo(db: Executor, now: dt.datetime) -> Demo | None:
    """Makes the demo in an empty database, or finds the one there, and lets its admin in by new means.

    None where the database holds somebody's own work, which a demo has no business in.
    """
    existing = await find_workspaces(db, None)
    if not existing:
        async with db.transaction() as tx:
            operator = await _found(tx, now)
    else:
        operator = system_context(existing[0].id, now)
    admin = await find_by_email(db, operator.actor.workspace_id, ADMIN)
    if existing and (existing[0].name != WORKSPACE or admin is None):
        return None
    assert admin is not None
    token, password = await _fresh_token(db, operator, admin), ids.new_id()
    await set_password(db, operator, admin.id, password)
    return Demo(token, ADMIN, password, await _waiting_task(db, operator))


async def _found(db: Executor, now: dt.datetime) -> Context:
    began = now - dt.timedelta(days=30)
    await apply_configuration(db, None, wish(parse(_file()), {}, prune=False), now=began)
    workspace = (await find_workspaces(db, None))[0]
    people = {}
    for name in _PEOPLE:
        user = await find_by_email(db, workspace.id, f"{name.lower()}@example.com")
        assert user is not None, "the file names them"
        people[name] = user
    await make_tasks(db, workspace.id, people, now)
    await make_changes(db, workspace.id, people, now)
    return system_context(workspace.id, now)


def _file() -> str:
    return resources.files(__name__).joinpath("workspace.toml").read_text(encoding="utf-8")


async def _fresh_token(db: Executor, operator: Context, admin: User) -> str:
    """Makes the admin's key; of the one before only a hash is left, which cannot be shown again."""
    for old in await _demo_keys(db, operator, admin):
        await keys.revoke_key(db, operator, old.id)
    return (await keys.create_key(db, operator, admin.id, KeyWish(name=KEY_NAME))).token


async def _demo_keys(db: Executor, operator: Context, admin: User) -> list[ApiKey]:
    found, _ = await keys.list_keys(db, operator, admin.id, Page(limit=PAGE_MAX))
    return [key for key in found if key.name == KEY_NAME and is_live(key, operator.now)]


async def _waiting_task(db: Executor, operator: Context) -> Task | None:
    waiting = TaskFilter(statuses=(Status.TODO,))
    found, _ = await tasks.list_tasks(db, operator, waiting, (Order("created_at"),), Page(limit=1))
    return found[0] if found else None
