"""Who asks, whether their key may be used here and now, and how much they have asked already."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from punchlist.domain.keys import Credential, Scope, admits, effective_scopes
from punchlist.domain.permissions import Action, Actor, Relation, allowed
from punchlist.domain.plans import ALLOWANCES, Plan
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.tasks import Task
from punchlist.store import keys, rates
from punchlist.store.coalescing import Coalesced
from punchlist.store.database import Executor
from punchlist.store.keys import Bearer


class Usage(msgspec.Struct, frozen=True):
    """Where a user stands in the window (minute or day) that is nearer to its end."""

    limit: int
    remaining: int
    resets_at: dt.datetime


async def identify(
    db: Executor, credential: Credential | None, *, address: str | None, now: dt.datetime
) -> Bearer:
    """The bearer of a token, or Rejected when the token may not be used from there, or any more."""
    bearer = None if credential is None else await keys.find_bearer(db, credential)
    return _admit(bearer, address, now)


LookUp = Coalesced[tuple[Credential, str], tuple[Bearer | None, Task | None]]


def look_up(db: Executor) -> LookUp:
    """The look-up of bearers with tasks, shared by all requests of a process."""

    async def find(asked: Sequence[tuple[Credential, str]]) -> Sequence[tuple[Bearer | None, Task | None]]:
        return await keys.find_bearers_and_tasks(db, asked)

    return Coalesced(find, most=64, flights=2)


async def identify_with_task(
    find: LookUp, credential: Credential | None, task_id: str, *, address: str | None, now: dt.datetime
) -> tuple[Bearer, Task | None]:
    """As `identify`, and the task of that id, in the same round trip."""
    if credential is None:
        raise Rejected(Kind.INVALID_AUTHENTICATION)
    bearer, task = await find.get((credential, task_id))
    return _admit(bearer, address, now), task


def _admit(bearer: Bearer | None, address: str | None, now: dt.datetime) -> Bearer:
    if bearer is None or bearer.revoked_at is not None or bearer.disabled:
        raise Rejected(Kind.INVALID_AUTHENTICATION)
    if bearer.expires_at is not None and bearer.expires_at <= now:
        raise Rejected(Kind.EXPIRED_AUTHENTICATION)
    if bearer.networks and not admits(bearer.networks, address):
        raise Rejected(Kind.PERMISSION_DENIED, network=address)
    return bearer


def as_actor(bearer: Bearer) -> Actor:
    """The actor that a bearer is."""
    return Actor(
        bearer.workspace_id, bearer.user_id, bearer.role, bearer.key_id, effective_scopes(bearer.scopes)
    )


def require_scope(actor: Actor, scope: Scope) -> None:
    """Raises Rejected when the actor's key does not carry a scope."""
    if actor.scopes is not None and scope not in actor.scopes:
        raise Rejected(Kind.INSUFFICIENT_SCOPE, scope=scope)


def require(actor: Actor, action: Action, relations: frozenset[Relation]) -> None:
    """Raises Rejected when the permission table does not let the actor do this."""
    if not allowed(actor, action, relations):
        raise Rejected(Kind.PERMISSION_DENIED, action=action)


async def count_request(
    db: Executor, bearer: Bearer, *, default_plan: Plan, now: dt.datetime
) -> tuple[Usage | None, Kind | None]:
    """Counts a request of a limited plan: where the user stands, and which limit refuses it, if one does."""
    allowance = ALLOWANCES[bearer.plan or default_plan]
    if allowance is None:
        return None, None
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
        return min(in_minute, in_day, key=lambda usage: usage.remaining), None
    # Where both are full the day is what the client has to wait for.
    return (in_day, Kind.DAY_LIMIT) if in_day.remaining == 0 else (in_minute, Kind.MINUTE_LIMIT)
