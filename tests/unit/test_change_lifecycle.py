"""Every move of a change, asked for by everybody in every situation, against the contract's table."""

from itertools import combinations, product
from typing import Any, NamedTuple

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
    find_move,
    require_mover,
    result_of,
)
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Rejected

# --- the contract, written down a second time ---------------------------------------------------------

ADMINISTRATOR = "administrator"
OWNERS = "creator, administrator"
PERMANENT = ("PERMANENT_ON_APPROVAL", "PERMANENT_ON_DATE")
NOT_SUPPORTED, NO_PRIVILEGE, ADMINISTRATOR_ONLY, SUBMITTER_ONLY = 4073, 3085, 4902, 4997
CANNOT_EXPIRE, CANNOT_BE_EFFECTIVE_AGAIN, OPEN_TASKS, NO_ROUTING = 4897, 4899, 4998, 5006

ROUTED, UNROUTED = {"routed": (True,)}, {"routed": (False,)}
AUTO, USER, ADMIN = ({"method": (each,)} for each in ("AUTO", "USER_DEFINED", "ADMIN_DEFINED"))
AUTO_OR_USER = {"method": ("AUTO", "USER_DEFINED")}
LASTING, PASSING = {"effectivity": PERMANENT}, {"effectivity": ("TEMPORARY",)}
ALWAYS: dict[str, Any] = {}
OPEN = "OPEN_AND_UNLOCKED, OPEN_AND_LOCKED"

# From, asked, when, result (a number: refused with it), who may, and what the others are told.
TABLE: list[tuple[str, str, dict[str, Any], str | int, str, int]] = [
    ("OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", ALWAYS, "OPEN_AND_LOCKED", OWNERS, NO_PRIVILEGE),
    ("OPEN_AND_LOCKED", "OPEN_AND_UNLOCKED", ALWAYS, "OPEN_AND_UNLOCKED", OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", AUTO | UNROUTED, "APPROVED", OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", AUTO_OR_USER | ROUTED, "SUBMITTED_FOR_APPROVAL", OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", USER | UNROUTED, NO_ROUTING, OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", ADMIN, "SUBMITTED_FOR_ROUTING", OWNERS, NO_PRIVILEGE),
    ("SUBMITTED_FOR_ROUTING", "SUBMITTED", ROUTED, "SUBMITTED_FOR_APPROVAL", ADMINISTRATOR,
     ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_ROUTING", "SUBMITTED", UNROUTED, NO_ROUTING, ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_ROUTING, SUBMITTED_FOR_APPROVAL", "OPEN_AND_UNLOCKED", ALWAYS, "OPEN_AND_UNLOCKED",
     "submitter, administrator", SUBMITTER_ONLY),
    ("SUBMITTED_FOR_APPROVAL", "APPROVED", ALWAYS, "APPROVED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_APPROVAL", "EFFECTIVE", ALWAYS, "APPROVED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_APPROVAL", "REJECTED", ALWAYS, "REJECTED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("REJECTED", "OPEN_AND_UNLOCKED", ALWAYS, "OPEN_AND_UNLOCKED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("OPEN_AND_UNLOCKED, REJECTED", "CANCELED", ALWAYS, "CANCELED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("EFFECTIVE", "EXPIRED", PASSING, "EXPIRED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("EFFECTIVE", "COMPLETED", LASTING, "COMPLETED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("EXPIRED", "COMPLETED", ALWAYS, "COMPLETED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("COMPLETED", "EFFECTIVE", LASTING, "EFFECTIVE", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("COMPLETED", "EXPIRED", PASSING, "EXPIRED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
]  # fmt: skip

STATUSES = [
    "OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", "SUBMITTED_FOR_ROUTING", "SUBMITTED_FOR_APPROVAL", "APPROVED",
    "REJECTED", "CANCELED", "EFFECTIVE", "EXPIRED", "COMPLETED",
]  # fmt: skip
WISHES = [
    "OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", "SUBMITTED", "APPROVED", "REJECTED", "CANCELED", "EFFECTIVE",
    "EXPIRED", "COMPLETED",
]  # fmt: skip
METHODS = ["USER_DEFINED", "ADMIN_DEFINED", "AUTO"]
EFFECTIVITIES = [*PERMANENT, "TEMPORARY"]
RELATIONS = {
    "creator": Relation.CREATOR,
    "submitter": Relation.SUBMITTER,
    "administrator": Relation.ADMINISTRATOR,
}
# Everybody there is: any of the three, several of them at once, and somebody who is none.
PEOPLE = [frozenset(some) for count in range(4) for some in combinations(RELATIONS, count)]


class Case(NamedTuple):
    status: str
    asked: str
    who: frozenset[str]
    method: str
    routed: bool
    effectivity: str
    open_tasks: int


def promised(case: Case) -> str | int:
    """What the contract says: a status, or the number of a refusal."""
    for sources, asked, when, result, who, refusal in TABLE:
        if case.status not in sources.split(", ") or case.asked != asked:
            continue
        if not all(getattr(case, name) in values for name, values in when.items()):
            continue
        if case.who.isdisjoint(who.split(", ")):
            return refusal
        return OPEN_TASKS if result == "COMPLETED" and case.open_tasks else result
    if case.asked == "EXPIRED" and case.status in ("EFFECTIVE", "COMPLETED"):
        return CANNOT_EXPIRE
    if (case.status, case.asked) == ("COMPLETED", "EFFECTIVE"):
        return CANNOT_BE_EFFECTIVE_AGAIN
    return NOT_SUPPORTED


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
