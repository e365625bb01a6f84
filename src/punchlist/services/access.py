"""Who asks, whether their key may be used here and now, and how much they have asked already."""

import datetime as dt
from enum import StrEnum
from functools import partial
from typing import Any

import msgspec

from punchlist.domain.grounds import Ground
from punchlist.domain.keys import Scope, admits, effective_scopes
from punchlist.domain.permissions import Action, Actor, Relation, allowed
from punchlist.domain.plans import ALLOWANCES, Plan
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.sessions import has_ended
from punchlist.domain.tasks import Task
from punchlist.domain.tokens import Credential, TokenKind
from punchlist.store import bearers, grounds, rates
from punchlist.store.bearers import Bearer
from punchlist.store.coalescing import Coalesced
from punchlist.store.database import Executor


class Usage(msgspec.Struct, frozen=True):
    """Where a user stands in the window (minute or day) that is nearer to its end."""

    limit: int
    remaining: int
    resets_at: dt.datetime


class Counted(msgspec.Struct, frozen=True):
    """What counting a request came to: where its sender stands (None: not limited), and the limit that
    refuses it, if one does."""

    usage: Usage | None = None
    refusal: StrEnum | None = None


class LookUps:
    """The look-ups that the requests of one process share, so that those at once go together."""

    def __init__(self, db: Executor) -> None:
        self.bearers = {kind: _coalesced(partial(bearers.find, db, kind)) for kind in TokenKind}
        self.tasks = {kind: _coalesced(partial(bearers.find_with_tasks, db, kind)) for kind in TokenKind}
        self.implementation_tasks = {
            kind: _coalesced(partial(grounds.find_with_bearers, db, kind)) for kind in TokenKind
        }


def _coalesced(look_up: Any) -> Coalesced[Any, Any]:
    return Coalesced(look_up, most=64, flights=2)


async def find_bearer(look_ups: LookUps, credential: Credential) -> Bearer | None:
    """Whose a token is, or None when it is nobody's."""
    bearer: Bearer | None = await look_ups.bearers[credential.kind].get(credential)
    return bearer


async def find_bearer_and_task(
    look_ups: LookUps, credential: Credential, task_id: str
) -> tuple[Bearer | None, Task | None]:
    """Whose a token is, and the task of an id, in one round trip."""
    found: tuple[Bearer | None, Task | None] = await look_ups.tasks[credential.kind].get(
        (credential, task_id)
    )
    return found


async def find_bearer_and_ground(
    look_ups: LookUps, credential: Credential, change_id: str, task_id: str | None
) -> tuple[Bearer | None, Ground | None]:
    """Whose a token is, and where they stand to a change and one of its tasks, in one round trip."""
    question = (credential, change_id, task_id)
    found: tuple[Bearer | None, Ground | None] = await look_ups.implementation_tasks[credential.kind].get(
        question
    )
    return found


def admit(bearer: Bearer | None, *, address: str | None, now: dt.datetime) -> Bearer:
    """The bearer, or Rejected when their token may not be used from there, or any more."""
    if bearer is None or bearer.revoked_at is not None or bearer.disabled:
        raise Rejected(Kind.INVALID_AUTHENTICATION)
    if bearer.expires_at is not None and bearer.expires_at <= now:
        raise Rejected(Kind.EXPIRED_AUTHENTICATION)
    if (
        bearer.session_kind is not None
        and bearer.used_at is not None
        and has_ended(bearer.session_kind, bearer.used_at, now)
    ):
        raise Rejected(Kind.EXPIRED_AUTHENTICATION)
    if bearer.networks and not admits(bearer.networks, address):
        raise Rejected(Kind.PERMISSION_DENIED, network=address)
    return bearer


def as_actor(bearer: Bearer) -> Actor:
    """The actor that a bearer is."""
    return Actor(
        bearer.workspace_id,
        bearer.user_id,
        bearer.role,
        effective_scopes(bearer.scopes),
        change_administrator=bearer.change_administrator,
    )


def require_scope(actor: Actor, scope: Scope) -> None:
    """Raises Rejected when the actor's key does not carry a scope."""
    if actor.scopes is not None and scope not in actor.scopes:
        raise Rejected(Kind.INSUFFICIENT_SCOPE, scope=scope)


def require(actor: Actor, action: Action, relations: frozenset[Relation]) -> None:
    """Raises Rejected when the permission table does not let the actor do this."""
    if not allowed(actor, action, relations):
        raise Rejected(Kind.PERMISSION_DENIED, action=action)


async def count_request(db: Executor, bearer: Bearer, *, default_plan: Plan, now: dt.datetime) -> Counted:
    """Counts a request of a limited plan."""
    allowance = ALLOWANCES[bearer.plan or default_plan]
    if allowance is None:
        return Counted()
    minute = now.replace(second=0, microsecond=0)
    day = minute.replace(hour=0, minute=0)
    counted = await rates.count(
        db, bearer.workspace_id, bearer.user_id, minute=minute, day=day, allowance=allowance
    )
    in_minute = Usage(
        allowance.per_minute,
        max(0, allowance.per_minute - counted.in_minute),
        minute + dt.timedelta(minutes=1),
    )
    in_day = Usage(allowance.per_day, max(0, allowance.per_day - counted.in_day), day + dt.timedelta(days=1))
    if counted.admitted:
        return Counted(min(in_minute, in_day, key=lambda usage: usage.remaining))
    # Where both are full the day is what the client has to wait for.
    if in_day.remaining == 0:
        return Counted(in_day, Kind.DAY_LIMIT)
    return Counted(in_minute, Kind.MINUTE_LIMIT)
