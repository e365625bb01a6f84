"""What a user is, and what becomes of one when somebody creates or changes them."""

import datetime as dt

import msgspec
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.permissions import Role
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.text import clean_line

# The library's own way to say so: many a company's own network is called plant.local.
SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name != "local"]


class User(msgspec.Struct, frozen=True):
    """A user as stored. A disabled user keeps their name on things, and no key of theirs works."""

    id: str
    version: int
    name: str
    email: str
    role: Role
    disabled: bool
    created_at: dt.datetime
    updated_at: dt.datetime


class UserChanges(msgspec.Struct):
    """What somebody wishes a user to be: UNSET leaves a field alone."""

    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    problems: tuple[Problem, ...] = ()


def email_key(email: str) -> str:
    """The form in which two addresses are the same one: letters' case does not tell people apart."""
    return email.casefold()


def create(changes: UserChanges, *, user_id: str, now: dt.datetime) -> User:
    """Makes a new user of somebody's wish, or raises Rejected with every problem found."""
    given = {problem.field for problem in changes.problems}
    required = {name: None for name in ("name", "email") if name not in given}
    values, problems = _check(required | _wished_values(changes))
    problems = [*changes.problems, *problems]
    if problems:
        raise Rejected(Kind.INVALID, problems)
    blank = User(user_id, 1, "", "", Role.MEMBER, False, now, now)
    return msgspec.structs.replace(blank, **values)


def apply(user: User, changes: UserChanges, *, now: dt.datetime) -> User:
    """Applies somebody's wish to a user; returns the very same object when nothing would change."""
    values, problems = _check(_wished_values(changes))
    problems = [*changes.problems, *problems]
    if problems:
        raise Rejected(Kind.INVALID, problems)
    differing = {name: value for name, value in values.items() if value != getattr(user, name)}
    if not differing:
        return user
    updated_at = max(now, user.updated_at)
    return msgspec.structs.replace(user, **differing, version=user.version + 1, updated_at=updated_at)


def _wished_values(changes: UserChanges) -> dict[str, object]:
    return {
        name: value
        for name in UserChanges.__struct_fields__
        if name != "problems" and (value := getattr(changes, name)) is not UNSET
    }


def _check(wished: dict[str, object]) -> tuple[dict[str, object], list[Problem]]:
    values = dict(wished)
    problems: list[Problem] = []
    if "name" in wished:
        name = wished["name"]
        values["name"], found = clean_line("name", name if isinstance(name, str) else None, limits.NAME_MAX)
        problems += found
    if "email" in wished:
        email = wished["email"]
        values["email"], found = clean_email(email if isinstance(email, str) else None)
        problems += found
    return values, problems


def clean_email(text: str | None) -> tuple[str, list[Problem]]:
    """Trims and normalises a required e-mail address, and checks that it is one."""
    trimmed, problems = clean_line("email", text, limits.EMAIL_MAX)
    if problems:
        return trimmed, problems
    try:
        # A server on a company's own network has addresses such as ada@plant.local, so the domain need
        # not be one that the public internet could deliver to.
        valid = validate_email(trimmed, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return trimmed, [Problem("email", Reason.NOT_AN_EMAIL)]
    return valid.normalized, []
