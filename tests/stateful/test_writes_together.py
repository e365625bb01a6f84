"""Writes that share a commit: each has the outcome that it would have had alone, whoever it shares with."""

import asyncio
from typing import Any

import asyncpg
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain import events, ids
from punchlist.domain.context import Context, system_context
from punchlist.domain.events import Entity
from punchlist.domain.lifecycle import Status
from punchlist.domain.tasks import Priority, Task, TaskChanges
from punchlist.services import tasks as services
from punchlist.store import tasks as store
from tests.stateful.bounds import examples
from tests.stateful.scenery import NOW
from tests.support.people import Cast

FIELDS: dict[str, tuple[Any, Any]] = {
    "title": ("One", "Other"),
    "description": ("One", None),
    "priority": (Priority.LOW, Priority.URGENT),
    "tags": (("one",), ()),
}

# Of several tasks, which one to change, which field, to what, as if of which version (0: the present one).
edits = st.tuples(
    st.integers(0, 2), st.sampled_from(sorted(FIELDS)), st.booleans(), st.sampled_from([0, 0, 0, 1])
)
# Which new task to write, and whether its assignee exists.
creations = st.tuples(st.integers(0, 5), st.booleans())


def a_task(task_id: str, **fields: Any) -> Task:
    blank = Task(
        id=task_id, version=1, title="T", description="D", status=Status.TODO, priority=Priority.MEDIUM,
        created_by=None, assignee_id=None, due_at=None, warning_hours=None, tags=("t",),
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(blank, **fields)


@examples(60)
@given(asked=st.lists(edits, min_size=1, max_size=24))
def test_of_all_who_change_one_version_one_wins_and_the_record_says_who(
    company: Cast, asked: list[tuple[int, str, bool, int]]
):
    db = company.backstage.db
    context = system_context(company.workspace_id, NOW)
    made = [
        company.backstage.run(services.create_task(db, context, TaskChanges(title="T"))) for _ in range(3)
    ]

    async def attempt(place: int, name: str, which: bool, behind: int) -> tuple[Task, Task] | None:
        old = msgspec.structs.replace(made[place], version=made[place].version + behind)
        new = msgspec.structs.replace(old, version=old.version + 1, **{name: FIELDS[name][which]})
        event = events.updated(Entity.TASK, old, new, NOW)
        return (old, new) if await store.save(db, context, old, new, event) else None

    async def all_at_once() -> list[tuple[Task, Task] | None]:
        return await asyncio.gather(*(attempt(*each) for each in asked))

    outcomes = company.backstage.run(all_at_once())
    for place, task in enumerate(made):
        tried = [each for each in asked if each[0] == place]
        won = [outcome for outcome in outcomes if outcome is not None and outcome[0].id == task.id]
        # Those that were a version ahead may have come after the one that won, and so be right in turn.
        assert len({old.version for old, _ in won}) == len(won)
        assert bool(won) == any(behind == 0 for *_, behind in tried)
        present = company.backstage.run(services.find_task(db, context, task.id))
        assert present is not None
        assert present.version == 1 + len(won)
        versions = company.backstage.rows(
            "SELECT version FROM events WHERE workspace_id = $1 AND entity_id = $2 ORDER BY seq",
            company.workspace_id,
            task.id,
        )
        assert [row["version"] for row in versions] == list(range(1, present.version + 1))
        for _, new in won:
            if new.version == present.version:
                changed = events.differing(task, new)
                assert {name: getattr(present, name) for name in changed} == {
                    name: getattr(new, name) for name in changed
                }


@examples(60)
@given(asked=st.lists(creations, min_size=1, max_size=16))
def test_one_that_the_database_refuses_spoils_nothing_for_the_others(
    company: Cast, asked: list[tuple[int, bool]]
):
    db = company.backstage.db
    context: Context = system_context(company.workspace_id, NOW)
    names = [ids.new_id() for _ in range(6)]

    async def attempt(place: int, exists: bool) -> str:
        task = a_task(names[place], assignee_id=company.mia.id if exists else ids.new_id())
        event = events.created(Entity.TASK, task, NOW)
        try:
            return "made" if await store.insert(db, context, task, event) else "no assignee"
        except asyncpg.UniqueViolationError:
            return "twice"

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(attempt(*each) for each in asked))

    outcomes = company.backstage.run(all_at_once())
    for place, name in enumerate(names):
        said = [outcome for each, outcome in zip(asked, outcomes, strict=True) if each[0] == place]
        wished = [exists for each, exists in asked if each == place]
        assert said.count("made") == (1 if any(wished) else 0)
        # Whose assignee does not exist is told so, or that somebody else has made it first.
        assert all(outcome != "no assignee" for outcome, exists in zip(said, wished, strict=True) if exists)
        assert all(outcome != "made" for outcome, exists in zip(said, wished, strict=True) if not exists)
        found = company.backstage.run(services.find_task(db, context, name))
        assert (found is not None) == any(wished)
        count = company.backstage.value(
            "SELECT count(*) FROM events WHERE workspace_id = $1 AND entity_id = $2",
            company.workspace_id,
            name,
        )
        assert count == (1 if any(wished) else 0)
