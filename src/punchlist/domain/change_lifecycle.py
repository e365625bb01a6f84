"""The lifecycle of a change: one table of moves, from which checks, errors, documents and buttons derive.

A row says: from these statuses, asked for this, under this condition, the change becomes that, and these
people may ask for it. What the clock does by itself is `due`, a function of a change's dates and an instant.
"""

import datetime as dt
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Rejected


class ChangeStatus(StrEnum):
    """Where a change stands, in the order in which one usually gets there."""

    OPEN_AND_UNLOCKED = "OPEN_AND_UNLOCKED"
    OPEN_AND_LOCKED = "OPEN_AND_LOCKED"
    SUBMITTED_FOR_ROUTING = "SUBMITTED_FOR_ROUTING"
    SUBMITTED_FOR_APPROVAL = "SUBMITTED_FOR_APPROVAL"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELED = "CANCELED"
    EFFECTIVE = "EFFECTIVE"
    EXPIRED = "EXPIRED"
    COMPLETED = "COMPLETED"


class Effectivity(StrEnum):
    PERMANENT_ON_APPROVAL = "PERMANENT_ON_APPROVAL"
    PERMANENT_ON_DATE = "PERMANENT_ON_DATE"
    TEMPORARY = "TEMPORARY"


class RoutingMethod(StrEnum):
    """Who chooses whose approval a change needs: whoever submits it, an administrator, or its category."""

    USER_DEFINED = "USER_DEFINED"
    ADMIN_DEFINED = "ADMIN_DEFINED"
    AUTO = "AUTO"


class Asked(StrEnum):
    """What a person can ask a change to become."""

    OPEN_AND_UNLOCKED = "OPEN_AND_UNLOCKED"
    OPEN_AND_LOCKED = "OPEN_AND_LOCKED"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELED = "CANCELED"
    EFFECTIVE = "EFFECTIVE"
    EXPIRED = "EXPIRED"
    COMPLETED = "COMPLETED"


class When(StrEnum):
    """The conditions of the table; `holds` says what they mean."""

    ALWAYS = "always"
    NEEDS_NO_APPROVAL = "routing is automatic and no routing is set"
    HAS_ROUTING = "a routing is set"
    LACKS_ROUTING = "no routing is set, and one is needed"
    ADMIN_ROUTES = "an administrator is to set the routing"
    PERMANENT = "the effectivity is permanent"
    TEMPORARY = "the effectivity is temporary"


class Situation(msgspec.Struct, frozen=True):
    """What of a change its next move depends on."""

    status: ChangeStatus
    effectivity: Effectivity
    routing_method: RoutingMethod
    has_routing: bool
    open_tasks: int = 0


class Move(msgspec.Struct, frozen=True):
    """A row of the table. `refusal` is what somebody else than `who` is told; `result` None: never allowed,
    and `refusal` says why."""

    sources: frozenset[ChangeStatus]
    asked: Asked
    when: When
    result: ChangeStatus | None
    who: frozenset[Relation]
    refusal: ChangeKind = ChangeKind.ADMINISTRATOR_ONLY
    needs_no_open_task: bool = False
    takes_administrators: bool = False


_S = ChangeStatus
_OPEN = frozenset({_S.OPEN_AND_UNLOCKED, _S.OPEN_AND_LOCKED})
_WAITING = frozenset({_S.SUBMITTED_FOR_ROUTING, _S.SUBMITTED_FOR_APPROVAL})
_ADMINISTRATOR = frozenset({Relation.ADMINISTRATOR})
_OWNERS = frozenset({Relation.CREATOR, Relation.ADMINISTRATOR})
_WITHDRAWERS = frozenset({Relation.SUBMITTER, Relation.ADMINISTRATOR})
_DENIED = ChangeKind.NO_PRIVILEGE


def _from(*statuses: ChangeStatus) -> frozenset[ChangeStatus]:
    return frozenset(statuses)


