"""The life of changes in the hands of random people, beside a model that says what each call must answer.

The model reads the contract's tables as tests have them written down, and knows none of the code. After every
step no completed change may have an open task; at the end every history must be a legal path.
"""

from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.stateful.bounds import examples
from tests.support.backstage import Backstage
from tests.support.builders import in_future
from tests.support.change_contract import TABLE, WISHES, Case, promised, promised_of_task
from tests.support.client import expect
from tests.support.plant import Engineer, Plant, refusal

PEOPLE = ["ada", "max", "mia", "bob", "charlie"]
OPEN = {"NOT_STARTED", "IN_PROGRESS", "BEHIND"}
TASK_STATUSES = [*sorted(OPEN), "DONE", "DONE", "CANCELED", "NOT_APPLICABLE"]
DELETABLE = {"OPEN_AND_UNLOCKED", "CANCELED", "REJECTED"}
SUBMISSIONS = {"SUBMITTED_FOR_ROUTING", "SUBMITTED_FOR_APPROVAL", "APPROVED"}
VOTERS = {"CTO Approval Only": {"max"}, "Change Board": {"max", "charlie"}}


class Kind(NamedTuple):
    """What a category of the plant makes of its changes."""

    method: str = "AUTO"
    effectivity: str = "PERMANENT_ON_APPROVAL"
    managed: bool = True
    override: bool = True
    administrators: frozenset[str] = frozenset()
    templates: int = 0
    prefix: str = "ECO-"


KINDS = {
    "Plain": Kind(administrators=frozenset({"max"})),
    "Planned": Kind(templates=4),
    "Unmanaged": Kind(managed=False),
    "Fixed": Kind(override=False, templates=1),
    "Routed": Kind("USER_DEFINED"),
    "Board": Kind("ADMIN_DEFINED", administrators=frozenset({"max"})),
    "Deviation": Kind(effectivity="TEMPORARY", prefix="DEV-"),
    "": Kind(managed=False, override=False),
}

people = st.sampled_from(PEOPLE)
# Whoever is drawn blindly mostly may not, and not much happens.
involved = st.sampled_from(["ada", "the creator"] * 3 + PEOPLE)
assignees = st.sampled_from(["nobody", "group", *PEOPLE])
routings = st.sampled_from([[], [], *([voted] for voted in VOTERS), ["CTO Approval Only"], [*VOTERS]])


class Model:
    """A change as the contract says it must be."""

    def __init__(self, shown: dict[str, Any], category: str, creator: str, routed: list[str]) -> None:
        self.guid: str = shown["guid"]
        self.number: str = shown["number"]
        self.title: str = shown["title"]
        self.category = category
        self.kind = KINDS[category]
        self.effectivity: str = shown["effectivityType"]
        self.waits = shown["effectivityPlannedDateTime"] is not None
        self.creator = creator
        self.submitter: str | None = None
        self.status = "OPEN_AND_UNLOCKED"
        self.routings = routed
        self.approvals: set[str] = set()
        self.tasks: dict[str, tuple[str, str]] = {}  # by guid: status, and whose it is
        self.deleted = False

    def named(self, who: str) -> str:
        return self.creator if who == "the creator" else who

    def stands(self, who: str, task: str | None = None) -> frozenset[str]:
        """How somebody stands to the change, and to a task of it."""
        standing = {
            "anyone": True,
            "creator": who == self.creator,
            "submitter": who == self.submitter,
            "administrator": who == "ada" or who in self.kind.administrators,
            "assignee": task is not None
            and (self.tasks[task][1] == who or (self.tasks[task][1] == "group" and who == "bob")),
        }
        return frozenset(name for name, holds in standing.items() if holds)

    @property
    def open_tasks(self) -> int:
        return sum(status in OPEN for status, _ in self.tasks.values())

    @property
    def voters(self) -> set[str]:
        return {voter for routing in self.routings for voter in VOTERS[routing]}

    def promised_move(self, who: str, asked: str) -> str | int:
        kind, routed = self.kind, bool(self.routings)
        who_asks = self.stands(who) - {"anyone", "assignee"}
        return promised(
            Case(self.status, asked, who_asks, kind.method, routed, self.effectivity, self.open_tasks)
        )

    def promised_deed(self, deed: str, who: str, task: str | None = None) -> int | None:
        switches = {"managed": self.kind.managed, "override": self.kind.override}
        standing = self.stands(who, task)
        return promised_of_task(deed, standing, self.status, uncategorized=not self.category, **switches)

    def become(self, status: str, by: str) -> None:
        """Takes a status with what it brings along, and the one that follows at once."""
        self.status = status
        if status in SUBMISSIONS and self.submitter is None:
            self.submitter = by
        if status == "OPEN_AND_UNLOCKED":
            self.submitter, self.approvals = None, set()
        if status == "APPROVED" and not self.waits:
            self.status = "EFFECTIVE"


