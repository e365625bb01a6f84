"""Every move of a change, asked for by everybody in every situation, against the contract's table."""

import contextlib
from itertools import combinations, product

import pytest

from punchlist.api.changes.errors import WORDS
from punchlist.domain.change_lifecycle import (
    CLOSED,
    DELETABLE,
    MOVES,
    Asked,
    ChangeStatus,
    Effectivity,
    RoutingMethod,
    Situation,
    asked_from,
    find_move,
    require_mover,
    result_of,
)
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Rejected
from tests.support.change_contract import (
    ADMINISTRATOR_ONLY,
    CANNOT_BE_EFFECTIVE_AGAIN,
    CANNOT_EXPIRE,
    EFFECTIVITIES,
    METHODS,
    NO_PRIVILEGE,
    NO_ROUTING,
    NOT_SUPPORTED,
    OPEN_TASKS,
    PERMANENT,
    STATUSES,
    SUBMITTER_ONLY,
    WISHES,
    Case,
    promised,
)

RELATIONS = {
    "creator": Relation.CREATOR,
    "submitter": Relation.SUBMITTER,
    "administrator": Relation.ADMINISTRATOR,
}
# Everybody there is: any of the three, several of them at once, and somebody who is none.
PEOPLE = [frozenset(some) for count in range(4) for some in combinations(RELATIONS, count)]


def situation(case: Case) -> Situation:
    return Situation(
        ChangeStatus(case.status),
        Effectivity(case.effectivity),
        RoutingMethod(case.method),
        case.routed,
        case.open_tasks,
    )


def told(case: Case) -> str | int:
    """What the code says."""
    relations = frozenset({Relation.ANYONE, *(RELATIONS[name] for name in case.who)})
    try:
        move = find_move(situation(case), Asked(case.asked))
        require_mover(move, relations)
        return result_of(move, situation(case)).value
    except Rejected as rejected:
        return WORDS[rejected.kind].code


def cases(status: str, asked: str) -> list[Case]:
    return [
        Case(status, asked, *rest)
        for rest in product(PEOPLE, METHODS, (False, True), EFFECTIVITIES, (0, 1, 7))
    ]


def test_the_table_here_speaks_of_every_status_wish_method_and_effectivity_there_is():
    assert list(ChangeStatus) == STATUSES
    assert list(Asked) == WISHES
    assert list(RoutingMethod) == METHODS
    assert list(Effectivity) == EFFECTIVITIES


@pytest.mark.parametrize(("status", "asked"), list(product(STATUSES, WISHES)))
def test_a_change_becomes_what_the_contract_says_whoever_asks_in_whatever_situation(status, asked):
    differing = [
        (case, told(case), promised(case)) for case in cases(status, asked) if told(case) != promised(case)
    ]
    assert differing == []


def test_every_row_of_the_table_is_met_and_every_refusal_too():
    met = {promised(case) for status, asked in product(STATUSES, WISHES) for case in cases(status, asked)}
    assert met == {
        "OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", "SUBMITTED_FOR_ROUTING", "SUBMITTED_FOR_APPROVAL", "APPROVED",
        "REJECTED", "CANCELED", "EFFECTIVE", "EXPIRED", "COMPLETED", NOT_SUPPORTED, NO_PRIVILEGE,
        ADMINISTRATOR_ONLY, SUBMITTER_ONLY, CANNOT_EXPIRE, CANNOT_BE_EFFECTIVE_AGAIN, OPEN_TASKS, NO_ROUTING,
    }  # fmt: skip


def test_a_move_that_there_is_not_is_refused_with_both_statuses():
    case = Case("CANCELED", "SUBMITTED", frozenset({"administrator"}), "AUTO", False, "TEMPORARY", 0)
    with pytest.raises(Rejected) as caught:
        find_move(situation(case), Asked.SUBMITTED)
    assert caught.value.facts == {"current": ChangeStatus.CANCELED, "asked": Asked.SUBMITTED}


def test_open_tasks_are_counted_in_the_refusal():
    case = Case("EFFECTIVE", "COMPLETED", frozenset({"administrator"}), "AUTO", False, PERMANENT[0], 3)
    move = find_move(situation(case), Asked.COMPLETED)
    with pytest.raises(Rejected) as caught:
        result_of(move, situation(case))
    assert caught.value.facts == {"count": 3}


def test_administrators_may_be_named_only_where_an_administrator_sets_the_routing():
    named = [(move.asked.value, str(move.result)) for move in MOVES if move.takes_administrators]
    assert named == [("SUBMITTED", "SUBMITTED_FOR_ROUTING")]


def test_what_is_deletable_and_what_is_closed():
    assert {"OPEN_AND_UNLOCKED", "CANCELED", "REJECTED"} == DELETABLE
    assert {"CANCELED", "COMPLETED"} == CLOSED


def test_from_every_status_but_canceled_a_change_can_get_to_completion():
    """Nothing is a dead end by mistake: with patience, an administrator brings any change through."""
    onward: dict[str, set[str]] = {status: set() for status in STATUSES}
    onward["APPROVED"].add("EFFECTIVE")  # by the clock
    for status, asked in product(STATUSES, WISHES):
        for case in cases(status, asked):
            if "administrator" in case.who and isinstance(result := promised(case), str):
                onward[status].add(result)
    for status in STATUSES:
        reached, fresh = {status}, {status}
        while fresh := {end for start in fresh for end in onward[start]} - reached:
            reached |= fresh
        assert ("COMPLETED" in reached) == (status != "CANCELED"), status


@pytest.mark.parametrize("status", ChangeStatus)
def test_what_can_be_asked_from_a_status_is_what_the_table_has_a_row_for(status):
    situations = [
        Situation(status, effectivity, method, routed)
        for effectivity, method, routed in product(Effectivity, RoutingMethod, (False, True))
    ]

    def fits(asked: Asked) -> bool:
        for situation in situations:
            with contextlib.suppress(Rejected):
                find_move(situation, asked)
                return True
        return False

    assert asked_from(status) == tuple(filter(fits, Asked))
