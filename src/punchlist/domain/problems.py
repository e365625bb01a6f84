"""Why something was refused, by name and with its facts, in no dialect's words.

A `Rejected` is raised once, where the rule is. Each HTTP dialect turns its kind, and the reasons of its
problems, into a status, a code and a sentence in one table of its own.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec


class Kind(StrEnum):
    """The ways a request can be refused for what it means."""

    INVALID = "invalid"
    INVALID_TRANSITION = "invalid_transition"
    PERMISSION_DENIED = "permission_denied"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    NOT_FOUND = "not_found"
    EMAIL_TAKEN = "email_taken"
    USER_HAS_TASKS = "user_has_tasks"
    LAST_ADMIN = "last_admin"
    TOO_MANY_KEYS = "too_many_keys"
    KEY_REVOKED = "key_revoked"
    TOO_MANY_CALENDARS = "too_many_calendars"
    TOO_MANY_STREAMS = "too_many_streams"
    NO_ROOM_FOR_STREAMS = "no_room_for_streams"
    TOO_MANY_WEBHOOKS = "too_many_webhooks"
    WEBHOOK_DISABLED = "webhook_disabled"
    CONCURRENT_CHANGE = "concurrent_change"
    STALE = "stale"
    IDEMPOTENCY_IN_FLIGHT = "idempotency_in_flight"
    IDEMPOTENCY_REUSED = "idempotency_reused"
    INVALID_AUTHENTICATION = "invalid_authentication"
    EXPIRED_AUTHENTICATION = "expired_authentication"
    MINUTE_LIMIT = "minute_limit"
    DAY_LIMIT = "day_limit"


class Reason(StrEnum):
    """What can be wrong with one field or parameter."""

    REQUIRED = "required"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_SHORT = "too_short"
    OUT_OF_RANGE = "out_of_range"
    NOT_ONE_OF = "not_one_of"
    NOT_STORABLE = "not_storable"
    NOT_AN_INSTANT = "not_an_instant"
    NOT_IN_FUTURE = "not_in_future"
    NEEDS_DUE_DATE = "needs_due_date"
    BAD_TAG = "bad_tag"
    NO_SUCH_USER = "no_such_user"
    DISABLED_USER = "disabled_user"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_NETWORK = "not_a_network"
    SCOPE_NOT_HELD = "scope_not_held"
    NOT_ON_OFFER = "not_on_offer"
    NOT_AN_APPRISE_URL = "not_an_apprise_url"
    PRIVATE_ADDRESS = "private_address"
    TRANSITION = "transition"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    MALFORMED = "malformed"
    NOT_A_WEB_ADDRESS = "not_a_web_address"
    NOT_BEFORE = "not_before"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with one field: a `Reason`, or a reason of some part of the domain's own."""

    field: str
    reason: StrEnum
    facts: dict[str, Any] = {}


class Rejected(Exception):
    """A refusal, carrying its kind, every problem found, and the facts a message may need.

    The domain's kinds are `Kind`; a dialect's door has kinds of its own for what never gets this far.
    """

    def __init__(self, kind: StrEnum, problems: Iterable[Problem] = (), **facts: Any) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.problems = tuple(problems)
        self.facts = facts


class Unavailable(Exception):
    """The database, or the store of contents, cannot be reached just now; the same request may succeed a
    moment later."""
