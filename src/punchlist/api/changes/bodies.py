"""Reading bodies of the change dialect: attribute by attribute, every problem told, null heeded or not."""

import datetime as dt
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from punchlist.api.common.bodies import decode_object
from punchlist.domain import ids, limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Problem

E = TypeVar("E", bound=StrEnum)


class BadAttributeError(Exception):
    """A value that an attribute does not take, and why."""

    def __init__(self, reason: ChangeKind, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class Reader(msgspec.Struct, frozen=True):
    """How an attribute is read. `ignored` ones are taken and passed over, as when an object read is sent
    back; only `nullable` ones can be cleared."""

    read: Callable[[Any], Any]
    nullable: bool = False
    ignored: bool = False


IGNORED = Reader(lambda value: value, ignored=True)


def read_attributes(
    body: bytes, readers: Mapping[str, Reader], *, set_null: bool = False
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Reads a JSON object; returns the attributes given, by name, and what is wrong with any.

    Raises Rejected when the body is no JSON object.
    """
    return read_object(decode_object(body), readers, set_null=set_null)


def read_object(
    given: Mapping[str, Any], readers: Mapping[str, Reader], *, set_null: bool = False
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """As `read_attributes`, for an object already decoded."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        reader = readers.get(name)
        if reader is None:
            problems.append(Problem(name, ChangeKind.UNKNOWN_ATTRIBUTE, {"attribute": name}))
        elif reader.ignored or (value is None and not (set_null and reader.nullable)):
            continue
        elif value is None:
            values[name] = None
        else:
            try:
                values[name] = reader.read(value)
            except BadAttributeError as error:
                problems.append(Problem(name, error.reason, {"attribute": name, **error.facts}))
    return values, tuple(problems)


def text(value: Any) -> str:
    """Reads a text that PostgreSQL can store: its `text` type has no place for NUL."""
    if not isinstance(value, str) or "\0" in value:
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return value


def remark(value: Any) -> str:
    """Reads what somebody says along with what they do."""
    if len(text(value)) > limits.COMMENT_MAX:
        raise BadAttributeError(ChangeKind.VALUE_TOO_LONG, max=limits.COMMENT_MAX)
    return text(value)


def boolean(value: Any) -> bool:
    """Reads true or false."""
    if not isinstance(value, bool):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return value


def number(value: Any) -> float:
    """Reads a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return float(value)


# What some clients' languages have for no date at all. To asyncpg it is minus infinity, which is no instant.
_NO_DATE = dt.datetime.min.replace(tzinfo=dt.UTC)


def date(value: Any) -> dt.datetime:
    """Reads an instant."""
    try:
        given = msgspec.convert(text(value), dt.datetime)
        instant = None if given.tzinfo is None else given.astimezone(dt.UTC)
    except (msgspec.ValidationError, OverflowError):
        instant = None
    if instant is None or instant == _NO_DATE:
        raise BadAttributeError(ChangeKind.NOT_A_DATE)
    return instant


def option(options: type[E], **aliases: E) -> Callable[[Any], E]:
    """Reads one of an enumeration's values, or of the other names that some of them go by."""

    def read(value: Any) -> E:
        try:
            name = text(value)
            return aliases[name] if name in aliases else options(name)
        except ValueError:
            raise BadAttributeError(ChangeKind.NOT_AN_OPTION) from None

    return read


def guid(value: Any, invalid: ChangeKind = ChangeKind.INVALID_GUID) -> str:
    """Reads the guid of an object that is named by `{"guid": …}`; what stands beside it is passed over."""
    if not isinstance(value, dict):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    found = value.get("guid")
    if found is None or found == "":
        raise BadAttributeError(ChangeKind.EMPTY_GUID)
    if not isinstance(found, str) or not ids.is_id(found):
        raise BadAttributeError(invalid, guid=found)
    return found


def guids(value: Any) -> tuple[str, ...]:
    """Reads a list of objects named by guid."""
    if not isinstance(value, list):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return tuple(dict.fromkeys(guid(each) for each in value))
