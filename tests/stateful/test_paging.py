"""Lists: pages of any size laid end to end are the whole sorted list, and filters mean what they say.

The model is Python's: a comprehension for the filters, stable sorts for the order.
"""

import datetime as dt
import random
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain import events, ids
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.queries import (
    TASK_SORT_FIELDS,
    USER_SORT_FIELDS,
    Order,
    Page,
    TaskFilter,
    UserFilter,
)
from punchlist.domain.tasks import Priority, Task
from punchlist.domain.users import User
from punchlist.services import tasks, users
from punchlist.store import tasks as task_store
from punchlist.store import users as user_store
from tests.stateful.bounds import examples
from tests.stateful.scenery import NOW
from tests.support.backstage import Backstage, new_workspace
from tests.support.client import expect
from tests.support.people import Cast

# Letters that sort differently by case, by accent and by code point, and those that a pattern would misread.
LETTERS = "abABzZ09 _%\\'\"éÉßžŽ漢🔩"
WORDS = ["torque", "Torque", "TORQUE", "100%", "a_b", "aXb", "c:\\d", "žába", "ŽÁBA", "漢字漢字"]
TAGS = ["line 2", "torque", "Torque", "éclair"]
HOUR = dt.timedelta(hours=1)


class Shelf:
    """A workspace full of tasks and users, as they were put there, with many ties among them."""

    def __init__(self, backstage: Backstage) -> None:
        self.backstage = backstage
        dice = random.Random(20300517)
        self.users = [_some_user(dice) for _ in range(25)]
        self.tasks = [_some_task(dice, self.users) for _ in range(70)]
        self.workspace_id = backstage.run(self._fill())

    async def _fill(self) -> int:
        async with self.backstage.db.transaction() as tx:
            context = Context(Actor(await new_workspace(tx), "", Role.ADMIN), NOW)
            for user in self.users:
                event = events.created(Entity.USER, user, user.created_at)
                await user_store.insert(tx, context, user, event)
            for task in self.tasks:
                event = events.created(Entity.TASK, task, task.created_at)
                assert await task_store.insert(tx, context, task, event)
        return context.actor.workspace_id

    def context(self, user: User) -> Context:
        return Context(Actor(self.workspace_id, user.id, user.role), NOW)


def _some_instant(dice: random.Random) -> dt.datetime:
    return NOW + dice.randrange(6) * HOUR


def _some_title(dice: random.Random) -> str:
    made = "".join(dice.choices(LETTERS, k=dice.randrange(1, 6))) + dice.choice(["", *WORDS])
    return made.strip() or "x"


def _some_user(dice: random.Random) -> User:
    number = dice.randrange(10**9)
    at = _some_instant(dice)
    return User(
        ids.new_id(), 1, _some_title(dice), f"{dice.choice('aAbB')}{number}@example.com",
        dice.choice(list(Role)), False, at, at,
    )  # fmt: skip


def _some_task(dice: random.Random, people: list[User]) -> Task:
    somebody = [None, *(user.id for user in people[:4])]
    at = _some_instant(dice)
    return Task(
        id=ids.new_id(),
        version=1,
        title=_some_title(dice),
        description=dice.choice([None, "", _some_title(dice)]),
        status=dice.choice(list(Status)),
        priority=dice.choice(list(Priority)),
        created_by=dice.choice(somebody),
        assignee_id=dice.choice(somebody),
        due_at=dice.choice([None, _some_instant(dice)]),
        warning_hours=None,
        tags=tuple(dice.sample(TAGS, k=dice.randrange(3))),
        created_at=at,
        updated_at=at,
    )


@pytest.fixture(scope="module")
def shelf(backstage: Backstage) -> Shelf:
    return Shelf(backstage)


# --- the model ----------------------------------------------------------------------------------------

_KEYS: dict[str, Callable[[Any], Any]] = {
    "title": lambda task: (task.title.lower(), task.title),
    "name": lambda user: (user.name.lower(), user.name),
    "email": lambda user: user.email.lower(),
    "status": lambda task: list(Status).index(task.status),
    "priority": lambda task: list(Priority).index(task.priority),
    # Nulls come last where the order ascends, and first where it descends.
    "due_at": lambda task: (task.due_at is None, task.due_at or NOW),
}


def in_order(things: list[Any], order: tuple[Order, ...]) -> list[Any]:
    found = sorted(things, key=lambda thing: thing.id)
    for each in reversed(order):
        key = _KEYS.get(each.field, attrgetter(each.field))
        found.sort(key=key, reverse=each.descending)
    return found


