"""Query parameters, declared once: how each is read, and what the OpenAPI document says of it."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl

import msgspec

from punchlist.api.common.problems import HttpKind
from punchlist.domain import ids, limits
from punchlist.domain.problems import Problem, Reason, Rejected
from punchlist.domain.queries import Order

E = TypeVar("E", bound=StrEnum)


class BadValueError(Exception):
    """A value that a parameter does not take, and why."""

    def __init__(self, reason: StrEnum, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class Parameter(NamedTuple):
    """A query parameter: its wire name, how its text is read, its schema, and a sentence about it.

    `narrows` says that answers then hold only some of their fields. `refusal` is what a text that cannot be
    read is refused with, in a dialect that tells such refusals apart.
    """

    name: str
    read: Callable[[str], Any]
    schema: dict[str, Any]
    description: str
    narrows: bool = False
    refusal: StrEnum | None = None


def read_query(query: str, declared: tuple[Parameter, ...]) -> dict[str, Any]:
    """Reads a query string; raises Rejected with a problem for each parameter that is wrong or unknown."""
    if not query:
        return {}
    by_name = {parameter.name: parameter for parameter in declared}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, text in pairs_of(query):
        parameter = by_name.get(name)
        if parameter is None:
            problems.append(Problem(name, Reason.UNKNOWN, {"known": sorted(by_name) or "no parameter"}))
        elif name in values:
            problems.append(Problem(name, Reason.REPEATED))
        else:
            try:
                values[name] = parameter.read(text)
            except BadValueError as error:
                values[name] = None
                problems.append(Problem(name, error.reason, error.facts))
    if problems:
        raise Rejected(HttpKind.INVALID_PARAMETERS, problems)
    return values


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The names and values of a query string, in order; raises Rejected when it is none."""
    try:
        return parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=limits.QUERY_PARAMETERS_MAX
        )
    except ValueError:  # not UTF-8, or too many
        raise Rejected(
            HttpKind.INVALID_PARAMETERS,
            [Problem("query", Reason.MALFORMED, {"expected": "UTF-8, with at most 50 parameters"})],
        ) from None


def whole_number(least: int, most: int, *, digits: int = 10) -> Callable[[str], int]:
    """Reads a whole number within bounds, of so many digits at most."""
    is_integer = re.compile(rf"[0-9]{{1,{digits}}}").fullmatch

    def read(text: str) -> int:
        if not is_integer(text) or not least <= int(text) <= most:
            raise BadValueError(Reason.MALFORMED, expected=f"a whole number from {least} to {most}")
        return int(text)

    return read


def boolean(text: str) -> bool:
    """Reads `true` or `false`."""
    if text not in ("true", "false"):
        raise BadValueError(Reason.NOT_ONE_OF, options=["true", "false"])
    return text == "true"


def text(least: int, most: int) -> Callable[[str], str]:
    """Reads a text of so many characters, trimmed."""

    def read(value: str) -> str:
        value = value.strip()
        if len(value) < least:
            raise BadValueError(Reason.TOO_SHORT, min=least)
        if len(value) > most:
            raise BadValueError(Reason.TOO_LONG, max=most)
        if "\0" in value:
            raise BadValueError(Reason.NOT_STORABLE)
        return value

    return read


def instant(value: str) -> dt.datetime:
    """Reads an RFC 3339 instant. A `+` before the offset arrives as a space; both are accepted."""
    try:
        found = msgspec.convert(value.replace(" ", "+"), dt.datetime)
        if found.tzinfo is None:
            raise BadValueError(Reason.NOT_AN_INSTANT)
        return found.astimezone(dt.UTC)
    except (msgspec.ValidationError, OverflowError):
        raise BadValueError(Reason.NOT_AN_INSTANT) from None


_FIRST_DAY, _LAST_DAY = dt.date(1970, 1, 1), dt.date(2999, 12, 31)


def date(value: str) -> dt.date:
    """Reads a day such as 2026-01-31, of a year in which there can be anything to tell."""
    try:
        found = dt.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  (a day, not an instant)
    except ValueError:
        found = dt.date.min
    if not value.isascii() or len(value) != len("2026-01-31") or not _FIRST_DAY <= found <= _LAST_DAY:
        raise BadValueError(Reason.MALFORMED, expected="a date such as 2026-01-31, from 1970 on")
    return found


def one_of(options: Sequence[str]) -> Callable[[str], str]:
    """Reads one of some words."""

    def read(value: str) -> str:
        if value not in options:
            raise BadValueError(Reason.NOT_ONE_OF, options=[str(each) for each in options])
        return value

    return read


def _split(value: str) -> list[str]:
    parts = [part.strip() for part in value.split(",")]
    if len(parts) > limits.FILTER_VALUES_MAX:
        raise BadValueError(Reason.TOO_MANY, max=limits.FILTER_VALUES_MAX)
    return parts


def one_or_more_of(options: type[E]) -> Callable[[str], tuple[E, ...]]:
    """Reads a comma-separated list of an enumeration's values."""

    def read(value: str) -> tuple[E, ...]:
        try:
            return tuple(options(part) for part in _split(value))
        except ValueError:
            raise BadValueError(Reason.NOT_ONE_OF, options=[each.value for each in options]) from None

    return read


def one_or_more_texts(most: int) -> Callable[[str], tuple[str, ...]]:
    """Reads a comma-separated list of short texts."""

    def read(value: str) -> tuple[str, ...]:
        return tuple(text(1, most)(part) for part in _split(value))

    return read


def one_or_more_ids(value: str) -> tuple[str, ...]:
    """Reads a comma-separated list of identifiers."""
    parts = _split(value)
    if not all(map(ids.is_id, parts)):
        raise BadValueError(Reason.MALFORMED, expected="identifiers of 20 characters, 0-9 and A-Z")
    return tuple(parts)


def one_id(value: str) -> str:
    """Reads an identifier."""
    if not ids.is_id(value):
        raise BadValueError(Reason.MALFORMED, expected="an identifier of 20 characters, 0-9 and A-Z")
    return value


def order_by(fields: dict[str, str]) -> Callable[[str], tuple[Order, ...]]:
    """Reads a sort order; `fields` maps the wire's names to the domain's.

    `-` before a name is descending, `+` (which arrives as a space) or nothing ascending.
    """

    def read(value: str) -> tuple[Order, ...]:
        orders: dict[str, Order] = {}
        for part in map(str.strip, value.split(",")):
            name = part[1:] if part[:1] in ("-", "+") else part
            if name not in fields or name in orders:
                raise BadValueError(
                    Reason.MALFORMED, expected=f"one or more of, each once: {', '.join(fields)}"
                )
            orders[name] = Order(fields[name], descending=part.startswith("-"))
        return tuple(orders.values())

    return read


def some_of(names: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """Reads a comma-separated choice of names, and gives them back in their own order."""

    def read(value: str) -> tuple[str, ...]:
        wanted = set(_split(value))
        if not wanted.issubset(names):
            raise BadValueError(Reason.NOT_ONE_OF, options=names)
        return tuple(name for name in names if name in wanted)

    return read
