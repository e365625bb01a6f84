"""PUT /v1/changes/{guid}: part by part, by whom, and in which phase."""

import pytest

from tests.support.builders import in_future, in_past, nobodys_id
from tests.support.client import expect
from tests.support.plant import WAYS, refusal

CLOSED_TO_EDITS = [status for status in WAYS if not status.startswith("OPEN")]


def path_of(change):
    return f"/changes/{change['guid']}"


@pytest.fixture
def full(plant, mia):
    """A change every field of which says something."""
    return mia.makes_a_change(
        description="On hot days",
        effectivityType="PERMANENT_ON_DATE",
        effectivityPlannedDateTime=in_future(days=40),
        approvalDeadlineDateTime=in_future(days=10),
        enforceApprovalDeadline=True,
        routings=[plant.routing()],
        additionalAttributes=[{"apiName": "custom1", "value": "High"}, {"apiName": "custom3", "value": 12}],
    )


EDITS = {
    "title": "Case deforming",
    "description": "On cold days",
    "effectivityPlannedDateTime": "2035-06-01T17:00:00Z",
    "approvalDeadlineDateTime": "2035-06-01T17:00:00Z",
    "enforceApprovalDeadline": False,
    "implementationStatus": "DONE",
    "routings": [],
}
ALONG = {"implementationStatus": {"implementationStatusDateTime", "implementationStatusEditor"}}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_given_changes_and_nothing_else(mia, full, name):
    changed = expect(200, mia.put(path_of(full), {name: EDITS[name]}))
    assert changed[name] == EDITS[name] != full[name]
    assert {each for each in full if changed[each] != full[each]} == {name} | ALONG.get(name, set())
    assert mia.sees_change(full) == changed


def test_a_change_that_was_read_can_be_sent_back_and_nothing_happens(mia, full):
    before = mia.get(path_of(full))
    answer = mia.put(path_of(full), before.json())
    assert expect(200, answer) == before.json()
    assert answer.headers["etag"] == before.headers["etag"]
    assert expect(200, mia.put(path_of(full), before.json(), setnull="true")) == before.json()
    assert expect(200, mia.put(path_of(full), {})) == before.json()
    assert len(mia.sees_history(full)) == 1


def test_an_effectivity_that_is_no_longer_on_a_date_has_none(mia, full):
    changed = expect(200, mia.put(path_of(full), {"effectivityType": "PERMANENT_ON_APPROVAL"}))
    assert changed["effectivityPlannedDateTime"] is None


# ── null ─────────────────────────────────────────────────────────────────────────────────────────────────

NULLABLE = ["title", "description", "approvalDeadlineDateTime", "implementationStatus"]
FIXED = ["effectivityType", "enforceApprovalDeadline", "routings", "category"]


@pytest.mark.parametrize("name", NULLABLE + FIXED)
def test_null_is_passed_over_unless_it_is_meant(mia, full, name):
    assert expect(200, mia.put(path_of(full), {name: None})) == full
    assert expect(200, mia.put(path_of(full), {name: None}, setnull="false")) == full


@pytest.mark.parametrize("name", ["description", "implementationStatus"])
def test_null_clears_what_may_be_absent_when_it_is_meant(mia, full, name):
    cleared = expect(200, mia.put(path_of(full), {name: None}, setnull="true"))
    assert cleared[name] is None
    assert {each for each in full if cleared[each] != full[each]} == {name} | ALONG.get(name, set())


@pytest.mark.parametrize("name", FIXED)
def test_what_must_say_something_is_never_cleared(mia, full, name):
    assert expect(200, mia.put(path_of(full), {name: None}, setnull="true")) == full


def test_a_deadline_is_cleared_along_with_its_enforcement(mia, full):
    refusal(mia.put(path_of(full), {"approvalDeadlineDateTime": None}, setnull="true"), 3250)
    both = {"approvalDeadlineDateTime": None, "enforceApprovalDeadline": False}
    assert expect(200, mia.put(path_of(full), both, setnull="true"))["approvalDeadlineDateTime"] is None


def test_additional_attributes_keep_to_the_same_rule(mia, full):
    def values(change):
        return {each["apiName"]: each["value"] for each in change["additionalAttributes"]}

    cleared = {"additionalAttributes": [{"apiName": "custom1", "value": None}, {"apiName": "custom3"}]}
    assert expect(200, mia.put(path_of(full), cleared)) == full
    changed = expect(200, mia.put(path_of(full), cleared, setnull="true"))
    assert values(changed) == values(full) | {"custom1": None}
    other = {"additionalAttributes": [{"apiName": "custom4", "value": "Lot 7"}]}
    assert values(expect(200, mia.put(path_of(full), other))) == values(changed) | {"custom4": "Lot 7"}