def fits(task: Task, wanted: TaskFilter) -> bool:
    text = f"{task.title}\0{task.description or ''}".lower()
    return all(
        [
            wanted.statuses is None or task.status in wanted.statuses,
            wanted.priorities is None or task.priority in wanted.priorities,
            wanted.tags is None or bool(set(task.tags) & set(wanted.tags)),
            wanted.assignee_ids is None or task.assignee_id in wanted.assignee_ids,
            wanted.creator_ids is None or task.created_by in wanted.creator_ids,
            wanted.due_after is None or (task.due_at is not None and task.due_at > wanted.due_after),
            wanted.due_before is None or (task.due_at is not None and task.due_at < wanted.due_before),
            wanted.has_due is None or (task.due_at is not None) == wanted.has_due,
            wanted.search is None or wanted.search.lower() in text,
        ]
    )


def is_seen(task: Task, user: User) -> bool:
    return user.role is not Role.MEMBER or user.id in (task.created_by, task.assignee_id)


def orders(fields: tuple[str, ...]) -> st.SearchStrategy[tuple[Order, ...]]:
    one = st.builds(Order, st.sampled_from(fields), st.booleans())
    return st.lists(one, min_size=1, max_size=3, unique_by=lambda order: order.field).map(tuple)


def some_of(values: list[Any]) -> st.SearchStrategy[tuple[Any, ...] | None]:
    return st.none() | st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple)


def filters(shelf: Shelf) -> st.SearchStrategy[TaskFilter]:
    people = [user.id for user in shelf.users[:5]]
    instants = st.none() | st.integers(-1, 6).map(lambda hours: NOW + hours * HOUR)
    written = "".join(f"{task.title} {task.description or ''} " for task in shelf.tasks)
    parts = st.integers(0, len(written) - 8).flatmap(
        lambda start: st.integers(3, 6).map(lambda length: written[start : start + length])
    )
    written_or_not = st.sampled_from(WORDS) | parts
    turned = written_or_not | written_or_not.map(str.upper) | written_or_not.map(str.lower)
    return st.builds(
        TaskFilter,
        statuses=some_of(list(Status)),
        priorities=some_of(list(Priority)),
        tags=some_of(TAGS),
        assignee_ids=some_of(people),
        creator_ids=some_of(people),
        due_after=instants,
        due_before=instants,
        has_due=st.none() | st.booleans(),
        search=st.none() | turned,
    )


# --- the laws -----------------------------------------------------------------------------------------


@examples(60)
@given(data=st.data(), order=orders(TASK_SORT_FIELDS), limit=st.integers(1, 30))
def test_pages_of_tasks_laid_end_to_end_are_the_whole_sorted_list(
    shelf: Shelf, data: st.DataObject, order: tuple[Order, ...], limit: int
):
    db, run = shelf.backstage.db, shelf.backstage.run
    user = data.draw(st.sampled_from(shelf.users[:5]))
    expected = in_order([task for task in shelf.tasks if is_seen(task, user)], order)
    laid: list[Task] = []
    while True:
        page = Page(limit, len(laid))
        found, total = run(tasks.list_tasks(db, shelf.context(user), TaskFilter(), order, page))
        assert total == len(expected)
        laid += found
        if not found:
            break
        assert len(found) == min(limit, total - page.offset)
    assert [task.title for task in laid] == [task.title for task in expected]
    assert laid == expected


@examples(200)
@given(data=st.data(), order=orders(TASK_SORT_FIELDS))
def test_filters_of_tasks_mean_what_they_say(shelf: Shelf, data: st.DataObject, order: tuple[Order, ...]):
    wanted = data.draw(filters(shelf))
    # Most combinations fit nothing; one or two filters are where the mistakes would be.
    kept = data.draw(st.sets(st.sampled_from(TaskFilter.__struct_fields__), min_size=1, max_size=2))
    wanted = TaskFilter(**{name: getattr(wanted, name) for name in kept})
    user = data.draw(st.sampled_from(shelf.users[:5]))
    found, total = shelf.backstage.run(
        tasks.list_tasks(shelf.backstage.db, shelf.context(user), wanted, order, Page(100, 0))
    )
    expected = [task for task in shelf.tasks if is_seen(task, user) and fits(task, wanted)]
    assert found == in_order(expected, order)
    assert total == len(expected)


