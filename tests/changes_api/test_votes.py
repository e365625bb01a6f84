"""POST /v1/changes/{guid}/votes: all must approve, and one rejection rejects."""

import pytest

from tests.support.client import expect
from tests.support.crowd import at_once
from tests.support.plant import WAYS, refusal


def vote(person, change, value="APPROVE", **more):
    return person.post(f"/changes/{change['guid']}/votes", {"vote": value} | more)


def status_of(person, change):
    return person.sees_change(change)["lifecycleStatus"]["type"]


@pytest.fixture
def submitted(plant, mia):
    """A change that Max and Charlie vote on."""
    change = mia.makes_a_change(routings=[plant.routing("Change Board")])
    mia.moves(change, "SUBMITTED")
    return change


def test_the_last_approval_approves(submitted, mia, max_, charlie):
    answer = vote(max_, submitted)
    assert expect(201, answer) == mia.sees_change(submitted)
    assert status_of(mia, submitted) == "SUBMITTED_FOR_APPROVAL"
    body = expect(201, vote(charlie, submitted))
    assert body["lifecycleStatus"] == {"type": "EFFECTIVE"}
    assert body["effectiveDateTime"]


def test_one_rejection_rejects_whatever_the_others_said(submitted, mia, max_, charlie):
    expect(201, vote(max_, submitted))
    expect(201, vote(charlie, submitted, "REJECT", comment="Not like that"))
    assert status_of(mia, submitted) == "REJECTED"
    refusal(vote(max_, submitted), 4073)


def test_a_vote_may_be_changed_while_the_change_waits(submitted, mia, max_, charlie):
    for value in ("APPROVE", "APPROVE"):
        expect(201, vote(max_, submitted, value))
    assert status_of(mia, submitted) == "SUBMITTED_FOR_APPROVAL"
    expect(201, vote(max_, submitted, "REJECT"))
    assert status_of(mia, submitted) == "REJECTED"


def test_several_routings_ask_everybody_they_name_once(plant, mia, max_, charlie):
    change = mia.makes_a_change(routings=[plant.routing(), plant.routing("Change Board")])
    mia.moves(change, "SUBMITTED")
    expect(201, vote(charlie, change))
    expect(201, vote(max_, change))
    assert status_of(mia, change) == "EFFECTIVE"


def test_only_those_that_a_routing_names_vote(submitted, mia, ada, bob):
    for person in (mia, ada, bob):
        refusal(vote(person, submitted), 3085)
    assert status_of(mia, submitted) == "SUBMITTED_FOR_APPROVAL"


def test_who_is_disabled_is_not_waited_for(fresh, backstage):
    change = fresh.mia.makes_a_change(routings=[fresh.routing("Change Board")])
    fresh.mia.moves(change, "SUBMITTED")
    backstage.execute("UPDATE users SET disabled = true WHERE id = $1", fresh.charlie.id)
    expect(201, vote(fresh.max, change))
    assert status_of(fresh.mia, change) == "EFFECTIVE"


@pytest.mark.parametrize("status", [status for status in WAYS if status != "SUBMITTED_FOR_APPROVAL"])
def test_there_is_nothing_to_vote_on_before_submission_and_after_the_decision(plant, max_, status):
    change = plant.change_in(status)
    for value in ("APPROVE", "REJECT"):
        refusal(vote(max_, change, value), 4073)


def test_what_is_submitted_again_is_voted_on_again(submitted, mia, ada, max_, charlie):
    expect(201, vote(max_, submitted))
    mia.moves(submitted, "OPEN_AND_UNLOCKED", "SUBMITTED")
    expect(201, vote(charlie, submitted))
    assert status_of(mia, submitted) == "SUBMITTED_FOR_APPROVAL"
    expect(201, vote(max_, submitted))
    assert status_of(mia, submitted) == "EFFECTIVE"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, (3001,)),
        ({"vote": None}, (3001,)),
        ({"vote": "MAYBE"}, (3006,)),
        ({"vote": True}, (3006,)),
        ({"vote": ["APPROVE"]}, (3006,)),
        ({"vote": "APPROVE", "comment": 7}, (3003,)),
        ({"vote": "APPROVE", "comment": "a\0b"}, (3003,)),
        ({"vote": "APPROVE", "comment": "x" * 10_001}, (3101,)),
        ({"vote": "APPROVE", "weight": 2}, (3004,)),
    ],
)
def test_a_vote_that_is_none_is_told_what_is_wrong_with_it(submitted, mia, max_, body, codes):
    refusal(max_.post(f"/changes/{submitted['guid']}/votes", body), *codes)
    assert status_of(mia, submitted) == "SUBMITTED_FOR_APPROVAL"


def test_a_change_of_another_workspace_cannot_be_voted_on(fresh, max_):
    change = fresh.mia.makes_a_change(routings=[fresh.routing()])
    fresh.mia.moves(change, "SUBMITTED")
    refusal(vote(max_, change), 3011)


def test_votes_are_on_the_record_and_the_move_with_the_last_voters_name(submitted, mia, max_, charlie):
    expect(201, vote(max_, submitted, comment="Fine"))
    expect(201, vote(charlie, submitted))
    entries = [
        (each["entity"], each["verb"], each["actor"]["guid"]) for each in mia.sees_history(submitted)[:4]
    ]
    assert entries == [
        ("change", "transitioned", charlie.id),
        ("change", "transitioned", charlie.id),
        ("vote", "created", charlie.id),
        ("vote", "created", max_.id),
    ]


def test_of_votes_at_the_same_moment_none_is_lost(plant, mia, max_, charlie):
    for _ in range(8):
        change = mia.makes_a_change(routings=[plant.routing("Change Board")])
        mia.moves(change, "SUBMITTED")
        for answer in at_once([lambda: vote(max_, change), lambda: vote(charlie, change)]):  # noqa: B023
            expect(201, answer)
        assert status_of(mia, change) == "EFFECTIVE"


def test_of_an_approval_and_a_rejection_at_the_same_moment_the_rejection_counts(plant, mia, max_, charlie):
    for _ in range(8):
        change = mia.makes_a_change(routings=[plant.routing("Change Board")])
        mia.moves(change, "SUBMITTED")
        calls = [lambda: vote(max_, change), lambda: vote(charlie, change, "REJECT")]  # noqa: B023
        at_once(calls)
        assert status_of(mia, change) == "REJECTED"
