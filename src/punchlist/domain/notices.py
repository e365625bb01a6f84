"""What people are told: of whose tasks, when, and over which channels. Notices are decided here from a task
as it is and an instant; nothing is remembered but that a notice was given, under its `once`."""

import datetime as dt
from enum import StrEnum

import msgspec

from punchlist.domain import limits
from punchlist.domain.events import Entity


class NoticeKind(StrEnum):
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ASSIGNED = "assigned"
    WEBHOOK_DISABLED = "webhook_disabled"


class Channel(StrEnum):
    """How a notice reaches somebody: in the list of the API, by mail, or to the addresses of Apprise."""

    IN_APP = "in_app"
    EMAIL = "email"
    APPRISE = "apprise"


class SendState(StrEnum):
    """How the sending of a notice by one channel stands. It is dropped when what the notice says has been
    overtaken before it got out."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Notice(msgspec.Struct, frozen=True):
    """What one person is told. `once`: of all notices to a person with the same, only the first is given.

    `parent_id` is the change of an implementation task.
    """

    kind: NoticeKind
    recipient_id: str
    entity: str
    entity_id: str
    title: str
    once: str
    parent_id: str | None = None
    due_at: dt.datetime | None = None


class Sent(msgspec.Struct, frozen=True):
    """How a notice fares on its way by a channel."""

    channel: Channel
    state: SendState


class Notification(msgspec.Struct, frozen=True):
    """A notice that was given, as it stands in its recipient's list. It keeps what it said."""

    id: str
    user_id: str
    kind: NoticeKind
    entity: str
    entity_id: str
    parent_id: str | None
    title: str
    due_at: dt.datetime | None
    created_at: dt.datetime
    read_at: dt.datetime | None
    sent: tuple[Sent, ...] = ()


class Watched(msgspec.Struct, frozen=True):
    """What of a task of either kind decides about its notices. The recipients are enabled users."""

    entity: Entity
    id: str
    change_id: str | None
    title: str
    open: bool
    due_at: dt.datetime | None
    warning_hours: float | None
    recipient_ids: tuple[str, ...]


class Assignment(msgspec.Struct, frozen=True):
    """That somebody (None: the command line) gave a task to its assignee, and the event that says so."""

    actor_id: str | None
    seq: int
    at: dt.datetime


class Verdict(msgspec.Struct, frozen=True):
    """What is to be told now, and when to look again (None: not before the task changes)."""

    notices: tuple[Notice, ...] = ()
    again_at: dt.datetime | None = None


def judge(task: Watched, now: dt.datetime) -> Verdict:
    """What is due of a task's reminder and overdue notice at an instant.

    A reminder is of use until the due date; from then on it is the overdue notice's turn, which is news
    for some days. Both may have been given already: their `once` tells.
    """
    if not task.open or task.due_at is None:
        return Verdict()
    if now >= task.due_at:
        late = now - task.due_at
        is_news = late <= dt.timedelta(days=limits.OVERDUE_NEWS_DAYS)
        return Verdict(_dated(NoticeKind.OVERDUE, task) if is_news else ())
    if task.warning_hours is None:
        return Verdict(again_at=task.due_at)
    # How far away it is, rather than when it is: a year before the first year there is no instant.
    early = task.due_at - now - dt.timedelta(hours=task.warning_hours)
    if early > dt.timedelta(0):
        return Verdict(again_at=now + early)
    return Verdict(_dated(NoticeKind.REMINDER, task), again_at=task.due_at)


def judge_assignment(task: Watched, assignment: Assignment, now: dt.datetime) -> Verdict:
    """Whom of a task's assignees to tell that it was given to them: all but who gave it, while it is news."""
    if not task.open or now - assignment.at > dt.timedelta(hours=limits.ASSIGNMENT_NEWS_HOURS):
        return Verdict()
    once = f"{NoticeKind.ASSIGNED}:{task.entity}:{task.id}:{assignment.seq}"
    return Verdict(
        tuple(
            _notice(NoticeKind.ASSIGNED, task, user_id, once)
            for user_id in task.recipient_ids
            if user_id != assignment.actor_id
        )
    )


def _dated(kind: NoticeKind, task: Watched) -> tuple[Notice, ...]:
    due = task.due_at.isoformat() if task.due_at is not None else ""
    once = f"{kind}:{task.entity}:{task.id}:{due}"
    return tuple(_notice(kind, task, user_id, once) for user_id in task.recipient_ids)


def _notice(kind: NoticeKind, task: Watched, user_id: str, once: str) -> Notice:
    return Notice(kind, user_id, task.entity, task.id, task.title, once, task.change_id, task.due_at)


def still_makes_sense(kind: NoticeKind, due_at: dt.datetime | None, task: Watched | None) -> bool:
    """Tells whether a notice is worth sending out now, by its task as it now is.

    What is about a due date says nothing any more once the task is done, gone, or due at another time.
    """
    if kind is NoticeKind.WEBHOOK_DISABLED:
        return True
    if task is None or not task.open:
        return False
    return kind is NoticeKind.ASSIGNED or task.due_at == due_at
