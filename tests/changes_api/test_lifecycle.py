"""POST /v1/changes/statuschanges: the way of a change, with everything that is said along."""

import itertools

import pytest

from tests.support.builders import in_future, nobodys_id
from tests.support.client import expect
from tests.support.plant import WAYS, refusal

STATUSES = [*WAYS]
WISHES = [
    "OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", "SUBMITTED", "APPROVED", "REJECTED", "CANCELED", "EFFECTIVE",
    "EXPIRED", "COMPLETED",
]  # fmt: skip
# What an administrator gets who asks a change of `WAYS` for something. Everything else is 4073.
GRANTED = {
    ("OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED"): "OPEN_AND_LOCKED",
    ("OPEN_AND_LOCKED", "OPEN_AND_UNLOCKED"): "OPEN_AND_UNLOCKED",
    ("OPEN_AND_UNLOCKED", "SUBMITTED"): "EFFECTIVE",
    ("OPEN_AND_LOCKED", "SUBMITTED"): "EFFECTIVE",
    ("SUBMITTED_FOR_ROUTING", "SUBMITTED"): (5006, 5202),
    ("SUBMITTED_FOR_ROUTING", "OPEN_AND_UNLOCKED"): "OPEN_AND_UNLOCKED",
    ("SUBMITTED_FOR_APPROVAL", "OPEN_AND_UNLOCKED"): "OPEN_AND_UNLOCKED",
    ("SUBMITTED_FOR_APPROVAL", "APPROVED"): "EFFECTIVE",
    ("SUBMITTED_FOR_APPROVAL", "EFFECTIVE"): "EFFECTIVE",
    ("SUBMITTED_FOR_APPROVAL", "REJECTED"): "REJECTED",
    ("REJECTED", "OPEN_AND_UNLOCKED"): "OPEN_AND_UNLOCKED",
    ("REJECTED", "CANCELED"): "CANCELED",
    ("OPEN_AND_UNLOCKED", "CANCELED"): "CANCELED",
    ("EFFECTIVE", "COMPLETED"): "COMPLETED",
    ("EFFECTIVE", "EXPIRED"): (4897,),
    ("EXPIRED", "COMPLETED"): "COMPLETED",
    ("COMPLETED", "EFFECTIVE"): "EFFECTIVE",
    ("COMPLETED", "EXPIRED"): (4897,),
}


def status_of(change):
    return change["lifecycleStatus"]["type"]


@pytest.mark.parametrize(("status", "asked"), list(itertools.product(STATUSES, WISHES)))
def test_every_wish_in_every_status_meets_its_answer(plant, ada, status, asked):
    change = plant.change_in(status)
    answer = ada.asks(change, asked)
    expected = GRANTED.get((status, asked), (4073,))
    if isinstance(expected, str):
        assert expect(201, answer)["status"] == expected
        assert status_of(ada.sees_change(change)) == expected
        return
    errors = refusal(answer, *expected)
    assert ada.sees_change(change) == change
    if expected == (4073,):
        assert f"from {status} to {asked}" in errors[0]["message"]


def test_the_answer_is_what_was_asked_with_what_it_became(plant, mia, ada, server):
    change = plant.change_in("EFFECTIVE")
    answer = ada.asks(change, "COMPLETED", comment="All done", implementationStatus={"value": "DONE"})
    assert expect(201, answer) == {
        "change": {"guid": change["guid"], "number": change["number"]},
        "status": "COMPLETED",
        "comment": "All done",
        "implementationStatus": {"value": "DONE"},
        "url": {
            "api": f"{server}/v1/changes/{change['guid']}",
            "app": f"{server}/changes/{change['guid']}",
        },
    }
    seen = ada.get(f"/changes/{change['guid']}")
    assert answer.headers["etag"] == seen.headers["etag"]
    assert seen.json()["implementationStatus"] == "DONE"
    assert seen.json()["implementationStatusEditor"]["guid"] == ada.id


