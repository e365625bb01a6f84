"""Whatever a body of the change dialect holds: a documented answer, and no trace of what is refused."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stateful.bounds import examples
from tests.stateful.scenery import anything, futures, identifiers, text
from tests.support.backstage import Backstage
from tests.support.plant import LINE, SUPPLIER, Plant, task_path

# Values that are nearly right are where the mistakes would be.
guids = st.one_of(identifiers, st.sampled_from(["", None, "XFWQ0GZGZDJ015J12"]), anything)
named = st.fixed_dictionaries({}, optional={"guid": guids, "name": anything, "value": anything})
dates = futures | st.sampled_from(
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "2022-03-07T08:00:00",
        "2022-03-07",
        "2020-02-30T00:00:00Z",
        "\0",
    ]
)
options = st.sampled_from(
    [
        "TEMPORARY",
        "PERMANENT_ON_DATE",
        "DONE",
        "NEEDS_ATTENTION",
        "BEHIND",
        "SUBMITTED",
        "COMPLETED",
        "APPROVE",
        "SUBMITTED_FOR_APPROVAL",
        "EFFECTIVE",
        "OPEN_AND_LOCKED",
        "",
        "\0",
    ]
)
words = text(0, 30) | st.sampled_from(["\0", "a\0b", "é" * 256, "x" * 5_000])
some = st.one_of(anything, words, options, dates, named, st.lists(named, max_size=3), st.booleans())

ATTRIBUTES = {
    "/changes": [
        "title", "description", "category", "effectivityType", "effectivityPlannedDateTime",
        "expirationDateTime", "approvalDeadlineDateTime", "enforceApprovalDeadline", "implementationStatus",
        "routings", "numberSequencePrefix", "additionalAttributes", "guid", "number", "creator", "progress",
    ],
    "/changes/statuschanges": ["change", "status", "comment", "administrators", "implementationStatus"],
    "votes": ["vote", "comment"],
    "task": ["name", "assignee", "dueDate", "status", "warningHours", "guid"],
    "note": ["note", "private", "label", "guid"],
    "/login": ["email", "password", "workspaceId"],
}  # fmt: skip


@pytest.fixture(scope="module")
def plant(backstage: Backstage, http: httpx.Client) -> Plant:
    return Plant(backstage, http)


@pytest.fixture(scope="module")
def scene(plant: Plant) -> dict[str, Any]:
    """A change that waits for Max's vote, one that is open, and a task of it with a note."""
    submitted = plant.mia.makes_a_change(routings=[plant.routing()])
    plant.mia.moves(submitted, "SUBMITTED")
    change = plant.mia.makes_a_change("Board")
    task = plant.mia.adds_a_task(change, assignee=plant.assignee("group"))
    return {
        "submitted": submitted,
        "change": change,
        "task": task,
        "note": plant.mia.notes(change, task),
        "good": {
            "category": {"guid": plant.category("Plain")},
            "change": {"guid": change["guid"]},
            "assignee": {"userGroup": {"guid": plant.guid("groups", LINE)}},
            "supplier": {"supplier": {"guid": plant.guid("suppliers", SUPPLIER)}},
            "routings": [plant.routing()],
            "administrators": [{"guid": plant.ada.id}],
            "title": "Case melting",
            "name": "Check Packaging",
        },
    }


def bodies(kind: str, good: dict[str, Any]) -> st.SearchStrategy[Any]:
    values = {
        name: st.one_of(some, st.just(good[name])) if name in good else some for name in ATTRIBUTES[kind]
    }
    known = st.fixed_dictionaries({}, optional=values)
    values_of_attributes = st.fixed_dictionaries(
        {"apiName": st.sampled_from([f"custom{place}" for place in range(8)]) | anything, "value": some}
    )
    if kind == "/changes":
        attributes = st.lists(values_of_attributes, min_size=1, max_size=4)
        known |= st.builds(
            lambda body, found: body | {"additionalAttributes": found, "category": good["category"]},
            known,
            attributes,
        )
    return st.one_of(known, known, known, st.dictionaries(st.text(max_size=8), some, max_size=3), anything)


