"""Workspaces to which files are applied, in a real database."""

import datetime as dt
from collections.abc import Mapping
from itertools import count
from typing import Any

from punchlist.domain.ids import new_id
from punchlist.domain.workspace_file.entries import Present, standing_by_key
from punchlist.domain.workspace_file.fields import Mistake, Mistaken
from punchlist.domain.workspace_file.reading import parse
from punchlist.services.configuration import Outcome, apply_configuration, plan_configuration, wish
from punchlist.services.workspaces import find_workspaces
from punchlist.store.workspaces import Workspace
from tests.support.backstage import Backstage, new_workspace

_changes = count(1)


class Place:
    """A workspace of a test's own."""

    def __init__(self, backstage: Backstage) -> None:
        self.backstage = backstage
        self.id = backstage.run(new_workspace(backstage.db))
        self.number = backstage.value("SELECT number FROM workspaces WHERE id = $1", self.id)

    @property
    def workspace(self) -> Workspace:
        [found] = self.backstage.run(find_workspaces(self.backstage.db, self.number))
        return found

    def _wish(self, text: str, environ: Mapping[str, str], *, prune: bool) -> Any:
        return wish(parse(text.replace("123456789", str(self.number))), environ, prune=prune)

    async def applying(
        self, text: str, environ: Mapping[str, str] | None = None, *, prune: bool = False
    ) -> Outcome:
        """Applies a file that says 123456789 where it means this workspace."""
        [workspace] = await find_workspaces(self.backstage.db, self.number)
        wished = self._wish(text, environ or {}, prune=prune)
        return await apply_configuration(self.backstage.db, workspace, wished, now=dt.datetime.now(dt.UTC))

    def apply(self, text: str, environ: Mapping[str, str] | None = None, *, prune: bool = False) -> Outcome:
        """As `applying`, for plain functions."""
        return self.backstage.run(self.applying(text, environ, prune=prune))

    def plan(self, text: str, environ: Mapping[str, str] | None = None, *, prune: bool = False) -> Outcome:
        """What applying would do."""
        wished = self._wish(text, environ or {}, prune=prune)
        return self.backstage.run(plan_configuration(self.backstage.db, self.workspace, wished))

    def refuses(self, text: str, *, prune: bool = False) -> list[Mistake]:
        """Why a file cannot be applied, which must leave no trace."""
        before = self.traces()
        try:
            self.apply(text, prune=prune)
        except Mistaken as mistaken:
            assert self.traces() == before
            return list(mistaken.mistakes)
        raise AssertionError("it was applied")

    def traces(self) -> tuple[int, ...]:
        """How many rows there are of each kind, and what happened to them."""
        tables = (
            *("events", "users", "passwords", "user_groups", "suppliers", "number_prefixes", "routings"),
            *("change_attributes", "change_categories", "implementation_templates"),
        )
        return tuple(
            self.backstage.value(f"SELECT count(*) FROM {table} WHERE workspace_id = $1", self.id)
            for table in tables
        )

    def events(self) -> list[dict[str, Any]]:
        """What happened here, oldest first."""
        return self.backstage.rows(
            "SELECT verb, entity, entity_id, version, before::text, after::text FROM events"
            " WHERE workspace_id = $1 ORDER BY seq",
            self.id,
        )

    def id_of(self, present: Present, section: str, key: Any) -> str:
        return standing_by_key(present, section)[key].id

    def has_a_change(self, category_id: str, **columns: Any) -> str:
        """Puts a change into the database, as it would be after whatever brought it there."""
        values: dict[str, Any] = {
            "id": new_id(),
            "number": f"X-{next(_changes):06}",
            "category_id": category_id,
            "effectivity": "PERMANENT_ON_APPROVAL",
            "status": "OPEN_AND_UNLOCKED",
            "routing_ids": [],
            "attributes": "{}",
        } | columns
        names = ", ".join(values)
        places = ", ".join(f"${place}" for place in range(2, 2 + len(values)))
        self.backstage.execute(
            f"INSERT INTO changes (workspace_id, {names}, prefix_id, enforce_approval_deadline, status_at,"
            f" administrator_ids, created_at, updated_at)"
            f" SELECT $1, {places}, (SELECT id FROM number_prefixes WHERE workspace_id = $1 LIMIT 1), false,"
            f" now(), ARRAY[]::text[], now(), now()",
            self.id,
            *values.values(),
        )
        return str(values["id"])

    def has_a_task(self, change_id: str, **columns: Any) -> None:
        """Puts an implementation task into the database."""
        values: dict[str, Any] = {"id": new_id(), "change_id": change_id, "status": "NOT_STARTED"} | columns
        names = ", ".join(values)
        places = ", ".join(f"${place}" for place in range(2, 2 + len(values)))
        self.backstage.execute(
            f"INSERT INTO implementation_tasks (workspace_id, {names}, name, created_at, updated_at)"
            f" VALUES ($1, {places}, 'A task', now(), now())",
            self.id,
            *values.values(),
        )


def apply_anew(backstage: Backstage, text: str) -> Outcome:
    """Applies a file to a workspace that whoever runs this believes not to be there."""
    wished = wish(parse(text), {}, prune=False)
    now = dt.datetime.now(dt.UTC)
    return backstage.run(apply_configuration(backstage.db, None, wished, now=now))