# ── submission, by routing method ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("category", ["Plain", "Routed"])
@pytest.mark.parametrize("locked", [False, True])
def test_with_a_routing_a_change_waits_for_approval(plant, mia, category, locked):
    change = mia.makes_a_change(category, routings=[plant.routing()])
    if locked:
        mia.moves(change, "OPEN_AND_LOCKED")
    mia.moves(change, "SUBMITTED")
    found = mia.sees_change(change)
    assert status_of(found) == "SUBMITTED_FOR_APPROVAL"
    assert found["submitter"]["guid"] == mia.id
    assert found["submissionDateTime"] == found["lifecycleDateTime"]


def test_where_its_submitter_chooses_the_routing_none_is_told_with_the_alerts(plant, mia):
    change = mia.makes_a_change("Routed")
    refusal(mia.asks(change, "SUBMITTED"), 5006, 5202)
    expect(200, mia.put(f"/changes/{change['guid']}", {"approvalDeadlineDateTime": in_future()}))
    refusal(mia.asks(change, "SUBMITTED"), 5006)
    assert status_of(mia.sees_change(change)) == "OPEN_AND_UNLOCKED"


@pytest.mark.parametrize("routed", [False, True])
def test_where_an_administrator_routes_it_waits_for_one_whatever_it_has(plant, mia, max_, routed):
    change = mia.makes_a_change("Board", routings=[plant.routing()] if routed else [])
    moved = expect(201, mia.asks(change, "SUBMITTED"))
    assert moved["status"] == "SUBMITTED_FOR_ROUTING"
    assert [each["guid"] for each in moved["administrators"]] == [max_.id]  # those of its category
    refusal(mia.asks(change, "SUBMITTED"), 4902)
    if not routed:
        refusal(max_.asks(change, "SUBMITTED"), 5006, 5202)
        expect(200, max_.put(f"/changes/{change['guid']}", {"routings": [plant.routing()]}))
    assert max_.moves(change, "SUBMITTED")["status"] == "SUBMITTED_FOR_APPROVAL"


def test_automatic_and_without_routing_a_change_is_effective_at_once(mia):
    change = mia.makes_a_change()
    assert mia.moves(change, "SUBMITTED")["status"] == "EFFECTIVE"
    found = mia.sees_change(change)
    assert found["effectiveDateTime"] == found["submissionDateTime"]
    verbs = [each["changes"] for each in mia.sees_history(change)]
    assert len(verbs) == 3  # made, approved, effective


def test_a_change_on_a_date_to_come_waits_for_it(mia, plant, ada):
    dated = {"effectivityType": "PERMANENT_ON_DATE", "effectivityPlannedDateTime": in_future()}
    assert mia.moves(mia.makes_a_change(**dated), "SUBMITTED")["status"] == "APPROVED"
    routed = mia.makes_a_change(**dated, routings=[plant.routing()])
    mia.moves(routed, "SUBMITTED")
    assert ada.moves(routed, "EFFECTIVE")["status"] == "APPROVED"
    assert mia.sees_change(routed)["effectivityPlannedDateTime"] == dated["effectivityPlannedDateTime"]


def test_a_change_on_a_date_that_is_today_does_not(mia, backstage):
    change = mia.makes_a_change(
        effectivityType="PERMANENT_ON_DATE", effectivityPlannedDateTime=in_future(seconds=30)
    )
    backstage.execute(  # its day has begun, whatever the time is there
        "UPDATE changes SET planned_effectivity_at = now() WHERE id = $1", change["guid"]
    )
    assert mia.moves(change, "SUBMITTED")["status"] == "EFFECTIVE"


