"""What a notice says to people, in words: a line that tells all of it, and the lines of a message."""

import datetime as dt

from punchlist.domain.events import Entity
from punchlist.domain.notices import NoticeKind, Notification

_HEADLINES = {
    NoticeKind.REMINDER: "Due soon: {title}",
    NoticeKind.OVERDUE: "Overdue: {title}",
    NoticeKind.ASSIGNED: "Assigned to you: {title}",
    NoticeKind.WEBHOOK_DISABLED: "Webhook switched off: {title}",
}
_SENTENCES = {
    NoticeKind.REMINDER: "This task is due on {due}, and it is assigned to you.",
    NoticeKind.OVERDUE: "This task was due on {due} and is still open; it is assigned to you.",
    NoticeKind.ASSIGNED: "This task has been assigned to you. It is due on {due}.",
    NoticeKind.WEBHOOK_DISABLED: "Nothing more is sent to it, because too many deliveries failed.",
}
_UNDATED = {NoticeKind.ASSIGNED: "This task has been assigned to you."}
_PLACES = {
    Entity.TASK: "/v1/tasks/{id}",
    Entity.IMPLEMENTATION_TASK: "/v1/changes/{parent}/implementationtasks/{id}",
    "webhook": "/v1/webhooks/{id}",
}


def headline(notification: Notification) -> str:
    """The notice in a line, without anything that would end the line, or hide what follows it."""
    title = "".join(letter if letter.isprintable() else " " for letter in notification.title)
    return _HEADLINES[notification.kind].format(title=" ".join(title.split()))


def message(notification: Notification, public_url: str | None) -> str:
    """The notice as a text of a few lines, with a link where the server knows its own address."""
    words = _SENTENCES if notification.due_at is not None else _SENTENCES | _UNDATED
    due = "" if notification.due_at is None else _day(notification.due_at)
    lines = [headline(notification), "", words[notification.kind].format(due=due)]
    if public_url is not None:
        lines += ["", public_url.rstrip("/") + place(notification)]
    return "\n".join(lines) + "\n"


def place(notification: Notification) -> str:
    """The path of the thing that a notification is about."""
    path = _PLACES[notification.entity]
    return path.format(id=notification.entity_id, parent=notification.parent_id)


def _day(instant: dt.datetime) -> str:
    return f"{instant.day} {instant:%B} {instant.year} at {instant:%H:%M} UTC"
