"""An office: a workspace with people who have files, a place where content is kept, and changes with tasks.

Heidi administers changes. Mia creates files, Bob is a colleague of hers, and Zoe works elsewhere.
"""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from punchlist.domain.context import Context
from punchlist.domain.files import File, FileWish, StorageMethod
from punchlist.domain.grounds import Ground
from punchlist.domain.ids import new_id
from punchlist.domain.permissions import Actor, Role
from punchlist.services import files
from punchlist.services.implementation_tasks import find_ground
from punchlist.storage.directory import DirectoryStorage
from punchlist.store.database import Database
from tests.support.backstage import new_user, new_workspace

NOW = dt.datetime(2030, 5, 17, 12, 0, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    """Chunks as they come in from a network."""
    for chunk in chunks:
        yield chunk


class Office:
    """A workspace of its own, with a directory of its own for content."""

    heidi: Context
    mia: Context
    bob: Context

    def __init__(self, db: Database, root: Path, workspace_id: int, dsn: str = "") -> None:
        self.db = db
        self.db_dsn = dsn
        self.root = root
        self.storage = DirectoryStorage(root)
        self.workspace_id = workspace_id

    @classmethod
    async def open(cls, db: Database, root: Path, dsn: str = "") -> "Office":
        office = cls(db, root, await new_workspace(db), dsn)
        await office.hires()
        return office

    async def hires(self) -> None:
        """The people come."""
        for name in ("heidi", "mia", "bob"):
            user = await new_user(self.db, self.workspace_id, name.title())
            actor = Actor(self.workspace_id, user.id, Role.MEMBER, change_administrator=name == "heidi")
            setattr(self, name, Context(actor, NOW, "req-1"))

    async def uploads(
        self, who: Context, content: bytes = b"abc", *, name: str = "plan.pdf", **wish: Any
    ) -> File:
        """Somebody uploads a file."""
        wished = FileWish(**({"title": "The plan"} | wish))
        return await files.upload(self.db, self.storage, who, pieces(content), lambda: (name, wished))

    async def links(self, who: Context, **wish: Any) -> File:
        """Somebody makes a link."""
        defaults = {
            "title": "The plan", "storage_method": StorageMethod.WEB, "location": "https://example.com/plan"
        }  # fmt: skip
        return await files.link(self.db, who, FileWish(**(defaults | wish)))

    async def replaces(
        self, who: Context, file: File, content: bytes, *, name: str = "plan.pdf", **wish: Any
    ) -> File:
        """Somebody gives a file other content."""
        wished = FileWish(**wish)
        return await files.replace_content(
            self.db, self.storage, who, file.id, pieces(content), lambda: (name, wished)
        )

    async def reads(self, who: Context, file: File) -> bytes:
        """What somebody gets who asks for a file's content."""
        _, chunks = await files.read_content(self.db, self.storage, who, file.id)
        return b"".join([chunk async for chunk in chunks])

    def kept(self) -> list[str]:
        """The keys of all content that is there, and the names of what is unfinished."""
        return sorted(path.name for path in self.root.rglob("*") if path.is_file())

    async def strays(self) -> list[str]:
        """The keys of contents that no file has."""
        rows = await self.db.fetch(
            "SELECT key FROM stray_contents WHERE workspace_id = $1 ORDER BY key", self.workspace_id
        )
        return [row[0] for row in rows]

    async def events(self, thing_id: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
        """What has happened to a thing: verb, before, after; oldest first."""
        from punchlist.store import events

        recorded, _ = await events.list_of(self.db, self.workspace_id, thing_id, limit=100, offset=0)
        return [(each.verb, each.before, each.after) for each in reversed(recorded)]

    async def has_a_change(self, **fields: Any) -> Ground:
        """A change of Mia's with a task of Bob's, as Mia stands to it."""
        wanted = {"status": "OPEN_AND_UNLOCKED", "managed": True} | fields
        prefix_id, category_id, change_id, task_id = (new_id() for _ in range(4))
        creator_id = self.mia.actor.id
        for statement, values in (
            (_PREFIX, (prefix_id, f"P{prefix_id[:9]}-")),
            (_CATEGORY, (category_id, prefix_id, [f"Kind {category_id}"], wanted["managed"])),
            (_CHANGE, (change_id, f"C-{change_id}", prefix_id, category_id, creator_id, wanted["status"])),
            (_TASK, (task_id, change_id, self.bob.actor.id)),
        ):  # fmt: skip
            await self.db.execute(statement, self.workspace_id, *values)
        return await self.stands(self.mia, change_id, task_id)

    async def stands(self, who: Context, change_id: str, task_id: str | None) -> Ground:
        """How somebody stands to a change and its task now."""
        return await find_ground(self.db, who, change_id, task_id)

    async def moves(self, ground: Ground, status: str) -> None:
        """The change is in another status now."""
        await self.db.execute(
            "UPDATE changes SET status = $3 WHERE workspace_id = $1 AND id = $2",
            self.workspace_id, ground.change_id, status,
        )  # fmt: skip


_PREFIX = "INSERT INTO number_prefixes (workspace_id, id, value, position) VALUES ($1, $2, $3, 1)"
_CATEGORY = """
INSERT INTO change_categories (workspace_id, id, prefix_id, path, assignable, implementation_task_management,
    created_at)
VALUES ($1, $2, $3, $4, true, $5, now())
"""
_CHANGE = """
INSERT INTO changes (workspace_id, id, number, prefix_id, category_id, creator_id, status, effectivity,
    enforce_approval_deadline, status_at, routing_ids, administrator_ids, attributes, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'PERMANENT_ON_APPROVAL', false, now(), '{}', '{}', '{}', now(), now())
"""
_TASK = """
INSERT INTO implementation_tasks (workspace_id, id, change_id, name, status, assignee_user_id, created_at,
    updated_at)
VALUES ($1, $2, $3, 'Check Packaging', 'NOT_STARTED', $4, now(), now())
"""