def test_what_is_late_when_it_is_submitted_goes_on_at_once(mia, plant, backstage):
    enforced = {"approvalDeadlineDateTime": in_future(), "enforceApprovalDeadline": True}
    late = mia.makes_a_change(**enforced, routings=[plant.routing()])
    backstage.execute(
        "UPDATE changes SET approval_deadline_at = '2020-01-01T00:00:00Z' WHERE id = $1", late["guid"]
    )
    assert mia.moves(late, "SUBMITTED")["status"] == "REJECTED"
    over = mia.makes_a_change(effectivityType="TEMPORARY", expirationDateTime=in_future())
    backstage.execute("UPDATE changes SET expiration_at = '2020-01-01T00:00:00Z' WHERE id = $1", over["guid"])
    assert mia.moves(over, "SUBMITTED")["status"] == "EXPIRED"


# ── temporary changes ────────────────────────────────────────────────────────────────────────────────────


def test_a_temporary_change_expires_and_is_completed_from_there(mia, ada):
    change = mia.makes_a_change("Deviation")
    mia.moves(change, "SUBMITTED")
    refusal(ada.asks(change, "COMPLETED"), 4073)
    ada.moves(change, "EXPIRED", "COMPLETED")
    refusal(ada.asks(change, "EFFECTIVE"), 4899)
    assert ada.moves(change, "EXPIRED")["status"] == "EXPIRED"
    refusal(ada.asks(change, "EXPIRED"), 4073)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────


def answers(plant, status, asked, **along):
    """What each of the people gets: the administrators', the creator's, others'."""
    codes = {}
    for name in ("charlie", "bob", "mia", "max", "ada"):
        change = plant.change_in(status)
        answer = getattr(plant, name).asks(change, asked, **along)
        body = answer.json()
        codes[name] = answer.status_code if answer.status_code == 201 else body["errors"][0]["code"]
    return codes


@pytest.mark.parametrize(("status", "asked"), sorted(GRANTED))
def test_who_may_do_what(plant, status, asked):
    owners = asked == "OPEN_AND_LOCKED" or status == "OPEN_AND_LOCKED"
    owners = owners or (status.startswith("OPEN") and asked == "SUBMITTED")
    withdraws = status.startswith("SUBMITTED_FOR") and asked == "OPEN_AND_UNLOCKED"
    result = GRANTED[status, asked]
    granted = 201 if isinstance(result, str) else result[0]
    refused = 3085 if owners else 4997 if withdraws else 4902
    if isinstance(result, tuple) and result[0] == 4897:
        refused = 4897  # there is no such move for anybody
    expected = {"charlie": refused, "bob": refused, "mia": refused, "max": granted, "ada": granted}
    if owners or withdraws:  # Mia made it and submitted it
        expected["mia"] = granted
    assert answers(plant, status, asked) == expected


def test_its_creator_cannot_withdraw_what_somebody_else_submitted(plant, mia, ada):
    change = mia.makes_a_change(routings=[plant.routing()])
    ada.moves(change, "SUBMITTED")
    refusal(mia.asks(change, "OPEN_AND_UNLOCKED"), 4997)
    withdrawn = ada.moves(change, "OPEN_AND_UNLOCKED")
    assert withdrawn["status"] == "OPEN_AND_UNLOCKED"
    found = mia.sees_change(change)
    assert (found["submitter"], found["submissionDateTime"]) == (None, None)


def test_whoever_a_change_is_submitted_to_administers_it(plant, mia, ada, max_):
    change = mia.makes_a_change("Board", routings=[plant.routing()])
    moved = expect(201, mia.asks(change, "SUBMITTED", administrators=[{"guid": ada.id}]))
    assert moved["administrators"] == [{"guid": ada.id, "email": "ada@example.com", "fullName": "Ada Brandt"}]
    assert max_.moves(change, "SUBMITTED")["administrators"] == moved["administrators"]
    assert [each["guid"] for each in mia.sees_change(change)["administrators"]] == [ada.id]
    ada.moves(change, "OPEN_AND_UNLOCKED")
    assert mia.sees_change(change)["administrators"] == []


