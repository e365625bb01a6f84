"""The laws of reminders and overdue notices, whatever people do and however often the worker dies.

At most one of a kind for a task, a due date and a recipient; none but what the task as it is calls for;
none lost once a worker in good health has looked after its instant.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from punchlist.domain.categories import Assignee, AssigneeKind
from punchlist.domain.context import Context, system_context
from punchlist.domain.implementation_tasks import ImplementationTaskWish, TaskStatus
from punchlist.domain.lifecycle import Status
from punchlist.domain.limits import OVERDUE_NEWS_DAYS
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.problems import Unavailable
from punchlist.domain.tasks import TaskChanges
from punchlist.domain.users import UserChanges
from punchlist.services import implementation_tasks, notices, tasks, users
from tests.notices.breaking import BREAKS, BreakingDatabase
from tests.notices.office import IN_APP, follow
from tests.stateful.bounds import THOROUGH, examples
from tests.support.backstage import Backstage
from tests.support.plant import LINE, Plant

PEOPLE = ("bob", "mia", "charlie")
HOUR = dt.timedelta(hours=1)
NEWS = dt.timedelta(days=OVERDUE_NEWS_DAYS)

people = st.sampled_from(PEOPLE)
# Few values that are near to each other, so that dates come back, and windows meet.
dues = st.sampled_from([2, 5, 26, 50, 24 * 9])
offsets = st.sampled_from([None, 0, 1, 24, 48.5])
places = st.integers(0, 7)
GIVEN = """
SELECT kind, entity_id, user_id, due_at, created_at FROM notifications
WHERE workspace_id = $1 AND kind IN ('reminder', 'overdue')
"""


class Model:
    """A task as it must be."""

    def __init__(self, task_id: str, entity: str) -> None:
        self.id = task_id
        self.entity = entity
        self.due: dt.datetime | None = None
        self.hours: float | None = None
        self.open = True
        self.assignee: str | None = None  # a person's name, or "group"


class Reminding(RuleBasedStateMachine):
    """People date, give, finish and reopen tasks; a worker looks after them, well or badly."""

    plant: Plant
    breaking: BreakingDatabase
    met: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.db = self.plant.backstage.db
        self.run = self.plant.backstage.run
        # Whole seconds, as due dates have them, and later than whatever was done by the servers' clock.
        self.now = dt.datetime.now(dt.UTC).replace(microsecond=0) + HOUR
        self.models: list[Model] = []
        self.members = {"bob"}
        self.disabled: set[str] = set()
        self.change = self.plant.ada.makes_a_change()
        self.set_members(frozenset({"bob"}))

    # --- what people do ---------------------------------------------------------------------------------

    @property
    def context(self) -> Context:
        admin = Actor(self.plant.workspace_id, self.plant.ada.id, Role.ADMIN, change_administrator=True)
        return Context(admin, self.now)

    def id_of(self, name: str) -> str:
        found: str = getattr(self.plant, name).id
        return found

    def pick(self, place: int) -> Model:
        return self.models[place % len(self.models)]

    @initialize(hours=dues, offset=offsets, who=people)
    def begin(self, hours: int, offset: float | None, who: str) -> None:
        self.make_a_task(hours, offset, who)

    @precondition(lambda self: len(self.models) < 6)
    @rule(hours=dues, offset=offsets, who=people)
    def make_a_task(self, hours: int, offset: float | None, who: str) -> None:
        due = self.now + hours * HOUR
        if who in self.disabled:
            return
        wish = TaskChanges(title="T", assignee_id=self.id_of(who), due_at=due, warning_hours=offset)
        made = self.run(tasks.create_task(self.db, self.context, wish))
        model = Model(made.id, "task")
        model.due, model.hours, model.assignee = due, offset, who
        self.models.append(model)

    @precondition(lambda self: len(self.models) < 6)
    @rule(hours=dues | st.just(-3), offset=offsets)
    def make_an_implementation_task(self, hours: int, offset: float | None) -> None:
        due = self.now + hours * HOUR
        group = Assignee(AssigneeKind.GROUP, self.plant.guid("groups", LINE))
        wish = ImplementationTaskWish(name="I", assignee=group, due_at=due, warning_hours=offset)
        ground = self.run(self.ground(None))
        made, _ = self.run(implementation_tasks.add_task(self.db, self.context, ground, wish))
        model = Model(made.id, "implementation_task")
        model.due, model.hours, model.assignee = due, offset, "group"
        self.models.append(model)

    async def ground(self, task_id: str | None) -> Any:
        return await implementation_tasks.find_ground(self.db, self.context, self.change["guid"], task_id)

    def edit(self, model: Model, **wish: Any) -> None:
        """Changes a task as an administrator may."""

        async def edit() -> None:
            if model.entity == "task":
                found = await tasks.find_task(self.db, self.context, model.id)
                await tasks.update_task(self.db, self.context, model.id, TaskChanges(**wish), found=found)
            else:
                if isinstance(wish.get("assignee_id"), str):
                    wish["assignee"] = Assignee(AssigneeKind.USER, wish.pop("assignee_id"))
                ground = await self.ground(model.id)
                edited = ImplementationTaskWish(**wish)
                await implementation_tasks.edit_task(self.db, self.context, ground, model.id, edited)

        self.run(edit())

    @precondition(lambda self: self.models)
    @rule(place=places, hours=dues, offset=offsets)
    def set_the_due_date(self, place: int, hours: int, offset: float | None) -> None:
        model = self.pick(place)
        due = self.now + hours * HOUR
        self.edit(model, due_at=due, warning_hours=offset)
        model.due, model.hours = due, offset

    @precondition(lambda self: self.models)
    @rule(place=places)
    def clear_the_due_date(self, place: int) -> None:
        model = self.pick(place)
        self.edit(model, due_at=None)
        model.due = model.hours = None

    @precondition(lambda self: self.models)
    @rule(place=places, who=people)
    def give_it_to_somebody(self, place: int, who: str) -> None:
        model = self.pick(place)
        if who in self.disabled and model.assignee != who:
            return
        self.edit(model, assignee_id=self.id_of(who))
        model.assignee = who

    @precondition(lambda self: self.models)
    @rule(place=places)
    def finish(self, place: int) -> None:
        model = self.pick(place)
        done: Any = Status.CANCELED if model.entity == "task" else TaskStatus.DONE
        self.edit(model, status=done)
        model.open = False

    @precondition(lambda self: any(model.entity == "implementation_task" for model in self.models))
    @rule(place=places)
    def reopen(self, place: int) -> None:
        found = [model for model in self.models if model.entity == "implementation_task"]
        model = found[place % len(found)]
        self.edit(model, status=TaskStatus.IN_PROGRESS)
        model.open = True

    @rule(members=st.frozensets(people, min_size=1))
    def set_members(self, members: frozenset[str]) -> None:
        addresses = ", ".join(f'"{name}@example.com"' for name in sorted(members - self.disabled))
        self.plant.configure(
            f'[workspace]\nname = "EveryRoad GPS"\n[[groups]]\nname = "{LINE}"\n'
            f'assignability = ["CHANGES"]\nmembers = [{addresses}]\n'
        )
        # Who is disabled stays a member, and nobody else who is becomes one.
        self.members = set(members - self.disabled) | self.members & self.disabled

    @rule(who=people)
    def disable_or_enable(self, who: str) -> None:
        context = system_context(self.plant.workspace_id, self.now)
        wish = UserChanges(disabled=who not in self.disabled)
        self.run(users.update_user(self.db, context, self.id_of(who), wish))
        self.disabled ^= {who}

    # --- what the worker does ---------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 59, 60, 61, 24 * 60, 24 * 60 * 8]))
    def time_passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @precondition(lambda self: self.models)
    @rule(place=places, at_due=st.booleans(), seconds=st.integers(-1, 1))
    def an_instant_comes(self, place: int, at_due: bool, seconds: int) -> None:
        """The clock goes to where something falls due, or a second beside it."""
        model = self.pick(place)
        if model.due is not None:
            early = 0 if at_due or model.hours is None else model.hours
            self.now = max(self.now, model.due - early * HOUR + dt.timedelta(seconds=seconds))

    def rings(self, db: Any) -> Any:
        return notices.ring_in(db, self.plant.workspace_id, self.now, IN_APP)

    def follows(self, db: Any) -> Any:
        return follow(db, self.plant.workspace_id)

    @rule()
    def look_without_reading_on(self) -> None:
        before = self.given()
        self.run(self.rings(self.db))
        self.check_called_for(before)

    @rule(count=st.integers(1, 3))
    def look_in_good_health(self, count: int) -> None:
        """One worker, or several at once."""
        before = self.given()

        async def work() -> None:
            await asyncio.gather(*(self.follows(self.db) for _ in range(count)))
            await self.follows(self.db)
            await asyncio.gather(*(self.rings(self.db) for _ in range(count)))

        self.run(work())
        self.run(self.rings(self.db))  # what one held when the other looked is settled by then
        self.check_called_for(before)
        self.check_nothing_lost()

    @rule(steps=st.integers(1, 14), how=st.sampled_from(BREAKS), reads=st.booleans(), beside=st.booleans())
    def die_at_it(self, steps: int, how: type[BaseException], reads: bool, beside: bool) -> None:
        """One worker breaks at some step, alone or beside another that does not."""
        before = self.given()
        work = self.follows if reads else self.rings

        async def die() -> None:
            self.breaking.fuse.set(steps, how)
            try:
                with contextlib.suppress(Unavailable, *BREAKS):
                    await work(self.breaking)
            finally:
                self.met.add(f"{'reading' if reads else 'looking'} survived" if self.breaking.fuse.left else
                             f"{'reading' if reads else 'looking'} died by {how.__name__}")  # fmt: skip
                self.breaking.fuse.set(0, how)

        async def both() -> None:
            await asyncio.gather(die(), *([work(self.db)] if beside else []))

        self.run(both())
        self.check_called_for(before)

    # --- the laws ---------------------------------------------------------------------------------------

    def given(self) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.plant.backstage.rows(GIVEN, self.plant.workspace_id)]

    def recipients(self, model: Model) -> set[str]:
        named = self.members if model.assignee == "group" else {model.assignee or ""}
        return {self.id_of(name) for name in named - self.disabled}

    def called_for(self, model: Model) -> str | None:
        """The kind of notice that a task calls for now."""
        if not model.open or model.due is None:
            return None
        if self.now >= model.due:
            return "overdue" if self.now - model.due <= NEWS else None
        if model.hours is not None and self.now >= model.due - model.hours * HOUR:
            return "reminder"
        return None

    def check_called_for(self, before: list[tuple[Any, ...]]) -> None:
        """What was given just now is what tasks call for now, of the right people."""
        models = {model.id: model for model in self.models}
        for kind, task_id, user_id, due, _ in set(self.given()) - set(before):
            model = models[task_id]
            assert kind == self.called_for(model)
            assert due == model.due
            assert user_id in self.recipients(model)
            self.met.add(f"{kind} of {model.entity}")

    def check_nothing_lost(self) -> None:
        told = {row[:4] for row in self.given()}
        for model in self.models:
            kind = self.called_for(model)
            if kind is not None:
                for user_id in self.recipients(model):
                    assert (kind, model.id, user_id, model.due) in told

    @invariant()
    def nobody_is_told_twice(self) -> None:
        keys = [row[:4] for row in self.given()]
        assert len(keys) == len(set(keys))

    def teardown(self) -> None:
        self.look_in_good_health(1)
        for name in sorted(self.disabled):
            self.disable_or_enable(name)
        for table in ("tasks", "implementation_tasks", "alarms", "notifications"):
            self.plant.backstage.execute(
                f"DELETE FROM {table} WHERE workspace_id = $1", self.plant.workspace_id
            )


@pytest.fixture(scope="module")
def plant(backstage: Backstage, http: httpx.Client) -> Plant:
    return Plant(backstage, http)


@pytest.fixture(scope="module")
def breaking(backstage: Backstage) -> Iterator[BreakingDatabase]:
    """The database once more, with a fuse, on the loop of the other one."""
    opened = backstage.run(BreakingDatabase.connect(backstage.dsn, size=4))
    yield opened
    backstage.run(opened.close())


@pytest.mark.timeout(600 if not THOROUGH else 7200)
def test_the_laws_hold(plant: Plant, breaking: BreakingDatabase):
    class Here(Reminding):
        pass

    Here.met = set()
    Here.plant = plant
    Here.breaking = breaking
    bounds = settings(examples(40, steps=50), phases=[Phase.explicit, Phase.generate, Phase.shrink])
    run_state_machine_as_test(Here, settings=bounds)
    for kind in ("reminder", "overdue"):
        for entity in ("task", "implementation_task"):
            assert f"{kind} of {entity}" in Here.met
    # How often each is met where depends on the statements that there happen to be.
    for how in BREAKS:
        assert {f"{what} died by {how.__name__}" for what in ("reading", "looking")} & Here.met
    for what in ("reading", "looking"):
        assert any(met.startswith(f"{what} died by ") for met in Here.met)
