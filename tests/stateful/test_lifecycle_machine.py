"""The life of tasks in the hands of random people, beside a model that says what each call must answer.

The model knows the promises and none of the code: the moves, the rights and the order in which a refusal
is found are written here a second time, by hand. At the end every task's history must be a legal path
that leads from its creation to its present state.
"""

from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.stateful.bounds import THOROUGH, examples
from tests.stateful.scenery import priorities, statuses
from tests.support.client import expect
from tests.support.people import Cast, Person

MOVES = {
    "TODO": ["IN_PROGRESS", "CANCELED"],
    "IN_PROGRESS": ["REVIEW", "CANCELED"],
    "REVIEW": ["DONE", "IN_PROGRESS", "CANCELED"],
    "DONE": ["CANCELED"],
    "CANCELED": [],
}
PEOPLE = ["ada", "max", "mia", "bob", "charlie"]
BOSSES = {"ada", "max"}
LIMITS = {"title": 255, "description": 65_535}

people = st.sampled_from(PEOPLE)
# Whoever is drawn blindly is mostly a stranger to a task, and not much happens to it.
involved = st.sampled_from(["the creator", "the creator", "the assignee", *PEOPLE])
titles = st.sampled_from(["Check the torque", "Order the bolts", "", "x" * 256])
any_wishes = st.fixed_dictionaries(
    {},
    optional={
        "title": titles,
        "description": st.sampled_from([None, "", "To 12 Nm."]) | st.just(65_536).map("y".__mul__),
        "status": statuses,
        "priority": priorities,
        "assigneeId": st.sampled_from([None, *PEOPLE]),
        "tags": st.sampled_from([None, [], ["torque"], ["torque", "line 2"], [""]]),
        "dueDate": st.sampled_from([None, "2222-02-22T22:22:22Z", "2001-01-01T00:00:00Z"]),
        "warningOffset": st.sampled_from([None, 0, 24, 0.5, -1, 8761]),
        "createdAt": st.just("1999-01-01T00:00:00Z"),
    },
)
# Most wishes of many fields are refused for one of them; these are not.
good_wishes = st.one_of(
    st.sampled_from([None, *PEOPLE]).map(lambda name: {"assigneeId": name}),
    st.sampled_from([None, "2222-02-22T22:22:22Z"]).map(lambda due: {"dueDate": due}),
    st.sampled_from([None, 0, 8760]).map(lambda hours: {"warningOffset": hours}),
)
wishes = good_wishes | any_wishes


class Model:
    """A task as the promises say it must be."""

    def __init__(self, shown: dict[str, Any], creator: str) -> None:
        self.id: str = shown["id"]
        self.shown = shown
        self.creator = creator
        self.assignee: str | None = None
        self.edits = 1
        self.deleted = False

    def names(self, who: str) -> str:
        """The person that a role in this task names."""
        named = {"the creator": self.creator, "the assignee": self.assignee or self.creator}
        return named.get(who, who)

    def is_seen_by(self, who: str) -> bool:
        return who in BOSSES or who in (self.creator, self.assignee)


def wrong_fields(shown: dict[str, Any], wish: dict[str, Any]) -> set[str]:
    """The fields of a wish that are wrong in themselves or with what the task has."""
    wrong = {name for name, most in LIMITS.items() if wish.get(name) is not None and len(wish[name]) > most}
    if wish.get("title") == "":
        wrong.add("title")
    if wish.get("tags") == [""]:
        wrong.add("tags")
    due = wish.get("dueDate", shown["dueDate"])
    if due is not None and due != shown["dueDate"] and due < "2030":
        wrong.add("dueDate")
    hours = wish.get("warningOffset")
    if hours is not None and (not 0 <= hours <= 8760 or due is None):
        wrong.add("warningOffset")
    return wrong


