"""Sessions: what a login gives, how long it lasts, and how wrong passwords are slowed down."""

import datetime as dt
from enum import StrEnum

import msgspec

from punchlist.domain import limits

WRONG_TRIES_MAX = 5
SHUT_FOR = dt.timedelta(minutes=5)


class SessionKind(StrEnum):
    """A login over the API ends the user's earlier one; sign-ins of the web app live side by side."""

    API = "api"
    WEB = "web"


# So long after its last use a session ends. A program logs in again by itself; a person would have to type a
# password every morning, and holidays are shorter than two weeks more often than not.
IDLE: dict[SessionKind, dt.timedelta] = {
    SessionKind.API: dt.timedelta(minutes=90),
    SessionKind.WEB: dt.timedelta(days=14),
}


class UserType(StrEnum):
    EMPLOYEE = "EMPLOYEE"
    PARTNER = "PARTNER"
    INTEGRATION = "INTEGRATION"
    BASIC_SUPPLIER = "BASIC_SUPPLIER"
    ADVANCED_SUPPLIER = "ADVANCED_SUPPLIER"


# A supplier's people are named on tasks and do not log in here.
WITHOUT_ACCESS = frozenset({UserType.BASIC_SUPPLIER, UserType.ADVANCED_SUPPLIER})


class Account(msgspec.Struct, frozen=True):
    """What a login needs to know of a user in one of the workspaces where the address is known."""

    workspace_id: int
    workspace_number: int
    workspace_name: str
    request_limit: int | None
    user_id: str
    user_version: int
    type: UserType
    disabled: bool
    password_hash: str | None
    wrong_tries: int
    shut_until: dt.datetime | None


def is_shut(account: Account, now: dt.datetime) -> bool:
    """Tells whether too many wrong passwords have shut an account for now."""
    return account.shut_until is not None and now < account.shut_until


def after_wrong_password(account: Account, now: dt.datetime) -> tuple[int, dt.datetime | None]:
    """The count of wrong tries after one more, and until when the account is shut, if that was too many."""
    tries = account.wrong_tries + 1
    return (0, now + SHUT_FOR) if tries >= WRONG_TRIES_MAX else (tries, None)


class WebSession(msgspec.Struct, frozen=True):
    """One sign-in of a person, as they see it in a list: by an id, never by what opens it."""

    id: str
    created_at: dt.datetime
    last_used_at: dt.datetime
    user_agent: str | None
    current: bool


def has_ended(kind: SessionKind, used_at: dt.datetime, now: dt.datetime) -> bool:
    """Tells whether a session has been idle for too long."""
    return now >= used_at + IDLE[kind]


def clean_user_agent(text: str | None) -> str | None:
    """What a browser says of itself, as far as it can be shown; None when that is nothing."""
    shown = "".join(letter for letter in text or "" if letter.isprintable()).strip()
    return shown[: limits.USER_AGENT_MAX] or None