MOVES: tuple[Move, ...] = (
    Move(_from(_S.OPEN_AND_UNLOCKED), Asked.OPEN_AND_LOCKED, When.ALWAYS, _S.OPEN_AND_LOCKED,
         _OWNERS, _DENIED),
    Move(_from(_S.OPEN_AND_LOCKED), Asked.OPEN_AND_UNLOCKED, When.ALWAYS, _S.OPEN_AND_UNLOCKED,
         _OWNERS, _DENIED),
    Move(_OPEN, Asked.SUBMITTED, When.ADMIN_ROUTES, _S.SUBMITTED_FOR_ROUTING, _OWNERS, _DENIED,
         takes_administrators=True),
    Move(_OPEN, Asked.SUBMITTED, When.HAS_ROUTING, _S.SUBMITTED_FOR_APPROVAL, _OWNERS, _DENIED),
    Move(_OPEN, Asked.SUBMITTED, When.NEEDS_NO_APPROVAL, _S.APPROVED, _OWNERS, _DENIED),
    Move(_OPEN, Asked.SUBMITTED, When.LACKS_ROUTING, None, _OWNERS, _DENIED),
    Move(_from(_S.SUBMITTED_FOR_ROUTING), Asked.SUBMITTED, When.HAS_ROUTING, _S.SUBMITTED_FOR_APPROVAL,
         _ADMINISTRATOR),
    Move(_from(_S.SUBMITTED_FOR_ROUTING), Asked.SUBMITTED, When.ALWAYS, None, _ADMINISTRATOR),
    Move(_WAITING, Asked.OPEN_AND_UNLOCKED, When.ALWAYS, _S.OPEN_AND_UNLOCKED, _WITHDRAWERS,
         ChangeKind.SUBMITTER_ONLY),
    Move(_from(_S.SUBMITTED_FOR_APPROVAL), Asked.APPROVED, When.ALWAYS, _S.APPROVED, _ADMINISTRATOR),
    Move(_from(_S.SUBMITTED_FOR_APPROVAL), Asked.EFFECTIVE, When.ALWAYS, _S.APPROVED, _ADMINISTRATOR),
    Move(_from(_S.SUBMITTED_FOR_APPROVAL), Asked.REJECTED, When.ALWAYS, _S.REJECTED, _ADMINISTRATOR),
    Move(_from(_S.REJECTED), Asked.OPEN_AND_UNLOCKED, When.ALWAYS, _S.OPEN_AND_UNLOCKED, _ADMINISTRATOR),
    Move(_from(_S.OPEN_AND_UNLOCKED, _S.REJECTED), Asked.CANCELED, When.ALWAYS, _S.CANCELED, _ADMINISTRATOR),
    Move(_from(_S.EFFECTIVE), Asked.EXPIRED, When.TEMPORARY, _S.EXPIRED, _ADMINISTRATOR),
    Move(_from(_S.EFFECTIVE), Asked.COMPLETED, When.PERMANENT, _S.COMPLETED, _ADMINISTRATOR,
         needs_no_open_task=True),
    Move(_from(_S.EXPIRED), Asked.COMPLETED, When.ALWAYS, _S.COMPLETED, _ADMINISTRATOR,
         needs_no_open_task=True),
    Move(_from(_S.COMPLETED), Asked.EFFECTIVE, When.PERMANENT, _S.EFFECTIVE, _ADMINISTRATOR),
    Move(_from(_S.COMPLETED), Asked.EXPIRED, When.TEMPORARY, _S.EXPIRED, _ADMINISTRATOR),
)  # fmt: skip

_PERMANENT = frozenset({Effectivity.PERMANENT_ON_APPROVAL, Effectivity.PERMANENT_ON_DATE})

# Before its submission and once nothing more can come of it, a change can be deleted.
DELETABLE = frozenset({_S.OPEN_AND_UNLOCKED, _S.CANCELED, _S.REJECTED})
# What was decided stands: no implementation task of such a change is added, changed or removed.
CLOSED = frozenset({_S.CANCELED, _S.COMPLETED})
TAKES_IMPLEMENTATION_STATUS = frozenset({Asked.COMPLETED, Asked.EFFECTIVE, Asked.EXPIRED})


def is_permanent(effectivity: Effectivity) -> bool:
    """Tells a permanent change from a temporary one; no change crosses from one side to the other."""
    return effectivity in _PERMANENT


