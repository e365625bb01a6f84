"""Two who meet at one change: whoever is second waits, and then decides by what the first one left."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Coroutine
from typing import Any

import pytest

from punchlist.domain.change_lifecycle import Asked
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import Context
from punchlist.domain.implementation_tasks import ImplementationTaskWish, TaskStatus
from punchlist.domain.notes import NoteWish
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.problems import Rejected
from punchlist.services import changes, implementation_tasks, notes
from punchlist.services.changes import StatusWish
from punchlist.store.database import Database, Executor
from tests.support.plant import Engineer, Plant

COMPLETE = StatusWish(Asked.COMPLETED)
LATE = ImplementationTaskWish(name="Late")
REOPENED = ImplementationTaskWish(status=TaskStatus.BEHIND)


class Meeting:
    """An effective change with a task that is done, and how people come to it."""

    def __init__(self, plant: Plant, db: Database) -> None:
        self.db = db
        self.plant = plant
        self.change = plant.change_in("EFFECTIVE")
        self.task = plant.mia.adds_a_task(self.change, status="DONE")

    def context(self, person: Engineer) -> Context:
        administers = person is self.plant.ada
        actor = Actor(self.plant.workspace_id, person.id, Role.MEMBER, change_administrator=administers)
        return Context(actor, dt.datetime.now(dt.UTC))

    async def complete(self, db: Executor) -> Any:
        return await changes.change_status(db, self.context(self.plant.ada), self.change["guid"], COMPLETE)

    async def _ground(self, context: Context, task_id: str | None) -> Any:
        """Read before the other one came, as a request reads it at its door."""
        return await implementation_tasks.find_ground(self.db, context, self.change["guid"], task_id)

    async def add(self, db: Executor) -> Any:
        context = self.context(self.plant.mia)
        return await implementation_tasks.add_task(db, context, await self._ground(context, None), LATE)

    async def reopen(self, db: Executor) -> Any:
        context, task_id = self.context(self.plant.mia), self.task["guid"]
        ground = await self._ground(context, task_id)
        return await implementation_tasks.edit_task(db, context, ground, task_id, REOPENED)

    async def remove(self, db: Executor) -> Any:
        context, task_id = self.context(self.plant.mia), self.task["guid"]
        ground = await self._ground(context, task_id)
        return await implementation_tasks.remove_task(db, context, ground, task_id)

    async def note(self, db: Executor) -> Any:
        context, task_id = self.context(self.plant.mia), self.task["guid"]
        ground = await self._ground(context, task_id)
        return await notes.add_note(db, context, ground, task_id, NoteWish(note="Late"))

    async def delete_change(self, db: Executor) -> Any:
        context, change_id = self.context(self.plant.ada), self.change["guid"]
        return await changes.delete_change(db, context, change_id)

    async def one_after_the_other(self, first: Any, second: Any, *, gives_up: bool = False) -> Any:
        """The second comes while the first has not committed, and may yet give up; what becomes of it."""
        with contextlib.suppress(_GivesUpError):
            async with self.db.transaction() as tx:
                await first(tx)
                waiting = asyncio.create_task(second(self.db))
                await asyncio.sleep(0.15)
                assert not waiting.done(), "it did not wait"
                if gives_up:
                    raise _GivesUpError
        return await asyncio.wait_for(waiting, 30)


class _GivesUpError(Exception):
    """Rolls back."""


async def kind_of(outcome: Coroutine[Any, Any, Any]) -> Any:
    try:
        await outcome
    except Rejected as rejected:
        return rejected.kind
    return None


@pytest.fixture
def meeting(plant: Plant, db: Database) -> Meeting:
    return Meeting(plant, db)


WRITES = ["add", "reopen", "remove", "note"]
REFUSED = {
    "add": ChangeKind.CHANGE_CLOSED,
    "reopen": ChangeKind.CHANGE_CLOSED,
    "remove": ChangeKind.CHANGE_CLOSED,
    "note": ChangeKind.NOTE_NOT_UPDATABLE,
}


@pytest.mark.parametrize("write", WRITES)
async def test_who_writes_while_a_change_is_being_completed_finds_it_closed(meeting: Meeting, write: str):
    outcome = meeting.one_after_the_other(meeting.complete, getattr(meeting, write))
    assert await kind_of(outcome) is REFUSED[write]


@pytest.mark.parametrize("write", WRITES)
async def test_a_completion_that_is_given_up_lets_the_writer_through(meeting: Meeting, write: str):
    outcome = meeting.one_after_the_other(meeting.complete, getattr(meeting, write), gives_up=True)
    assert await kind_of(outcome) is None


@pytest.mark.parametrize("write", ["add", "reopen"])
async def test_who_completes_while_a_task_is_being_opened_is_told_of_it(meeting: Meeting, write: str):
    outcome = meeting.one_after_the_other(getattr(meeting, write), meeting.complete)
    assert await kind_of(outcome) is ChangeKind.OPEN_TASKS


@pytest.mark.parametrize("write", ["remove", "note"])
async def test_who_completes_while_nothing_is_being_opened_only_waits(meeting: Meeting, write: str):
    assert await kind_of(meeting.one_after_the_other(getattr(meeting, write), meeting.complete)) is None


@pytest.mark.parametrize("write", ["add", "reopen"])
async def test_a_task_whose_opening_is_given_up_does_not_stand_in_the_way(meeting: Meeting, write: str):
    outcome = meeting.one_after_the_other(getattr(meeting, write), meeting.complete, gives_up=True)
    assert await kind_of(outcome) is None


@pytest.mark.parametrize("write", WRITES)
async def test_who_writes_while_the_change_is_being_deleted_finds_nothing(
    plant: Plant, db: Database, write: str
):
    meeting = Meeting(plant, db)
    meeting.change = plant.mia.makes_a_change()
    meeting.task = plant.mia.adds_a_task(meeting.change, status="DONE")
    outcome = meeting.one_after_the_other(meeting.delete_change, getattr(meeting, write))
    assert await kind_of(outcome) is ChangeKind.INVALID_GUID


async def test_two_completions_are_one(meeting: Meeting):
    outcome = meeting.one_after_the_other(meeting.complete, meeting.complete)
    assert await kind_of(outcome) is ChangeKind.MOVE_NOT_SUPPORTED