@examples(30)
@given(data=st.data())
def test_all_filters_together_must_hold(shelf: Shelf, data: st.DataObject):
    """Each is drawn to hold for one task, so that the list is not empty but for a mistake."""
    task = data.draw(st.sampled_from(shelf.tasks))
    wanted = TaskFilter(
        statuses=(task.status, Status.TODO),
        priorities=(task.priority,),
        tags=task.tags or None,
        assignee_ids=None if task.assignee_id is None else (task.assignee_id,),
        creator_ids=None if task.created_by is None else (task.created_by,),
        due_after=None if task.due_at is None else task.due_at - HOUR,
        due_before=None if task.due_at is None else task.due_at + HOUR,
        has_due=task.due_at is not None,
        search=task.title if len(task.title) > 2 else None,
    )
    admin = next(user for user in shelf.users if user.role is Role.ADMIN)
    found, total = shelf.backstage.run(
        tasks.list_tasks(
            shelf.backstage.db, shelf.context(admin), wanted, (Order("created_at"),), Page(100, 0)
        )
    )
    assert task in found
    assert {each.id for each in found} == {each.id for each in shelf.tasks if fits(each, wanted)}
    assert total == len(found)


@examples(60)
@given(data=st.data(), order=orders(USER_SORT_FIELDS), limit=st.integers(1, 12))
def test_pages_and_filters_of_users_keep_the_same_laws(
    shelf: Shelf, data: st.DataObject, order: tuple[Order, ...], limit: int
):
    db, run = shelf.backstage.db, shelf.backstage.run
    actor = next(user for user in shelf.users if user.role is data.draw(st.sampled_from(Role)))
    wanted = data.draw(
        st.builds(
            UserFilter,
            email=st.none() | st.sampled_from(shelf.users).map(lambda user: user.email.swapcase()),
            name=st.none() | st.sampled_from([*LETTERS, *WORDS]),
            roles=some_of(list(Role)),
        )
    )
    expected = in_order(
        [
            user
            for user in shelf.users
            if (
                user.id == actor.id
                or actor.role is Role.ADMIN
                or (actor.role is Role.MANAGER and user.role is not Role.ADMIN)
            )
            and (wanted.email is None or user.email.lower() == wanted.email.lower())
            and (wanted.name is None or wanted.name.lower() in user.name.lower())
            and (wanted.roles is None or user.role in wanted.roles)
        ],
        order,
    )
    laid: list[User] = []
    while True:
        found, total = run(users.list_users(db, shelf.context(actor), wanted, order, Page(limit, len(laid))))
        assert total == len(expected)
        laid += found
        if not found:
            break
    assert laid == expected


def test_following_next_visits_every_page_of_the_filtered_list_and_prev_leads_back(company: Cast):
    ada = company.ada
    made = [
        ada.makes_a_task(title=f"Part {place}", status="TODO" if place % 2 else "DONE", tags=["a,b", "é&=+"])
        for place in range(23)
    ]
    expected = [task["id"] for task in made if task["status"] == "TODO"]
    answer = ada.get("/tasks", sort="createdAt", status="TODO", limit=4, search="Part ")
    forth: list[list[str]] = []
    back: list[list[str]] = []
    while True:
        page = [task["id"] for task in expect(200, answer)["data"]]
        forth.append(page)
        assert answer.json()["pagination"]["hasMore"] == ("next" in answer.links)
        if "next" not in answer.links:
            break
        answer = ada.http.get(answer.links["next"]["url"], headers={"authorization": f"Bearer {ada.token}"})
    assert [each for page in forth for each in page] == expected
    while True:
        back.append([task["id"] for task in expect(200, answer)["data"]])
        if "prev" not in answer.links:
            break
        answer = ada.http.get(answer.links["prev"]["url"], headers={"authorization": f"Bearer {ada.token}"})
    assert back == forth[::-1]


def test_the_shelf_holds_the_ties_and_the_nulls_that_the_laws_are_about(shelf: Shelf):
    assert len({task.created_at for task in shelf.tasks}) < len(shelf.tasks) / 5
    assert any(task.due_at is None for task in shelf.tasks)
    lowered = [task.title.lower() for task in shelf.tasks]
    assert any(each != task.title for each, task in zip(lowered, shelf.tasks, strict=True))
    assert {user.role for user in shelf.users[:5]} == set(Role)
    assert msgspec.structs.asdict(TaskFilter()) == dict.fromkeys(TaskFilter.__struct_fields__)
