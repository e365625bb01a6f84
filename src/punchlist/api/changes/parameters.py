"""The query parameters of the change dialect."""

import datetime as dt
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.api.common.calls import Call
from punchlist.api.common.parameters import BadValueError, Parameter
from punchlist.domain import ids, limits
from punchlist.domain.categories import ImplementationStatus
from punchlist.domain.change_lifecycle import ChangeStatus
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.queries import Page
from punchlist.domain.sessions import UserType
from punchlist.store.change_views import ChangeFilter

# Clients send these everywhere; they change nothing here.
IGNORED = frozenset({"responseview", "includeChildCategories", "any"})

LIMIT_DEFAULT, LIMIT_MAX = 20, 400

_TEXT = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time"}
_INTEGER = re.compile(r"[0-9]{1,10}").fullmatch


def _page_number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _INTEGER(text) or not least <= int(text) <= most:
            raise BadValueError(ChangeKind.INVALID_PAGE)
        return int(text)

    return read


def _text(value: str) -> str:
    if "\0" in value or len(value) > limits.SEARCH_MAX:
        raise BadValueError(ChangeKind.WRONG_VALUE)
    return value


def _guid(value: str) -> str:
    if not ids.is_id(value):
        raise BadValueError(ChangeKind.INVALID_GUID, guid=value)
    return value


def _date(value: str) -> dt.datetime:
    try:
        instant = msgspec.convert(value.replace(" ", "+"), dt.datetime)
        return instant.astimezone(dt.UTC) if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    except (msgspec.ValidationError, OverflowError):
        raise BadValueError(ChangeKind.NOT_A_DATE) from None


def _option(options: type[StrEnum]) -> Callable[[str], str]:
    def read(value: str) -> str:
        try:
            return options(value.upper())
        except ValueError:
            raise BadValueError(ChangeKind.NOT_AN_OPTION) from None

    return read


def boolean(value: str) -> bool:
    """Reads true or false, in any case."""
    if value.lower() not in ("true", "false"):
        raise BadValueError(ChangeKind.WRONG_VALUE)
    return value.lower() == "true"


_BOOLEAN = {"type": "boolean"}

PAGE = (
    Parameter(
        "limit",
        _page_number(1, LIMIT_MAX),
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
        "How many results at most.",
    ),
    Parameter(
        "offset",
        _page_number(0, limits.OFFSET_MAX),
        {"type": "integer", "minimum": 0, "maximum": limits.OFFSET_MAX, "default": 0},
        "How many results to pass over.",
    ),
)
SET_NULL = Parameter(
    "setnull", boolean, _BOOLEAN | {"default": False}, "Null clears an attribute; else it is ignored."
)
_WILD = "Matches in any case; a `*` at an end stands for anything."

CHANGES = (
    *PAGE,
    Parameter("number", _text, _TEXT, _WILD),
    Parameter("title", _text, _TEXT, _WILD),
    Parameter("category.guid", _guid, _TEXT, "Of this category."),
    Parameter("creator.guid", _guid, _TEXT, "Created by this user."),
    Parameter("implementationStatus", _option(ImplementationStatus), _TEXT, "With this status."),
    Parameter("lifecycleStatus.type", _option(ChangeStatus), _TEXT, "In this lifecycle status."),
    Parameter("effectiveDateTimeFrom", _date, _INSTANT, "Effective since then or later."),
    Parameter("effectiveDateTimeTo", _date, _INSTANT, "Effective since then or earlier."),
    Parameter("expirationDateTimeFrom", _date, _INSTANT, "Expiring then or later."),
    Parameter("expirationDateTimeTo", _date, _INSTANT, "Expiring then or earlier."),
)
USERS = (
    *PAGE,
    Parameter("firstName", _text, _TEXT, _WILD),
    Parameter("lastName", _text, _TEXT, _WILD),
    Parameter("fullName", _text, _TEXT, _WILD),
    Parameter("email", _text, _TEXT, _WILD),
    Parameter("type", _option(UserType), _TEXT, "Of this type."),
    Parameter("enabled", boolean, _BOOLEAN, "Enabled, or not."),
)
NAMED = (*PAGE, Parameter("name", _text, _TEXT, _WILD))
ATTRIBUTES = (
    *PAGE,
    Parameter("includePossibleValues", boolean, _BOOLEAN, "With the options of drop-downs."),
    Parameter("creatableOnly", boolean, _BOOLEAN, "Only those that can be set at creation."),
    Parameter("editableOnly", boolean, _BOOLEAN, "Only those that can be edited."),
    Parameter("searchableOnly", boolean, _BOOLEAN, "Only those that can be searched by."),
)


def page_of(call: Call) -> Page:
    """The page that a request asks for."""
    return Page(call.parameters.get("limit", LIMIT_DEFAULT), call.parameters.get("offset", 0))


def change_filter(parameters: dict[str, Any]) -> ChangeFilter:
    """The filter that a request's parameters express."""
    return ChangeFilter(
        number=parameters.get("number"),
        title=parameters.get("title"),
        category_id=parameters.get("category.guid"),
        creator_id=parameters.get("creator.guid"),
        implementation_status=parameters.get("implementationStatus"),
        status=parameters.get("lifecycleStatus.type"),
        effective_from=parameters.get("effectiveDateTimeFrom"),
        effective_to=parameters.get("effectiveDateTimeTo"),
        expiration_from=parameters.get("expirationDateTimeFrom"),
        expiration_to=parameters.get("expirationDateTimeTo"),
    )
