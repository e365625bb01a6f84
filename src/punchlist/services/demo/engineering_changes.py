"""The demo's engineering changes: one in every state, with implementation tasks, notes and history."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from punchlist.domain.categories import Category
from punchlist.domain.change_lifecycle import Asked, Effectivity
from punchlist.domain.changes import ChangeWish
from punchlist.domain.context import Context
from punchlist.domain.implementation_tasks import OPEN, ImplementationTaskWish, TaskStatus
from punchlist.domain.limits import IMPLEMENTATION_TASKS_MAX
from punchlist.domain.notes import NoteWish
from punchlist.domain.permissions import Actor
from punchlist.domain.queries import Page
from punchlist.domain.users import User
from punchlist.services import changes, implementation_tasks, notes
from punchlist.services.changes import Classified, StatusWish
from punchlist.store import categories, configuration_views
from punchlist.store.database import Executor

_ADMINISTRATORS = frozenset({"Ada", "Max"})
_STEP = dt.timedelta(days=2)


class _Row(NamedTuple):
    """A change: who creates it, of which category, through which routing, and what it is taken through.

    `done` are how many of its implementation tasks get done on the way.
    """

    creator: str
    category: str
    title: str
    asked: tuple[Asked, ...] = ()
    routing: str | None = None
    done: int = 0


_ENGINEERING, _DOCUMENT = "Engineering Change Order", "Document Change Order"
_SAFETY, _DEVIATION = "Safety Change Order", "Temporary Deviation"
_A = Asked

_CHANGES = (
    _Row("Mia", _ENGINEERING, "Wider cable gland on the base plate"),
    _Row("Bob", _ENGINEERING, "Second source for the display", (_A.OPEN_AND_LOCKED,)),
    _Row("Mia", _SAFETY, "Interlock on the service door", (_A.SUBMITTED,)),
    _Row("Bob", _DOCUMENT, "Torque table, revision C", (_A.SUBMITTED,), "Change Board"),
    _Row("Mia", _DOCUMENT, "Type label for 230 V", (_A.SUBMITTED, _A.REJECTED), "Change Board"),
    _Row("Bob", _ENGINEERING, "Potting of the main board", (_A.CANCELED,)),
    _Row("Mia", _SAFETY, "Fuse of 4 A in place of 6 A", (_A.SUBMITTED, _A.SUBMITTED, _A.APPROVED),
         "Change Board"),
    _Row("Mia", _ENGINEERING, "Hinge of stainless steel", (_A.SUBMITTED,), done=2),
    _Row("Bob", _ENGINEERING, "Watchdog with its own supply", (_A.SUBMITTED, _A.COMPLETED), done=5),
    _Row("Mia", _DEVIATION, "Grey housings for one lot", (_A.SUBMITTED, _A.APPROVED), "Engineering Lead"),
    _Row("Bob", _DEVIATION, "Old connectors until they are used up", (_A.SUBMITTED, _A.APPROVED, _A.EXPIRED),
         "Engineering Lead"),
)  # fmt: skip


class _Scene(NamedTuple):
    db: Executor
    workspace_id: int
    people: Mapping[str, User]
    categories: Mapping[str, Category]
    routings: Mapping[str, str]
    began: dt.datetime

    def by(self, name: str, steps: float) -> Context:
        """The context of a person, so many steps into the story."""
        person = self.people[name]
        actor = Actor(self.workspace_id, person.id, person.role, change_administrator=name in _ADMINISTRATORS)
        return Context(actor, self.began + steps * _STEP)


async def make_changes(db: Executor, workspace_id: int, people: Mapping[str, User], now: dt.datetime) -> None:
    """Makes all of them, the first four weeks ago."""
    known = {category.name: category for category in await categories.list_(db, workspace_id)}
    routings = {each.name: each.id for each in await configuration_views.routings(db, workspace_id)}
    for place, row in enumerate(_CHANGES):
        began = now - dt.timedelta(days=28 - place)
        await _make(_Scene(db, workspace_id, people, known, routings, began), row)


async def _make(scene: _Scene, row: _Row) -> None:
    category = scene.categories[row.category]
    # A change that an administrator routes gets its routing from them, after it was submitted.
    by_administrator = row.category == _SAFETY
    routing = () if row.routing is None else (scene.routings[row.routing],)
    shown = await changes.create_change(
        scene.db,
        scene.by(row.creator, 0),
        _wish(scene, category, row, () if by_administrator else routing),
        Classified(category_id=category.id),
    )
    change_id = shown.change.id
    for step, asked in enumerate(row.asked, start=1):
        if asked is Asked.COMPLETED:
            await _do_tasks(scene, change_id, row.done, step - 0.5)
        if by_administrator and step == 2:
            wish = ChangeWish(routing_ids=routing)
            await changes.edit_change(scene.db, scene.by("Ada", step - 0.5), change_id, wish, Classified())
        who = row.creator if step == 1 and asked is not Asked.CANCELED else "Ada"
        await changes.change_status(scene.db, scene.by(who, step), change_id, StatusWish(asked))
    if row.done and Asked.COMPLETED not in row.asked:
        await _do_tasks(scene, change_id, row.done, len(row.asked) + 0.5)


def _wish(scene: _Scene, category: Category, row: _Row, routing: tuple[str, ...]) -> ChangeWish:
    reasons = {
        each.id: f"{row.title}: see the report of the week." for each in category.attributes if each.required
    }
    wish = ChangeWish(title=row.title, routing_ids=routing, attributes=reasons)
    later = scene.began + dt.timedelta(days=90)
    if category.effectivity is Effectivity.PERMANENT_ON_DATE:
        wish.planned_effectivity_at = later
    if category.effectivity is Effectivity.TEMPORARY:
        wish.expiration_at = later
    return wish


async def _do_tasks(scene: _Scene, change_id: str, count: int, step: float) -> None:
    """Gets the first open tasks of a change done, and begins the next; the first gets a remark."""
    context = scene.by("Max", step)
    ground = await implementation_tasks.find_ground(scene.db, context, change_id, None)
    page = Page(limit=IMPLEMENTATION_TASKS_MAX)
    found = await implementation_tasks.list_tasks(scene.db, context, ground, page)
    waiting = [task for task, _ in found if task.status in OPEN]
    for place, task in enumerate(waiting[: count + 1]):
        ground = await implementation_tasks.find_ground(scene.db, context, change_id, task.id)
        status = TaskStatus.DONE if place < count else TaskStatus.IN_PROGRESS
        wish = ImplementationTaskWish(status=status)
        await implementation_tasks.edit_task(scene.db, context, ground, task.id, wish)
        if place == 0:
            said = NoteWish(note="Done together with the supplier; the papers are in the usual place.")
            await notes.add_note(scene.db, context, ground, task.id, said)