# Everything that may be said to a body; nothing else, and never a failure.
EXPECTED = {
    200, 201, 400, 3001, 3002, 3003, 3004, 3006, 3011, 3042, 3046, 3055, 3098, 3101, 3250, 3251, 3252, 3253,
    3297, 3298, 3701, 3702, 4001, 4011, 4015, 4014, 4017, 4018, 4019, 4051, 4073, 4900, 4902, 4991, 4992,
    4995, 4996, 4999,
}  # fmt: skip


def traces(plant: Plant) -> Any:
    return plant.backstage.rows(
        "SELECT count(*), max(seq) FROM events WHERE workspace_id = $1", plant.workspace_id
    )


@pytest.mark.parametrize(
    ("kind", "method", "place", "who"),
    [
        ("/changes", "POST", "/changes", "mia"),
        ("/changes", "PUT", "/changes/{change}", "ada"),
        ("/changes/statuschanges", "POST", "/changes/statuschanges", "bob"),
        ("votes", "POST", "/changes/{change}/votes", "max"),
        ("task", "POST", "/changes/{change}/implementationtasks", "mia"),
        ("task", "PUT", "{task}", "mia"),
        ("note", "POST", "{task}/notes", "mia"),
        ("note", "PUT", "{task}/notes/{note}", "mia"),
        ("/login", "POST", "/login", "mia"),
    ],
)
@examples(60)
@given(data=st.data())
def test_any_body_ends_in_a_documented_answer_and_a_refused_one_writes_nothing(
    plant: Plant, scene: dict[str, Any], data: st.DataObject, kind: str, method: str, place: str, who: str
):
    path = place.format(
        change=scene["change"]["guid"],
        task=task_path(scene["change"], scene["task"]),
        note=scene["note"]["guid"],
    )
    body = data.draw(bodies(kind, scene["good"]))
    parameters = data.draw(st.sampled_from([None, {"setnull": "true"}])) if method == "PUT" else None
    before = traces(plant)
    answer = getattr(plant, who).send(method, path, [] if body is None else body, params=parameters)
    assert answer.headers["content-type"] == "application/json"
    if answer.is_success:
        assert {answer.status_code} <= EXPECTED
        return
    told = {error["code"] for error in answer.json()["errors"]}
    assert told <= EXPECTED | ({3085} if who == "bob" else set()), answer.text
    assert answer.json()["status"] == answer.status_code
    assert traces(plant) == before
    assert plant.charlie.get("/changes", limit=1).status_code == 200  # what was written can be read


# Whatever may stand in a path or a query of the dialect.
odd = st.sampled_from(["%00", "..", "%2e%2e", "%ff", "*", " "])
pieces = st.one_of(identifiers, st.text(max_size=25), odd)
parameters = st.sampled_from(
    ["limit", "offset", "title", "number", "category.guid", "setnull", "any", "effectiveDateTimeFrom"]
)
texts = st.sampled_from(["*", "**", "%", "_", "\\", "1", "-1"])


@examples(150)
@given(
    first=pieces,
    second=pieces,
    query=st.dictionaries(parameters | st.text(max_size=6), st.text(max_size=20) | dates | texts, max_size=3),
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH"]),
)
def test_any_path_and_query_end_in_a_documented_answer(
    plant: Plant, first: str, second: str, query: dict[str, str], method: str
):
    before = traces(plant)
    for path in (
        f"/changes/{first}",
        f"/changes/{first}/implementationtasks/{second}",
        f"/settings/changes/categories/{first}/implementationtemplates/{second}",
        f"/settings/{first}",
        "/changes",
    ):
        if method == "POST" and path == "/changes":
            continue
        try:
            answer = plant.charlie.send(method, path, {} if method in ("PUT", "POST") else None, params=query)
        except (httpx.InvalidURL, UnicodeEncodeError):
            return
        assert answer.status_code in (200, 400, 401, 403, 404, 405), answer.text
        if not answer.is_success:
            assert {"errors", "error"} & set(answer.json())
    assert traces(plant) == before


def test_the_bodies_drawn_are_sometimes_granted(plant: Plant, scene: dict[str, Any]):
    """Guards the search: bodies that are all refused at once would prove little about what is written."""
    met: set[int] = set()

    @examples(120)
    @given(body=bodies("/changes", scene["good"]))
    def look(body: Any) -> None:
        answer = plant.mia.post("/changes", [] if body is None else body)
        met.add(answer.status_code if answer.is_success else answer.json()["errors"][0]["code"])

    look()
    assert len(met & EXPECTED) >= 5
