"""API keys: their scopes, their networks, and whether one may be used here and now."""

import datetime as dt
import ipaddress
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.plans import Plan
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.text import clean_line


class Scope(StrEnum):
    """What a key may be used for. Writing includes reading; `admin` includes everything."""

    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    CHANGES_READ = "changes:read"
    CHANGES_WRITE = "changes:write"
    ADMIN = "admin"


_IMPLIED: dict[Scope, frozenset[Scope]] = {
    Scope.TASKS_WRITE: frozenset({Scope.TASKS_READ}),
    Scope.USERS_WRITE: frozenset({Scope.USERS_READ}),
    Scope.CHANGES_WRITE: frozenset({Scope.CHANGES_READ}),
    Scope.ADMIN: frozenset(Scope),
}


class ApiKey(msgspec.Struct, frozen=True):
    """An API key as stored, without its secret. `scopes` empty: all that the owner's role allows."""

    id: str
    version: int
    user_id: str
    name: str
    hint: str
    scopes: tuple[Scope, ...]
    networks: tuple[str, ...]
    plan: Plan | None
    created_at: dt.datetime
    updated_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    replaced_by: str | None


class KeyWish(msgspec.Struct):
    """What somebody wishes a new key to be."""

    name: str | UnsetType = UNSET
    scopes: tuple[Scope, ...] | UnsetType | None = UNSET
    networks: tuple[str, ...] | UnsetType | None = UNSET
    plan: Plan | UnsetType | None = UNSET
    expires_at: dt.datetime | UnsetType | None = UNSET
    problems: tuple[Problem, ...] = ()


def create(
    wish: KeyWish,
    *,
    key_id: str,
    user_id: str,
    hint: str,
    held: frozenset[Scope] | None,
    now: dt.datetime,
) -> ApiKey:
    """Makes a key of somebody's wish. `held` are the scopes of who makes it: none can give more than it has.

    Raises Rejected with every problem found.
    """
    problems = list(wish.problems)
    given = {problem.field for problem in problems}
    name = None if wish.name is UNSET else wish.name
    cleaned, found = clean_line("name", name, limits.NAME_MAX)
    problems += [] if "name" in given else found
    scopes = tuple(dict.fromkeys(wish.scopes or ())) if wish.scopes is not UNSET else ()
    problems += _check_scopes(scopes, held) if "scopes" not in given else []
    networks, found = _clean_networks(wish.networks or () if wish.networks is not UNSET else ())
    problems += found
    expires_at, found = _clean_expiry(None if wish.expires_at is UNSET else wish.expires_at, now)
    problems += found
    if problems:
        raise Rejected(Kind.INVALID, problems)
    plan = None if wish.plan is UNSET else wish.plan
    return ApiKey(
        id=key_id,
        version=1,
        user_id=user_id,
        name=cleaned,
        hint=hint,
        scopes=scopes,
        networks=networks,
        plan=plan,
        created_at=now,
        updated_at=now,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
        replaced_by=None,
    )


def succeed(old: ApiKey, *, key_id: str, hint: str, now: dt.datetime) -> ApiKey:
    """The key that takes another's place, with the same rights and the same end."""
    return msgspec.structs.replace(
        old,
        id=key_id,
        version=1,
        hint=hint,
        created_at=now,
        updated_at=now,
        last_used_at=None,
        replaced_by=None,
    )


def end_after(old: ApiKey, grace: dt.timedelta, *, successor_id: str, now: dt.datetime) -> ApiKey:
    """A replaced key, which works until the grace is over, and never longer than it would have."""
    end = now + grace
    return msgspec.structs.replace(
        old,
        version=old.version + 1,
        updated_at=max(now, old.updated_at),
        expires_at=end if old.expires_at is None else min(old.expires_at, end),
        revoked_at=now if not grace else None,
        replaced_by=successor_id,
    )


def revoke(key: ApiKey, *, now: dt.datetime) -> ApiKey:
    """A key that has ended."""
    return msgspec.structs.replace(
        key, version=key.version + 1, updated_at=max(now, key.updated_at), revoked_at=now
    )


def is_live(key: ApiKey, now: dt.datetime) -> bool:
    """Tells whether a key would be accepted, wherever the request came from."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def effective_scopes(scopes: tuple[Scope, ...]) -> frozenset[Scope] | None:
    """All scopes that a key's own imply; None when it has none of its own and so is not restricted."""
    if not scopes:
        return None
    return frozenset(scopes).union(*(_IMPLIED.get(scope, frozenset()) for scope in scopes))


def admits(networks: tuple[str, ...], address: str | None) -> bool:
    """Tells whether a key bound to networks (none: any) may be used from an address."""
    if not networks:
        return True
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped  # a dual-stack socket shows 192.0.2.1 as ::ffff:192.0.2.1
    return any(ip in ipaddress.ip_network(network) for network in networks)


def _check_scopes(scopes: tuple[Scope, ...], held: frozenset[Scope] | None) -> list[Problem]:
    if held is None or Scope.ADMIN in held:
        return []
    if not scopes:  # an unrestricted key would hold more than its maker's
        return [Problem("scopes", Reason.SCOPE_NOT_HELD, {"held": sorted(held)})]
    if frozenset(scopes) - held:
        return [Problem("scopes", Reason.SCOPE_NOT_HELD, {"held": sorted(held)})]
    return []


def _clean_networks(networks: tuple[str, ...]) -> tuple[tuple[str, ...], list[Problem]]:
    if len(networks) > limits.KEY_NETWORKS_MAX:
        return (), [Problem("networks", Reason.TOO_MANY, {"max": limits.KEY_NETWORKS_MAX})]
    try:
        if any("%" in each for each in networks):  # a zone: the name of one machine's own interface
            raise ValueError
        return tuple(dict.fromkeys(str(ipaddress.ip_network(each.strip())) for each in networks)), []
    except ValueError:
        return (), [Problem("networks", Reason.NOT_A_NETWORK)]


def _clean_expiry(expiry: dt.datetime | None, now: dt.datetime) -> tuple[dt.datetime | None, list[Problem]]:
    if expiry is None:
        return None, []
    try:
        instant = expiry.astimezone(dt.UTC).replace(microsecond=0)
    except OverflowError:
        return None, [Problem("expires_at", Reason.NOT_AN_INSTANT)]
    if instant <= now:
        return None, [Problem("expires_at", Reason.NOT_IN_FUTURE)]
    return instant, []
