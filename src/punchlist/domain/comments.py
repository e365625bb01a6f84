"""What a comment on a task is."""

import datetime as dt

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.text import check_text


class Comment(msgspec.Struct, frozen=True):
    """A comment as stored; `author_id` is None once that user is deleted."""

    id: str
    task_id: str
    version: int
    author_id: str | None
    body: str
    created_at: dt.datetime
    updated_at: dt.datetime


class CommentChanges(msgspec.Struct):
    """What somebody wishes a comment to say."""

    body: str | UnsetType = UNSET
    problems: tuple[Problem, ...] = ()


def create(
    changes: CommentChanges, *, comment_id: str, task_id: str, author_id: str | None, now: dt.datetime
) -> Comment:
    """Makes a new comment, or raises Rejected with every problem found."""
    body = _checked_body(changes, None)
    return Comment(comment_id, task_id, 1, author_id, body, now, now)


def apply(comment: Comment, changes: CommentChanges, *, now: dt.datetime) -> Comment:
    """Applies an edit; returns the very same object when nothing would change."""
    body = _checked_body(changes, comment.body)
    if body == comment.body:
        return comment
    return msgspec.structs.replace(
        comment, body=body, version=comment.version + 1, updated_at=max(now, comment.updated_at)
    )


def _checked_body(changes: CommentChanges, present: str | None) -> str:
    body = present if changes.body is UNSET else changes.body
    problems = list(changes.problems)
    if body is None or not body.strip():
        if not any(problem.field == "body" for problem in problems):
            problems.append(Problem("body", Reason.REQUIRED))
    else:
        problems += check_text("body", body, limits.COMMENT_MAX)
    if problems or body is None:
        raise Rejected(Kind.INVALID, problems)
    return body
