"""A loop of its own beside the tests, so that plain functions can use the asynchronous services."""

import asyncio
import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from typing import Any, TypeVar

from punchlist.domain.context import Context, system_context
from punchlist.domain.keys import KeyWish
from punchlist.domain.permissions import Role
from punchlist.domain.users import User, UserChanges
from punchlist.services import keys, users
from punchlist.services.keys import NewKey
from punchlist.store import workspaces
from punchlist.store.database import Database, Executor

T = TypeVar("T")

_numbers = count(100_000_000)


class Backstage:
    """The database as the operator has it: for setting scenes, and for looking at what is really stored."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="backstage", daemon=True)
        self._thread.start()
        self.db: Database = self.run(Database.connect(dsn, size=4))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine to its end and returns its value."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    def close(self) -> None:
        """Closes the connections and ends the loop."""
        self.run(self.db.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def value(self, sql: str, *args: Any) -> Any:
        """The first column of a statement's first row."""
        return self.run(self.db.fetchval(sql, *args))

    def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """A statement's rows."""
        return [dict(row) for row in self.run(self.db.fetch(sql, *args))]

    def execute(self, sql: str, *args: Any) -> str:
        """Runs a statement for its effect."""
        return self.run(self.db.execute(sql, *args))

    @contextlib.contextmanager
    def holding(self, task: Any) -> Iterator[Callable[[], None]]:
        """Keeps a task's row locked, as a slow writer would, until the block ends or calls what it got."""
        transaction = self.db.transaction()
        session = self.run(transaction.__aenter__())
        release = contextlib.ExitStack()
        release.callback(lambda: self.run(transaction.__aexit__(None, None, None)))
        with release:
            self.run(session.execute("SELECT 1 FROM tasks WHERE id = $1 FOR UPDATE", task["id"]))
            yield release.close

    def somebody_waits(self) -> bool:
        """Tells whether a statement is waiting for a lock at this moment."""
        return bool(self.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))


def operator(workspace_id: int) -> Context:
    """Acts as whoever sits at the server's own command line, now."""
    return system_context(workspace_id, dt.datetime.now(dt.UTC))


async def new_workspace(db: Executor) -> int:
    """Makes an empty workspace and returns its id."""
    while True:
        made = await workspaces.insert(db, number=next(_numbers), name="A workspace of a test")
        if made is not None:  # None: made by an earlier run on the same database
            return made.id


async def new_user(
    db: Executor, workspace_id: int, name: str, role: Role | str = Role.MEMBER, *, email: str | None = None
) -> User:
    """Makes a user as the operator would."""
    wish = UserChanges(name=name, email=email or f"{name.lower()}@example.com", role=Role(role))
    return await users.create_user(db, operator(workspace_id), wish)


async def new_key(db: Executor, workspace_id: int, user_id: str, wish: KeyWish | None = None) -> NewKey:
    """Makes an API key as the operator would."""
    return await keys.create_key(db, operator(workspace_id), user_id, wish or KeyWish(name="A key"))
