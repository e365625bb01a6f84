"""Webhooks: where events are sent to, which of them, and what becomes of an endpoint that never answers."""

import base64
import datetime as dt
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.addresses import is_private_host
from punchlist.domain.notices import Notice, NoticeKind
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.publication import SELECTABLE
from punchlist.domain.text import check_text

SWITCHED_OFF = "It was switched off"
GONE = "The receiver answered 410 Gone"


class Webhook(msgspec.Struct, frozen=True):
    """An endpoint as stored, without its secrets. `failing_since`: of the first attempt that failed since
    one succeeded; it is bookkeeping, which changes without a version."""

    id: str
    version: int
    url: str
    events: tuple[str, ...]
    description: str | None
    enabled: bool
    disabled_reason: str | None
    owner_id: str | None
    previous_secret_until: dt.datetime | None
    failing_since: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime


class WebhookWish(msgspec.Struct):
    """What somebody wishes an endpoint to be: UNSET leaves a field alone."""

    url: str | UnsetType = UNSET
    events: tuple[str, ...] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET
    problems: tuple[Problem, ...] = ()


def create(
    wish: WebhookWish, *, webhook_id: str, owner_id: str | None, allow_private: bool, now: dt.datetime
) -> Webhook:
    """Makes an endpoint of somebody's wish; raises Rejected with every problem found."""
    values, problems = _cleaned(wish, allow_private=allow_private)
    given = {problem.field for problem in problems}
    problems += [
        Problem(name, Reason.REQUIRED) for name in ("url", "events") if name not in values.keys() | given
    ]
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return Webhook(
        id=webhook_id,
        version=1,
        url=values["url"],
        events=values["events"],
        description=values.get("description"),
        enabled=True,
        disabled_reason=None,
        owner_id=owner_id,
        previous_secret_until=None,
        failing_since=None,
        created_at=now,
        updated_at=now,
    )


def apply(webhook: Webhook, wish: WebhookWish, *, allow_private: bool, now: dt.datetime) -> Webhook:
    """The endpoint as wished for; the same one when nothing of it differs.

    One that is enabled again has a fresh start. Raises Rejected with every problem found.
    """
    values, problems = _cleaned(wish, allow_private=allow_private)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    if wish.enabled is not UNSET and wish.enabled != webhook.enabled:
        values["enabled"] = wish.enabled
        values["disabled_reason"] = None if wish.enabled else SWITCHED_OFF
        values["failing_since"] = None
    if all(getattr(webhook, name) == value for name, value in values.items()):
        return webhook
    return _next(webhook, now, **values)


def rotate(webhook: Webhook, *, grace: dt.timedelta, now: dt.datetime) -> Webhook:
    """The endpoint with a new secret, beside which the one before it signs until the grace is over."""
    return _next(webhook, now, previous_secret_until=now + grace if grace else None)


def disable(webhook: Webhook, reason: str, *, now: dt.datetime) -> Webhook:
    """The endpoint that nothing is sent to any more, and why."""
    return _next(webhook, now, enabled=False, disabled_reason=reason, failing_since=None)


def why_given_up(failing_since: dt.datetime | None, now: dt.datetime) -> str | None:
    """Why nothing is sent any more to an endpoint that has failed since some instant; None if not yet."""
    if failing_since is None or now - failing_since < limits.WEBHOOK_FAILING_MAX:
        return None
    return f"No delivery has succeeded since {failing_since.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def disabled_notice(webhook: Webhook) -> Notice | None:
    """What an endpoint's owner is told when nothing is sent to it any more, once for each time."""
    if webhook.owner_id is None:
        return None
    kind = NoticeKind.WEBHOOK_DISABLED
    once = f"{kind}:{webhook.id}:{webhook.version}"
    title = webhook.description or urlsplit(webhook.url).netloc
    return Notice(kind, webhook.owner_id, "webhook", webhook.id, title[: limits.TITLE_MAX], once)


def new_secret(random: bytes) -> str:
    """A secret in the form of the Standard Webhooks specification."""
    return f"whsec_{base64.b64encode(random).decode()}"


def _next(webhook: Webhook, now: dt.datetime, **values: Any) -> Webhook:
    return msgspec.structs.replace(
        webhook, version=webhook.version + 1, updated_at=max(now, webhook.updated_at), **values
    )


def _cleaned(wish: WebhookWish, *, allow_private: bool) -> tuple[dict[str, Any], list[Problem]]:
    """What a wish sets, and what is wrong with it, the door's findings first."""
    problems = list(wish.problems)
    given = {problem.field for problem in problems}
    values: dict[str, Any] = {}
    if wish.url is not UNSET and "url" not in given:
        problems += _check_url(wish.url, allow_private=allow_private)
        values["url"] = wish.url
    if wish.events is not UNSET and "events" not in given:
        problems += _check_events(wish.events)
        values["events"] = tuple(dict.fromkeys(wish.events))
    if wish.description is not UNSET and "description" not in given:
        text = (wish.description or "").strip()
        problems += check_text("description", text, limits.WEBHOOK_DESCRIPTION_MAX)
        values["description"] = text or None
    return values, problems


def _check_events(events: tuple[str, ...]) -> list[Problem]:
    if not events:
        return [Problem("events", Reason.REQUIRED)]
    if len(events) > limits.WEBHOOK_EVENTS_MAX:
        return [Problem("events", Reason.TOO_MANY, {"max": limits.WEBHOOK_EVENTS_MAX})]
    return (
        []
        if set(events) <= set(SELECTABLE)
        else [Problem("events", Reason.NOT_ONE_OF, {"options": SELECTABLE})]
    )


def _check_url(url: str, *, allow_private: bool) -> list[Problem]:
    if len(url) > limits.WEBHOOK_URL_MAX:
        return [Problem("url", Reason.TOO_LONG, {"max": limits.WEBHOOK_URL_MAX})]
    parts = _split(url)
    if parts is None:
        return [Problem("url", Reason.NOT_A_WEB_ADDRESS)]
    if not allow_private and is_private_host(parts.hostname or ""):
        return [Problem("url", Reason.PRIVATE_ADDRESS)]
    return []


def _split(url: str) -> SplitResult | None:
    """The parts of an address of the web without a user in it, or None when it is none."""
    if not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or port == 0:
        return None
    return parts