@pytest.mark.parametrize("value", ["yes", "1", "", "null"])
def test_setnull_is_true_or_false(mia, full, value):
    refusal(mia.put(path_of(full), {}, setnull=value), 3003)


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────

WRONG = {
    "an unknown attribute": ({"color": "red"}, (3004,)),
    "a long title": ({"title": "é" * 256}, (3101,)),
    "a text that is none": ({"description": ["x"]}, (3003,)),
    "a deadline gone by": ({"approvalDeadlineDateTime": in_past()}, (3251,)),
    "a planned date gone by": ({"effectivityPlannedDateTime": in_past()}, (3297,)),
    "an expiration of what is permanent": ({"expirationDateTime": in_future()}, (3253,)),
    "from permanent to temporary": ({"effectivityType": "TEMPORARY"}, (4019,)),
    "no such category": ({"category": {"guid": nobodys_id()}}, (3002,)),
    "no such routing": ({"routings": [{"guid": nobodys_id()}]}, (3011,)),
    "no such status": ({"implementationStatus": "HALF"}, (4999,)),
    "another sequence": ({"numberSequencePrefix": {"value": "DEV-"}}, (4018,)),
    "no such sequence": ({"numberSequencePrefix": {"guid": nobodys_id()}}, (4018,)),
    "much at once": (
        {"title": "é" * 256, "color": 1, "routings": 7, "approvalDeadlineDateTime": "x"},
        (3004, 3003, 3055, 3101),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_edit_that_cannot_be_is_refused_whole(mia, full, wrong):
    wish, codes = WRONG[wrong]
    refusal(mia.put(path_of(full), {"description": "changed"} | wish), *codes)
    assert mia.sees_change(full) == full
    assert len(mia.sees_history(full)) == 1


def test_the_same_sequence_is_no_move(mia, full, plant):
    for prefix in ({"value": "ECO-"}, {"guid": plant.guid("number_prefixes", "ECO-")}):
        assert expect(200, mia.put(path_of(full), {"numberSequencePrefix": prefix})) == full


@pytest.mark.parametrize("value", ["", "E", "ECO", "ECO-0", "eco-", "DEV-"])
def test_what_is_only_like_the_sequence_is_another(mia, full, value):
    refusal(mia.put(path_of(full), {"numberSequencePrefix": {"value": value}}), 4018)
    assert mia.sees_change(full) == full


# ── categories ───────────────────────────────────────────────────────────────────────────────────────────


def to(plant, name, **more):
    return {"category": {"guid": plant.category(name)}} | more


def test_a_change_moves_to_another_category_with_its_number_and_its_tasks(plant, mia):
    change = mia.makes_a_change("Planned")
    moved = expect(200, mia.put(path_of(change), to(plant, "Plain")))
    assert moved["category"]["name"] == "Plain"
    assert moved["number"] == change["number"]
    assert len(mia.sees_tasks(change)) == 4
    names = [each["name"] for each in moved["additionalAttributes"]]
    assert names == ["Urgency", "Reason", "Units", "Lot", "Told on"]


def test_a_category_takes_no_change_that_it_enforces_otherwise(plant, mia):
    change = mia.makes_a_change()
    refusal(mia.put(path_of(change), to(plant, "Strict")), 4018, 4017)
    turned = to(plant, "Strict", effectivityType="PERMANENT_ON_DATE")
    refusal(mia.put(path_of(change), turned), 4018)
    dev = mia.makes_a_change(numberSequencePrefix={"value": "DEV-"})
    refusal(mia.put(path_of(dev), to(plant, "Strict")), 4017)
    moved = expect(200, mia.put(path_of(dev), turned))
    assert (moved["category"]["name"], moved["effectivityType"]) == ("Strict", "PERMANENT_ON_DATE")
    refusal(mia.put(path_of(dev), {"effectivityType": "PERMANENT_ON_APPROVAL"}), 4014)


def test_a_category_that_only_holds_others_takes_no_change(plant, mia):
    refusal(mia.put(path_of(mia.makes_a_change()), to(plant, "Order")), 3002)


def test_a_change_with_tasks_stays_where_they_can_be_seen(plant, mia, ada):
    """Else open tasks that nobody sees would stand before its completion for ever."""
    change = mia.makes_a_change()
    task = mia.adds_a_task(change)
    refusal(mia.put(path_of(change), to(plant, "Unmanaged")), 3706)
    assert ada.sees_change(change)["category"]["name"] == "Plain"
    expect(204, mia.delete(f"{path_of(change)}/implementationtasks/{task['guid']}"))
    assert expect(200, mia.put(path_of(change), to(plant, "Unmanaged")))["category"]["name"] == "Unmanaged"


# ── by whom, and when ────────────────────────────────────────────────────────────────────────────────────


def test_its_creator_and_administrators_edit_a_change_and_nobody_else(plant, mia, ada, max_, bob, charlie):
    change = mia.makes_a_change()
    for person, title in ((mia, "a"), (ada, "b"), (max_, "c")):
        assert expect(200, person.put(path_of(change), {"title": title}))["title"] == title
    for person in (bob, charlie):
        for body in ({"title": "d"}, {}, {"color": 1}, {"title": None, "category": {"guid": "x"}}):
            refusal(person.put(path_of(change), body), 3085)
    elsewhere = mia.makes_a_change("Planned")
    refusal(max_.put(path_of(elsewhere), {"title": "x"}), 3085)  # he administers others
    assert mia.sees_change(change)["title"] == "c"


def test_a_locked_change_is_locked_for_everybody(plant, mia, ada):
    change = plant.change_in("OPEN_AND_LOCKED")
    for person in (mia, ada):
        for body in ({"title": "x"}, {"implementationStatus": "DONE"}, {}):
            refusal(person.put(path_of(change), body), 4013)


@pytest.mark.parametrize("status", CLOSED_TO_EDITS)
def test_once_submitted_a_change_is_edited_no_more_but_for_its_implementation_status(plant, mia, ada, status):
    change = plant.change_in(status)
    for person in (mia, ada):
        refusal(person.put(path_of(change), {"title": "x"}), 4020)
        refusal(person.put(path_of(change), to(plant, "Planned")), 4020)
        assert expect(200, person.put(path_of(change), {"title": change["title"]})) == change
    for person, value in ((mia, "IN_PROGRESS"), (ada, "DONE")):
        edited = expect(200, person.put(path_of(change), {"implementationStatus": value}))
        assert edited["implementationStatus"] == value
        assert edited["implementationStatusEditor"]["guid"] == person.id
        assert edited["implementationStatusDateTime"]
        assert edited["lifecycleStatus"] == {"type": status}


@pytest.mark.parametrize("status", ["SUBMITTED_FOR_ROUTING", "SUBMITTED_FOR_APPROVAL"])
def test_administrators_move_the_deadline_of_what_is_submitted(plant, mia, ada, status):
    change = plant.change_in(status)
    deadline = {"approvalDeadlineDateTime": in_future(), "enforceApprovalDeadline": True}
    refusal(mia.put(path_of(change), deadline), 4020)
    assert expect(200, ada.put(path_of(change), deadline))["enforceApprovalDeadline"] is True


def test_administrators_move_the_expiration_of_what_is_effective(plant, mia, ada):
    change = mia.makes_a_change(effectivityType="TEMPORARY", expirationDateTime=in_future(days=5))
    mia.moves(change, "SUBMITTED")
    longer = {"expirationDateTime": in_future(days=50)}
    refusal(mia.put(path_of(change), longer), 4020)
    assert expect(200, ada.put(path_of(change), longer))["expirationDateTime"] == longer["expirationDateTime"]


def test_an_administrator_sets_the_routing_of_what_waits_for_one(plant, mia, ada):
    change = plant.change_in("SUBMITTED_FOR_ROUTING")
    routing = {"routings": [plant.routing()]}
    refusal(mia.put(path_of(change), routing), 4020)
    assert expect(200, ada.put(path_of(change), routing))["routings"][0]["name"] == "CTO Approval Only"


# ── what is not there ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_there_is_not_edited_nor_seen(plant, fresh, mia):
    theirs = fresh.mia.makes_a_change()
    for guid in (nobodys_id(), theirs["guid"], "XFWQ0GZGZDJ015J12"):
        for answer in (mia.get(f"/changes/{guid}"), mia.put(f"/changes/{guid}", {"color": 1})):
            [error] = refusal(answer, 3011)
            assert error["message"] == f'The guid "{guid}" is not valid.'