class Changes(RuleBasedStateMachine):
    """Random people make changes, move them, vote, and work on their tasks."""

    plant: Plant
    met: set[Any]  # what happened in any of the examples
    given: dict[str, int]  # the last number of each sequence
    changes = Bundle("changes")

    def __init__(self) -> None:
        super().__init__()
        self.models: list[Model] = []

    def person(self, name: str) -> Engineer:
        found: Engineer = getattr(self.plant, name)
        return found

    def check(self, answer: httpx.Response, expected: int | None, status: int = 200) -> bool:
        """Whether a call was granted, which must be what the contract says."""
        self.met.add(expected)
        if expected is None:
            expect(status, answer)
        elif expected == 5006:  # told with all the alerts
            refusal(answer, 5006, 5202)
        else:
            refusal(answer, expected)
        return expected is None

    def create(self, who: str, category: str, routed: list[str], *, dated: bool, titled: bool) -> Any:
        kind = KINDS[category]
        body: dict[str, Any] = {
            "title": "Case melting" if titled else " ",
            "routings": [self.plant.routing(name) for name in routed],
        }
        if category:
            body["category"] = {"guid": self.plant.category(category)}
        if dated and kind.effectivity != "TEMPORARY":
            body |= {
                "effectivityType": "PERMANENT_ON_DATE",
                "effectivityPlannedDateTime": in_future(days=400),
            }
        answer = self.person(who).post("/changes", body)
        if not self.check(answer, None if titled else 3001, 201):
            return None
        shown = answer.json()
        self.given[kind.prefix] += 1
        assert shown["number"] == f"{kind.prefix}{self.given[kind.prefix]:06}"
        model = Model(shown, category, who, routed)
        if kind.templates:
            tasks = self.person(who).sees_tasks(shown)
            assert len(tasks) == kind.templates
            owners = {"Check Supplier": "group", "Revise drawings": "mia"}
            model.tasks = {
                each["guid"]: (each["status"], owners.get(each["name"], "nobody")) for each in tasks
            }
            if category == "Fixed":
                model.tasks = {guid: (status, "nobody") for guid, (status, _) in model.tasks.items()}
        self.models.append(model)
        return model

    @initialize(target=changes, who=people, category=st.sampled_from(sorted(KINDS)), routed=routings)
    def begin(self, who: str, category: str, routed: list[str]) -> Any:
        return self.create(who, category, routed, dated=False, titled=True)

    @rule(
        target=changes,
        who=people,
        category=st.sampled_from(sorted(KINDS)),
        routed=routings,
        dated=st.booleans(),
        titled=st.sampled_from([True, True, True, False]),
    )
    def somebody_makes_a_change(
        self, who: str, category: str, routed: list[str], dated: bool, titled: bool
    ) -> Any:
        model = self.create(who, category, routed, dated=dated, titled=titled)
        return multiple() if model is None else model

    @rule(change=changes, who=involved, asked=st.sampled_from(WISHES))
    def somebody_asks_it_to_become_something(self, change: Model, who: str, asked: str) -> None:
        self.move(change, change.named(who), asked)

    @rule(change=changes, ways=st.lists(st.integers(0, 5), min_size=1, max_size=5))
    def an_administrator_moves_it_on_and_on(self, change: Model, ways: list[int]) -> None:
        for way in ways:
            onward = [asked for asked in WISHES if isinstance(change.promised_move("ada", asked), str)]
            if onward:
                self.move(change, "ada", onward[way % len(onward)])

    @rule(change=changes, who=involved)
    def somebody_wants_it_done(self, change: Model, who: str) -> None:
        for asked in ("SUBMITTED", "EFFECTIVE", "EXPIRED", "COMPLETED"):
            self.move(change, change.named(who), asked)

    def move(self, change: Model, who: str, asked: str) -> None:
        result = change.promised_move(who, asked)
        answer = self.person(who).asks({"guid": change.guid}, asked)
        if self.check(answer, result if isinstance(result, int) else None, 201):
            before = change.status
            change.become(str(result), who)
            assert answer.json()["status"] == change.status
            self.met.add((before, change.status))

    @rule(change=changes, who=people, approve=st.booleans())
    def somebody_votes(self, change: Model, who: str, approve: bool) -> None:
        self.vote(change, who, approve=approve)

    @rule(change=changes, ballots=st.sampled_from([[True, True], [True, False], [False], [True]]))
    def it_is_put_to_the_vote(self, change: Model, ballots: list[bool]) -> None:
        self.move(change, change.creator, "SUBMITTED")
        for voter, approve in zip(["max", "charlie", "max"], ballots, strict=False):
            self.vote(change, voter, approve=approve)

    def vote(self, change: Model, who: str, *, approve: bool) -> None:
        if change.status != "SUBMITTED_FOR_APPROVAL":
            expected: int | None = 4073
        else:
            expected = None if who in change.voters else 3085
        vote = {"vote": "APPROVE" if approve else "REJECT"}
        answer = self.person(who).post(f"/changes/{change.guid}/votes", vote)
        if not self.check(answer, expected, 201):
            return
        if approve:
            change.approvals.add(who)
        if not approve or change.voters <= change.approvals:
            change.become("APPROVED" if approve else "REJECTED", who)
        assert answer.json()["lifecycleStatus"] == {"type": change.status}
        self.met.add(("voted", change.status))

    @rule(change=changes, who=involved, title=st.sampled_from(["Case melting", "Case deforming"]))
    def somebody_gives_it_a_title(self, change: Model, who: str, title: str) -> None:
        who = change.named(who)
        expected = None
        if not change.stands(who) & {"creator", "administrator"}:
            expected = 3085
        elif change.status == "OPEN_AND_LOCKED":
            expected = 4013
        elif change.status != "OPEN_AND_UNLOCKED" and title != change.title:
            expected = 4020
        if self.check(self.person(who).put(f"/changes/{change.guid}", {"title": title}), expected):
            change.title = title

    @rule(change=changes, who=involved, routed=routings)
    def somebody_routes_it(self, change: Model, who: str, routed: list[str]) -> None:
        who = change.named(who)
        standing = change.stands(who)
        routes = change.status == "SUBMITTED_FOR_ROUTING" and "administrator" in standing
        expected = None
        if not standing & {"creator", "administrator"}:
            expected = 3085
        elif change.status == "OPEN_AND_LOCKED":
            expected = 4013
        elif change.status != "OPEN_AND_UNLOCKED" and not routes and routed != change.routings:
            expected = 4020
        body = {"routings": [self.plant.routing(name) for name in routed]}
        if self.check(self.person(who).put(f"/changes/{change.guid}", body), expected):
            change.routings = routed

    def on_the_wire(self, assignee: str) -> dict[str, Any]:
        if assignee in ("nobody", "group"):
            return {} if assignee == "nobody" else self.plant.assignee("group")
        return {"user": {"guid": self.person(assignee).id}}

    @rule(change=changes, who=involved, status=st.sampled_from(TASK_STATUSES), assignee=assignees)
    def somebody_adds_a_task(self, change: Model, who: str, status: str, assignee: str) -> None:
        self.add(change, change.named(who), status, assignee)

    @rule(change=changes, assignee=assignees)
    def its_creator_plans(self, change: Model, assignee: str) -> None:
        self.add(change, change.creator, "NOT_STARTED", assignee)

    def add(self, change: Model, who: str, status: str, assignee: str) -> None:
        body = {"name": "Check Packaging", "status": status, "assignee": self.on_the_wire(assignee)}
        answer = self.person(who).post(f"/changes/{change.guid}/implementationtasks", body)
        if self.check(answer, change.promised_deed("add", who)):
            change.tasks[answer.json()["guid"]] = (status, assignee)
            self.met.add(("task in", change.status))

    @rule(
        change=changes,
        who=involved,
        which=st.integers(0, 20),
        status=st.none() | st.sampled_from(TASK_STATUSES),
        assignee=st.none() | assignees,
    )
    def somebody_edits_a_task(
        self, change: Model, who: str, which: int, status: str | None, assignee: str | None
    ) -> None:
        if not change.tasks:
            return
        task = sorted(change.tasks)[which % len(change.tasks)]
        who = change.named(who)
        body: dict[str, Any] = {} if status is None else {"status": status}
        if assignee is not None:
            body["assignee"] = self.on_the_wire(assignee)
        answer = self.person(who).put(f"/changes/{change.guid}/implementationtasks/{task}", body)
        if self.check(answer, change.promised_deed("edit", who, task)):
            old_status, old_assignee = change.tasks[task]
            change.tasks[task] = (status or old_status, assignee or old_assignee)
            assert answer.json()["status"] == change.tasks[task][0]

    @rule(change=changes)
    def an_administrator_ends_its_tasks(self, change: Model) -> None:
        for task in sorted(change.tasks):
            path = f"/changes/{change.guid}/implementationtasks/{task}"
            if self.check(
                self.plant.ada.put(path, {"status": "DONE"}), change.promised_deed("edit", "ada", task)
            ):
                change.tasks[task] = ("DONE", change.tasks[task][1])

    @rule(change=changes, who=involved, which=st.integers(0, 20))
    def somebody_removes_a_task(self, change: Model, who: str, which: int) -> None:
        if not change.tasks:
            return
        task = sorted(change.tasks)[which % len(change.tasks)]
        who = change.named(who)
        answer = self.person(who).delete(f"/changes/{change.guid}/implementationtasks/{task}")
        if self.check(answer, change.promised_deed("remove", who, task), 204):
            del change.tasks[task]

    @rule(change=changes, who=people)
    def somebody_reads_it(self, change: Model, who: str) -> None:
        shown = self.person(who).sees_change({"guid": change.guid})
        done = sum(status == "DONE" for status, _ in change.tasks.values())
        assert (shown["progress"]["done"], shown["progress"]["total"]) == (done, len(change.tasks))
        assert shown["lifecycleStatus"] == {"type": change.status}
        assert (shown["number"], shown["title"]) == (change.number, change.title)
        assert [each["name"] for each in shown["routings"]] == change.routings
        submitter = change.submitter and self.person(change.submitter).id
        assert (shown["submitter"] or {}).get("guid") == submitter

    @precondition(lambda self: len(self.models) > 2)
    @rule(change=consumes(changes), who=involved)
    def somebody_deletes_it(self, change: Model, who: str) -> None:
        who = change.named(who)
        expected = None if change.status in DELETABLE else 3016
        if not change.stands(who) & {"creator", "administrator"}:
            expected = 3085
        change.deleted = self.check(self.person(who).delete(f"/changes/{change.guid}"), expected, 204)

    @invariant()
    def no_completed_change_has_an_open_task(self) -> None:
        assert (
            self.plant.backstage.value(
                "SELECT count(*) FROM changes c JOIN implementation_tasks t"
                " ON t.workspace_id = c.workspace_id AND t.change_id = c.id"
                " WHERE c.workspace_id = $1 AND c.status = 'COMPLETED' AND t.status = ANY($2::text[])",
                self.plant.workspace_id,
                sorted(OPEN),
            )
            == 0
        )

    def teardown(self) -> None:
        for change in self.models:
            if not change.deleted:
                replay(change, self.plant.ada.sees_history({"guid": change.guid}))


