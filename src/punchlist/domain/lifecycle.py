"""The lifecycle of a task: one table, from which checks, errors, documents and buttons are derived."""

from enum import StrEnum


class Status(StrEnum):
    """Where a task stands. The order of declaration is the order of sorting."""

    TODO = "TODO"
    IN_PROGRESS = "IN_PROGRESS"
    REVIEW = "REVIEW"
    DONE = "DONE"
    CANCELED = "CANCELED"


TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.TODO: (Status.IN_PROGRESS, Status.CANCELED),
    Status.IN_PROGRESS: (Status.REVIEW, Status.CANCELED),
    Status.REVIEW: (Status.DONE, Status.IN_PROGRESS, Status.CANCELED),
    Status.DONE: (Status.CANCELED,),
    Status.CANCELED: (),
}

OPEN = frozenset({Status.TODO, Status.IN_PROGRESS, Status.REVIEW})  # there is still something to do


def may_become(current: Status, wished: Status) -> bool:
    """Tells whether a task may move, staying where it is included."""
    return current == wished or wished in TRANSITIONS[current]