# ── what is said along ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", [lambda guid: [{"guid": guid}], lambda guid: {"guid": guid}])
def test_administrators_may_be_sent_as_a_list_or_as_one(plant, mia, ada, form):
    change = mia.makes_a_change("Board")
    assert expect(201, mia.asks(change, "SUBMITTED", administrators=form(ada.id)))


def test_administrators_must_be_some_and_be_such(plant, mia, bob):
    change = mia.makes_a_change("Board")
    for administrators, code in (
        ([], 4992),
        ([{"guid": bob.id}], 4991),
        ([{"guid": nobodys_id()}], 4991),
        ([{"guid": "x"}], 4991),
        ([{}], 3098),
        ([{"guid": None}], 3098),
        ("ada", 3003),
    ):
        refusal(mia.asks(change, "SUBMITTED", administrators=administrators), code)
    assert status_of(mia.sees_change(change)) == "OPEN_AND_UNLOCKED"


def test_administrators_are_taken_only_where_one_sets_the_routing(plant, mia, ada):
    some = [{"guid": ada.id}]
    refusal(mia.asks(mia.makes_a_change(), "SUBMITTED", administrators=some), 4995)
    refusal(ada.asks(plant.change_in("EFFECTIVE"), "COMPLETED", administrators=some), 4995)


@pytest.mark.parametrize(
    ("status", "asked"), [("SUBMITTED_FOR_APPROVAL", "EFFECTIVE"), ("EFFECTIVE", "COMPLETED")]
)
@pytest.mark.parametrize(
    ("sent", "kept"), [("DONE", "DONE"), ("NEEDS_ATTENTION", "NEEDS_ATTN"), ("NONE", "BLANK"), (None, None)]
)
def test_an_implementation_status_goes_along_with_what_ends_a_change(plant, ada, status, asked, sent, kept):
    change = plant.change_in(status)
    moved = ada.moves(change, asked, implementationStatus={"value": sent})
    assert moved["implementationStatus"] == {"value": kept}
    assert ada.sees_change(change)["implementationStatus"] == kept


def test_an_implementation_status_goes_along_with_nothing_else(plant, mia, ada):
    along = {"implementationStatus": {"value": "DONE"}}
    refusal(mia.asks(mia.makes_a_change(), "SUBMITTED", **along), 4900)
    refusal(ada.asks(plant.change_in("SUBMITTED_FOR_APPROVAL"), "APPROVED", **along), 4900)
    change = plant.change_in("EFFECTIVE")
    for value in ({"value": "HALF"}, {"value": 1}, "DONE", ["DONE"]):
        refusal(ada.asks(change, "COMPLETED", implementationStatus=value), 4999)
    assert ada.sees_change(change) == change


def test_who_may_not_is_told_that_before_what_they_sent_along(plant, charlie):
    change = plant.change_in("EFFECTIVE")
    refusal(charlie.asks(change, "COMPLETED", administrators=[{"guid": nobodys_id()}]), 4902)
    submitted = plant.change_in("SUBMITTED_FOR_APPROVAL")
    refusal(charlie.asks(submitted, "REJECTED", implementationStatus={"value": "DONE"}), 4902)


def test_a_comment_has_bounds_and_is_on_the_record(plant, mia):
    change = mia.makes_a_change()
    refusal(mia.asks(change, "OPEN_AND_LOCKED", comment="x" * 10_001), 3101)
    for comment in ("a\0b", 7, ["x"]):
        refusal(mia.asks(change, "OPEN_AND_LOCKED", comment=comment), 3003)
    mia.moves(change, "OPEN_AND_LOCKED", comment="Hands off ☂")
    [said] = [each for each in mia.sees_history(change)[0]["changes"] if each["attribute"] == "comment"]
    assert said == {"attribute": "comment", "from": None, "to": "Hands off ☂"}