def wished_state(shown: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """The task as it must be once a good wish is granted; of instants, those that do not move."""
    after = shown | {name: value for name, value in wish.items() if name != "createdAt"}
    if after["dueDate"] is None:
        after["warningOffset"] = None
    after["tags"] = after["tags"] or []
    return after


class Lifecycle(RuleBasedStateMachine):
    """Random people create, read, change, move and delete tasks."""

    company: Cast
    tasks = Bundle("tasks")
    met: set[tuple[Any, ...]]  # what happened in any of the examples

    def __init__(self) -> None:
        super().__init__()
        self.models: list[Model] = []

    def person(self, name: str) -> Person:
        found: Person = getattr(self.company, name)
        return found

    def on_the_wire(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The wish with the people's ids in place of their names."""
        if wish.get("assigneeId") is None:
            return wish
        return wish | {"assigneeId": self.person(wish["assigneeId"]).id}

    def create(self, who: str, wish: dict[str, Any]) -> Model | None:
        answer = self.person(who).post("/tasks", self.on_the_wire(wish))
        blank = dict.fromkeys(("description", "assigneeId", "dueDate", "warningOffset"))
        start = blank | {"status": "TODO", "priority": "MEDIUM", "tags": []}
        assignee = wish.get("assigneeId")
        wrong = wrong_fields(start, wish) | (set() if "title" in wish else {"title"})
        if who not in BOSSES and assignee not in (None, who):
            assert answer.status_code == 403
        elif wrong:
            assert answer.status_code == 422
            assert set(answer.json()["error"]["details"]) == wrong
        else:
            shown = expect(201, answer)
            expected = wished_state(start, self.on_the_wire(wish)) | {"createdBy": self.person(who).id}
            assert {name: shown[name] for name in expected} == expected
            model = Model(shown, who)
            model.assignee = assignee
            self.models.append(model)
            return model
        return None

    @initialize(target=tasks, who=people, boss=st.sampled_from(sorted(BOSSES)), status=statuses)
    def begin(self, who: str, boss: str, status: str) -> Any:
        """Somebody's task in any status, and one that a boss gave to somebody."""
        own = {"title": "Check the torque", "status": status}
        given = own | {"assigneeId": who, "dueDate": "2222-02-22T22:22:22Z", "warningOffset": 24}
        return multiple(*filter(None, [self.create(who, own), self.create(boss, given)]))

    @rule(target=tasks, who=people, wish=wishes)
    def somebody_creates_a_task(self, who: str, wish: dict[str, Any]) -> Any:
        model = self.create(who, wish)
        return multiple() if model is None else model

    @rule(task=tasks, who=involved)
    def somebody_reads_it(self, task: Model, who: str) -> None:
        who = task.names(who)
        answer = self.person(who).get(f"/tasks/{task.id}")
        if not task.is_seen_by(who):
            assert answer.status_code == 403
            return
        assert expect(200, answer) == task.shown
        assert answer.headers["etag"] == f'"{task.edits}"'
        moves = expect(200, self.person(who).get(f"/tasks/{task.id}/transitions"))
        status = task.shown["status"]
        assert moves == {"currentStatus": status, "allowedTransitions": MOVES[status]}

    @rule(task=tasks, who=involved, status=statuses)
    def somebody_moves_it(self, task: Model, who: str, status: str) -> None:
        self.change(task, task.names(who), {"status": status}, None)

    @rule(task=tasks, way=st.integers(0, 5))
    def its_creator_moves_it_on(self, task: Model, way: int) -> None:
        if onward := MOVES[task.shown["status"]]:
            self.change(task, task.creator, {"status": onward[way % len(onward)]}, None)

    @rule(
        task=tasks, who=involved, wish=wishes, precondition=st.sampled_from([None, "*", "current", "stale"])
    )
    def somebody_changes_it(
        self, task: Model, who: str, wish: dict[str, Any], precondition: str | None
    ) -> None:
        self.change(task, task.names(who), wish, precondition)

    def change(self, task: Model, who: str, wish: dict[str, Any], precondition: str | None) -> None:
        tag = {"current": f'"{task.edits}"', "stale": f'"{task.edits + 1}"'}.get(str(precondition), "*")
        headers = {} if precondition is None else {"if-match": tag}
        answer = self.person(who).patch(f"/tasks/{task.id}", self.on_the_wire(wish), headers=headers)
        status, code = self.expected(task, who, wish, precondition)
        assert (answer.status_code, answer.json().get("error", {}).get("code")) == (status, code)
        self.met.add((status, code))
        if status == 200:
            self.met.add((task.shown["status"], wish.get("status", task.shown["status"])))
            self.grant(task, wish, answer.json())
            assert answer.headers["etag"] == f'"{task.edits}"'
        elif code == "validation_error":
            wrong = wrong_fields(task.shown, wish)
            moves = [task.shown["status"], *MOVES[task.shown["status"]]]
            if wish.get("status", moves[0]) not in moves:
                wrong.add("status")
            assert set(answer.json()["error"]["details"]) == wrong
        elif code == "invalid_status_transition":
            assert answer.json()["error"]["details"] == {
                "currentStatus": task.shown["status"],
                "requestedStatus": wish["status"],
                "allowedTransitions": MOVES[task.shown["status"]],
            }

    def expected(
        self, task: Model, who: str, wish: dict[str, Any], precondition: str | None
    ) -> tuple[int, str | None]:
        """The answer that a change must get: for who asks, then for what they read, then for the wish."""
        assignee = wish.get("assigneeId")
        assigns = assignee is not None and assignee != task.assignee
        if not task.is_seen_by(who) or (assigns and who not in BOSSES and assignee != who):
            return 403, "permission_denied"
        if precondition == "stale":
            return 412, "precondition_failed"
        if wrong_fields(task.shown, wish):
            return 422, "validation_error"
        status = task.shown["status"]
        if wish.get("status", status) not in (status, *MOVES[status]):
            return 422, "invalid_status_transition"
        return 200, None

    def grant(self, task: Model, wish: dict[str, Any], answer: dict[str, Any]) -> None:
        after = wished_state(task.shown, self.on_the_wire(wish))
        if after == task.shown:
            assert answer == task.shown
            return
        assert answer == after | {"updatedAt": answer["updatedAt"]}
        assert answer["updatedAt"] >= task.shown["updatedAt"]
        task.shown = answer
        task.assignee = wish.get("assigneeId", task.assignee)
        task.edits += 1

    @rule(task=consumes(tasks), who=involved)
    def somebody_deletes_it(self, task: Model, who: str) -> None:
        who = task.names(who)
        answer = self.person(who).delete(f"/tasks/{task.id}")
        if who in BOSSES or who == task.creator:
            assert answer.status_code == 204
            assert self.company.ada.get(f"/tasks/{task.id}").status_code == 404
            assert self.company.ada.patch(f"/tasks/{task.id}", {"title": "x"}).status_code == 404
            task.deleted = True
        else:
            assert answer.status_code == 403
            assert self.company.ada.sees({"id": task.id}) == task.shown
        self.met.add(("deletion", answer.status_code))

    def teardown(self) -> None:
        for task in self.models:
            if not task.deleted:
                assert self.company.ada.sees({"id": task.id}) == task.shown
                replay(task, self.company.ada.history_of({"id": task.id}))


def replay(task: Model, history: list[dict[str, Any]]) -> None:
    """Goes the history's way from the beginning; every step of it must be legal and lead on."""
    state: dict[str, Any] = {}
    assert [entry["verb"] for entry in reversed(history)] == ["created"] + ["updated"] * (task.edits - 1)
    for entry in reversed(history):
        assert entry["changes"]
        for change in entry["changes"]:
            field = change["field"]
            assert state.get(field) == (change["from"] or None)
            assert change["from"] != change["to"]
            if field == "status" and change["from"] is not None:
                assert change["to"] in MOVES[change["from"]]
            state[field] = change["to"] or None
    told = {name: value or None for name, value in task.shown.items()}
    assert state == {name: told[name] for name in state if name not in ("id", "createdAt", "updatedAt")}
    assert {name for name, value in told.items() if value is not None} <= set(state) | {
        "id",
        "createdAt",
        "updatedAt",
    }


@pytest.mark.timeout(600)
def test_tasks_live_as_promised_whoever_does_what_to_them(company: Cast):
    class Here(Lifecycle):
        pass

    Here.company, Here.met = company, set()
    # Making a failure small takes minutes of requests, which is for whoever looks into it.
    phases = tuple(phase for phase in Phase if THOROUGH or phase is not Phase.shrink)
    run_state_machine_as_test(Here, settings=settings(examples(80, steps=40), phases=phases))
    # Guards the search: a model that is never contradicted proves little about what never happened.
    assert {
        (200, None),
        (403, "permission_denied"),
        (412, "precondition_failed"),
        (422, "invalid_status_transition"),
        (422, "validation_error"),
        ("deletion", 204),
        ("deletion", 403),
    } <= Here.met
    moves = {(current, wished) for current in MOVES for wished in MOVES[current]}
    assert len(moves & Here.met) > len(moves) / 2
