"""What the contract says of changes, written down a second time and by hand: the tables that tests hold the
code to. Numbers are the wire's, who and what are its words.
"""

from typing import Any, NamedTuple

# --- the lifecycle --------------------------------------------------------------------------------------

ADMINISTRATOR = "administrator"
OWNERS = "creator, administrator"
PERMANENT = ("PERMANENT_ON_APPROVAL", "PERMANENT_ON_DATE")
NOT_SUPPORTED, NO_PRIVILEGE, ADMINISTRATOR_ONLY, SUBMITTER_ONLY = 4073, 3085, 4902, 4997
CANNOT_EXPIRE, CANNOT_BE_EFFECTIVE_AGAIN, OPEN_TASKS, NO_ROUTING = 4897, 4899, 4998, 5006

ROUTED, UNROUTED = {"routed": (True,)}, {"routed": (False,)}
AUTO, USER, ADMIN = ({"method": (each,)} for each in ("AUTO", "USER_DEFINED", "ADMIN_DEFINED"))
AUTO_OR_USER = {"method": ("AUTO", "USER_DEFINED")}
LASTING, PASSING = {"effectivity": PERMANENT}, {"effectivity": ("TEMPORARY",)}
ALWAYS: dict[str, Any] = {}
OPEN = "OPEN_AND_UNLOCKED, OPEN_AND_LOCKED"

# From, asked, when, result (a number: refused with it), who may, and what the others are told.
TABLE: list[tuple[str, str, dict[str, Any], str | int, str, int]] = [
    ("OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", ALWAYS, "OPEN_AND_LOCKED", OWNERS, NO_PRIVILEGE),
    ("OPEN_AND_LOCKED", "OPEN_AND_UNLOCKED", ALWAYS, "OPEN_AND_UNLOCKED", OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", AUTO | UNROUTED, "APPROVED", OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", AUTO_OR_USER | ROUTED, "SUBMITTED_FOR_APPROVAL", OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", USER | UNROUTED, NO_ROUTING, OWNERS, NO_PRIVILEGE),
    (OPEN, "SUBMITTED", ADMIN, "SUBMITTED_FOR_ROUTING", OWNERS, NO_PRIVILEGE),
    ("SUBMITTED_FOR_ROUTING", "SUBMITTED", ROUTED, "SUBMITTED_FOR_APPROVAL", ADMINISTRATOR,
     ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_ROUTING", "SUBMITTED", UNROUTED, NO_ROUTING, ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_ROUTING, SUBMITTED_FOR_APPROVAL", "OPEN_AND_UNLOCKED", ALWAYS, "OPEN_AND_UNLOCKED",
     "submitter, administrator", SUBMITTER_ONLY),
    ("SUBMITTED_FOR_APPROVAL", "APPROVED", ALWAYS, "APPROVED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_APPROVAL", "EFFECTIVE", ALWAYS, "APPROVED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("SUBMITTED_FOR_APPROVAL", "REJECTED", ALWAYS, "REJECTED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("REJECTED", "OPEN_AND_UNLOCKED", ALWAYS, "OPEN_AND_UNLOCKED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("OPEN_AND_UNLOCKED, REJECTED", "CANCELED", ALWAYS, "CANCELED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("EFFECTIVE", "EXPIRED", PASSING, "EXPIRED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("EFFECTIVE", "COMPLETED", LASTING, "COMPLETED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("EXPIRED", "COMPLETED", ALWAYS, "COMPLETED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("COMPLETED", "EFFECTIVE", LASTING, "EFFECTIVE", ADMINISTRATOR, ADMINISTRATOR_ONLY),
    ("COMPLETED", "EXPIRED", PASSING, "EXPIRED", ADMINISTRATOR, ADMINISTRATOR_ONLY),
]  # fmt: skip

STATUSES = [
    "OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", "SUBMITTED_FOR_ROUTING", "SUBMITTED_FOR_APPROVAL", "APPROVED",
    "REJECTED", "CANCELED", "EFFECTIVE", "EXPIRED", "COMPLETED",
]  # fmt: skip
WISHES = [
    "OPEN_AND_UNLOCKED", "OPEN_AND_LOCKED", "SUBMITTED", "APPROVED", "REJECTED", "CANCELED", "EFFECTIVE",
    "EXPIRED", "COMPLETED",
]  # fmt: skip
METHODS = ["USER_DEFINED", "ADMIN_DEFINED", "AUTO"]
EFFECTIVITIES = [*PERMANENT, "TEMPORARY"]


class Case(NamedTuple):
    """Somebody who asks a change to become something, and the change's situation."""

    status: str
    asked: str
    who: frozenset[str]
    method: str
    routed: bool
    effectivity: str
    open_tasks: int


def promised(case: Case) -> str | int:
    """What the contract says: a status, or the number of a refusal."""
    for sources, asked, when, result, who, refusal in TABLE:
        if case.status not in sources.split(", ") or case.asked != asked:
            continue
        if not all(getattr(case, name) in values for name, values in when.items()):
            continue
        if case.who.isdisjoint(who.split(", ")):
            return refusal
        return OPEN_TASKS if result == "COMPLETED" and case.open_tasks else result
    if case.asked == "EXPIRED" and case.status in ("EFFECTIVE", "COMPLETED"):
        return CANNOT_EXPIRE
    if (case.status, case.asked) == ("COMPLETED", "EFFECTIVE"):
        return CANNOT_BE_EFFECTIVE_AGAIN
    return NOT_SUPPORTED


# --- implementation tasks -------------------------------------------------------------------------------

KEEPERS = {"administrator", "creator"}
# What is done, by whom, whether Object Level Override is needed, and what a closed change answers.
TASK_RULES = {
    "see": ({"anyone"}, False, None),
    "add": (KEEPERS, True, 3708),
    "edit": (KEEPERS | {"assignee"}, True, 3708),
    "remove": (KEEPERS, True, 3708),
    "annotate": ({"anyone"}, False, 3703),
    "add a file": (KEEPERS | {"assignee"}, False, 3704),
    "remove a file": (KEEPERS | {"assignee"}, False, 3705),
}
NOT_MANAGED, NO_OVERRIDE = 3706, 3707


def promised_of_task(
    deed: str, who: frozenset[str], status: str, *, uncategorized: bool, managed: bool, override: bool
) -> int | None:
    """What the contract says: None where it may be done, or the number of a refusal."""
    may, needs_override, closed = TASK_RULES[deed]
    if may.isdisjoint(who):
        return NO_PRIVILEGE
    if closed and (
        status in ("CANCELED", "COMPLETED") or (uncategorized and closed == 3708 and deed != "remove")
    ):
        return closed
    if not managed:
        return NOT_MANAGED
    return NO_OVERRIDE if needs_override and not override else None