# From, to: what the table grants to anybody, and what the clock does by itself.
ARROWS = {
    (source, result)
    for sources, _, _, result, _, _ in TABLE
    if isinstance(result, str)
    for source in sources.split(", ")
} | {("APPROVED", "EFFECTIVE")}


def replay(change: Model, history: list[dict[str, Any]]) -> None:
    """Goes the history's way from the beginning; every step of it must be legal and lead on."""
    status, tasks = "", dict[str, str]()
    for entry in reversed(history):
        told = {each["attribute"]: (each["from"], each["to"]) for each in entry["changes"]}
        if entry["entity"] == "change" and "lifecycleStatus" in told:
            assert told["lifecycleStatus"][0] == (status or None)
            if status:
                assert told["lifecycleStatus"] in ARROWS
            status = told["lifecycleStatus"][1]
            assert status != "COMPLETED" or not OPEN & set(tasks.values())
        elif entry["entity"] == "implementation_task":
            assert status not in ("COMPLETED", "CANCELED"), "a closed change took a task"
            if entry["verb"] == "deleted":
                del tasks[entry["guid"]]
            elif "status" in told:
                assert told["status"][0] == tasks.get(entry["guid"])
                tasks[entry["guid"]] = told["status"][1]
    assert status == change.status
    assert tasks == {guid: task_status for guid, (task_status, _) in change.tasks.items()}


@pytest.mark.timeout(600)
def test_changes_live_as_promised_whoever_does_what_to_them(backstage: Backstage, http: httpx.Client):
    class Here(Changes):
        pass

    Here.plant, Here.met = Plant(backstage, http), set()
    Here.given = {"ECO-": 0, "DEV-": 0}
    run_state_machine_as_test(Here, settings=examples(50, steps=50))
    # Guards the search: a model that is never contradicted proves little about what never happened.
    refusals = {3001, 3016, 3085, 3706, 3707, 3708, 4013, 4020, 4073, 4897, 4902, 4998, 5006}
    assert len(refusals & Here.met) >= len(refusals) - 2
    assert {None, ("voted", "EFFECTIVE"), ("voted", "REJECTED"), ("task in", "EFFECTIVE")} <= Here.met
    granted = {arrow for arrow in ARROWS if "APPROVED" not in arrow}
    assert len(granted & Here.met) > len(granted) / 2