def holds(when: When, situation: Situation) -> bool:
    """Tells whether a condition of the table holds."""
    admin_routes = situation.routing_method is RoutingMethod.ADMIN_DEFINED
    if when is When.ADMIN_ROUTES:
        return admin_routes
    if when is When.HAS_ROUTING:
        return situation.has_routing
    if when is When.NEEDS_NO_APPROVAL:
        return situation.routing_method is RoutingMethod.AUTO and not situation.has_routing
    if when is When.LACKS_ROUTING:
        return situation.routing_method is RoutingMethod.USER_DEFINED and not situation.has_routing
    if when is When.PERMANENT:
        return is_permanent(situation.effectivity)
    if when is When.TEMPORARY:
        return not is_permanent(situation.effectivity)
    return True


def asked_from(status: ChangeStatus) -> tuple[Asked, ...]:
    """What the table has a row for from a status, whoever asks and whatever else holds."""
    return tuple(
        asked for asked in Asked if any(move.asked is asked and status in move.sources for move in MOVES)
    )


def find_move(situation: Situation, asked: Asked) -> Move:
    """The first row that fits; raises Rejected, saying why, when none does."""
    for move in MOVES:
        if situation.status in move.sources and asked is move.asked and holds(move.when, situation):
            return move
    if asked is Asked.EXPIRED and situation.status in (_S.EFFECTIVE, _S.COMPLETED):
        raise Rejected(ChangeKind.CANNOT_EXPIRE)
    if asked is Asked.EFFECTIVE and situation.status is _S.COMPLETED:
        raise Rejected(ChangeKind.CANNOT_BE_EFFECTIVE_AGAIN)
    raise Rejected(ChangeKind.MOVE_NOT_SUPPORTED, current=situation.status, asked=asked)


def require_mover(move: Move, relations: frozenset[Relation]) -> None:
    """Raises Rejected unless somebody in these relations to a change may make this move of it."""
    if move.who.isdisjoint(relations):
        raise Rejected(move.refusal)


def result_of(move: Move, situation: Situation) -> ChangeStatus:
    """What a move makes of a change; raises Rejected when something of the change stands in its way."""
    if move.result is None:
        raise Rejected(ChangeKind.NO_ROUTING)
    if move.needs_no_open_task and situation.open_tasks:
        raise Rejected(ChangeKind.OPEN_TASKS, count=situation.open_tasks)
    return move.result


class Dates(msgspec.Struct, frozen=True):
    """The dates of a change that the clock heeds."""

    planned_effectivity_at: dt.datetime | None = None
    expiration_at: dt.datetime | None = None
    approval_deadline_at: dt.datetime | None = None
    enforce_approval_deadline: bool = False


def due(
    status: ChangeStatus, effectivity: Effectivity, dates: Dates, now: dt.datetime
) -> ChangeStatus | None:
    """What a change becomes by itself at an instant, or None when nothing is due."""
    planned = dates.planned_effectivity_at if effectivity is Effectivity.PERMANENT_ON_DATE else None
    if status is _S.APPROVED and (planned is None or _reached(start_of_day(planned), now)):
        return _S.EFFECTIVE
    expires = dates.expiration_at if effectivity is Effectivity.TEMPORARY else None
    if status is _S.EFFECTIVE and _reached(start_of_day(expires), now):
        return _S.EXPIRED
    deadline = dates.approval_deadline_at if dates.enforce_approval_deadline else None
    if status is _S.SUBMITTED_FOR_APPROVAL and _reached(end_of_day(deadline), now):
        return _S.REJECTED
    return None


# The dialect's clock is the vendor's: days begin and end at midnight Pacific time, wherever one is.
PACIFIC = ZoneInfo("America/Los_Angeles")


def start_of_day(instant: dt.datetime | None) -> dt.datetime | None:
    """00:00:00 Pacific of an instant's date there."""
    if instant is None:
        return None
    return instant.astimezone(PACIFIC).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def end_of_day(instant: dt.datetime | None) -> dt.datetime | None:
    """23:59:59 Pacific of an instant's date there."""
    if instant is None:
        return None
    return instant.astimezone(PACIFIC).replace(hour=23, minute=59, second=59, microsecond=0, fold=0)


def _reached(moment: dt.datetime | None, now: dt.datetime) -> bool:
    return moment is not None and now >= moment