# ── the request itself ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("asked", ["SUBMITTED_FOR_ROUTING", "SUBMITTED_FOR_APPROVAL", "SUBMITTED_FOR_X"])
def test_what_a_submission_leads_to_cannot_be_asked_for(plant, mia, asked):
    refusal(mia.asks(mia.makes_a_change(), asked), 4996)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, (3098, 4051)),
        ({"change": {}, "status": "SUBMITTED"}, (3098,)),
        ({"change": None, "status": "SUBMITTED"}, (3098,)),
        ({"change": {"guid": ""}, "status": "SUBMITTED"}, (3098,)),
        ({"change": {"guid": "XFWQ0GZGZDJ015J12"}, "status": "SUBMITTED"}, (3011,)),
        ({"change": {"guid": 7}, "status": "SUBMITTED"}, (3011,)),
        ({"change": {"guid": nobodys_id()}, "status": "SUBMITTED"}, (3011,)),
        ({"change": "x", "status": "SUBMITTED"}, (3003,)),
        ({"change": {"guid": nobodys_id()}}, (4051,)),
        ({"change": {"guid": nobodys_id()}, "status": None}, (4051,)),
        ({"change": {"guid": nobodys_id()}, "status": "DONE"}, (3006,)),
        ({"change": {"guid": nobodys_id()}, "status": "submitted"}, (3006,)),
        ({"change": {"guid": nobodys_id()}, "status": 7}, (3003,)),
        ({"change": {"guid": nobodys_id()}, "status": "SUBMITTED", "force": True}, (3004,)),
        ({"change": {"guid": "x"}, "status": "DONE", "color": 1}, (3011, 3006, 3004)),
    ],
)
def test_a_wish_that_is_none_is_told_what_is_wrong_with_it(mia, body, codes):
    refusal(mia.post("/changes/statuschanges", body), *codes)


def test_a_change_of_another_workspace_is_none(fresh, mia):
    refusal(mia.asks(fresh.mia.makes_a_change(), "SUBMITTED"), 3011)


# ── completion ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "status", ["NOT_STARTED", "IN_PROGRESS", "BEHIND", "DONE", "CANCELED", "NOT_APPLICABLE"]
)
def test_open_tasks_stand_before_completion(plant, mia, ada, status):
    change = mia.makes_a_change()
    task = mia.adds_a_task(change, status=status)
    mia.moves(change, "SUBMITTED")
    if status in ("NOT_STARTED", "IN_PROGRESS", "BEHIND"):
        [error] = refusal(ada.asks(change, "COMPLETED"), 4998)
        assert "1" in error["message"]
        mia.edits_task(change, task, status="DONE")
    assert ada.moves(change, "COMPLETED")["status"] == "COMPLETED"


def test_the_last_task_done_and_one_opened_again_show_in_the_progress_and_move_nothing(mia, ada):
    change = mia.makes_a_change()
    tasks = [mia.adds_a_task(change, dueDate=due) for due in (None, "2022-03-07T08:00:00Z")]
    mia.moves(change, "SUBMITTED")

    def progress():
        found = mia.sees_change(change)
        assert status_of(found) == "EFFECTIVE"
        return found["progress"]

    assert progress() == {"done": 0, "total": 2, "overdue": 1}
    for task in tasks:
        mia.edits_task(change, task, status="DONE")
    assert progress() == {"done": 2, "total": 2, "overdue": 0}
    mia.edits_task(change, tasks[0], status="BEHIND")
    assert progress() == {"done": 1, "total": 2, "overdue": 0}
    refusal(ada.asks(change, "COMPLETED"), 4998)


def test_a_change_that_is_not_completed_any_more_takes_tasks_again(mia, ada):
    change = mia.makes_a_change()
    mia.moves(change, "SUBMITTED")
    ada.moves(change, "COMPLETED")
    refusal(mia.post(f"/changes/{change['guid']}/implementationtasks", {"name": "x"}), 3708)
    ada.moves(change, "EFFECTIVE")
    mia.adds_a_task(change)
    refusal(ada.asks(change, "COMPLETED"), 4998)
