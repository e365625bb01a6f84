"""The query parameters of the change dialect."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.api.changes.requests import IMPLEMENTATION_STATUS_ALIASES
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

_TEXT = {"type": "string", "maxLength": limits.SEARCH_MAX}
_GUID = {"type": "string", "pattern": ids.PATTERN}
_INSTANT = {"type": "string", "format": "date-time"}
_BOOLEAN: dict[str, Any] = {"type": "boolean"}
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


def _option(options: type[StrEnum], aliases: Mapping[str, StrEnum]) -> Callable[[str], str]:
    def read(value: str) -> str:
        try:
            return options(aliases.get(value.upper(), value.upper()))
        except ValueError:
            raise BadValueError(ChangeKind.NOT_AN_OPTION) from None

    return read


def boolean(value: str) -> bool:
    """Reads true or false, in any case."""
    if value.lower() not in ("true", "false"):
        raise BadValueError(ChangeKind.WRONG_VALUE)
    return value.lower() == "true"


def _text_filter(
    name: str, description: str = "Matches in any case; a `*` at an end is anything."
) -> Parameter:
    return Parameter(name, _text, _TEXT, description, refusal=ChangeKind.WRONG_VALUE)


def _guid_filter(name: str, description: str) -> Parameter:
    return Parameter(name, _guid, _GUID, description, refusal=ChangeKind.INVALID_GUID)


def _option_filter(name: str, options: type[StrEnum], description: str, **aliases: StrEnum) -> Parameter:
    schema = {"type": "string", "enum": [*(option.value for option in options), *aliases]}
    return Parameter(name, _option(options, aliases), schema, description, refusal=ChangeKind.NOT_AN_OPTION)


def _date_filter(name: str, description: str) -> Parameter:
    return Parameter(name, _date, _INSTANT, description, refusal=ChangeKind.NOT_A_DATE)


def _switch(name: str, description: str, **schema: Any) -> Parameter:
    return Parameter(name, boolean, _BOOLEAN | schema, description, refusal=ChangeKind.WRONG_VALUE)


def _number(name: str, least: int, most: int, default: int, description: str) -> Parameter:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return Parameter(name, _page_number(least, most), schema, description, refusal=ChangeKind.INVALID_PAGE)


PAGE = (
    _number("limit", 1, LIMIT_MAX, LIMIT_DEFAULT, "How many results at most."),
    _number("offset", 0, limits.OFFSET_MAX, 0, "How many results to pass over."),
)
# Small lists come whole, and yet take what clients send with every list.
WHOLE = (
    _number("limit", 1, LIMIT_MAX, LIMIT_DEFAULT, "Taken, and without effect: the list comes whole."),
    _number("offset", 0, limits.OFFSET_MAX, 0, "Taken, and without effect: the list comes whole."),
)
SET_NULL = _switch("setnull", "Whether null clears an attribute; else it is ignored.", default=False)

CHANGES = (
    *PAGE,
    _text_filter("number"),
    _text_filter("title"),
    _guid_filter("category.guid", "Of this category."),
    _guid_filter("creator.guid", "Created by this user."),
    _option_filter(
        "implementationStatus",
        ImplementationStatus,
        "With this implementation status.",
        **IMPLEMENTATION_STATUS_ALIASES,
    ),
    _option_filter("lifecycleStatus.type", ChangeStatus, "In this lifecycle status."),
    _date_filter("effectiveDateTimeFrom", "Effective since then or later."),
    _date_filter("effectiveDateTimeTo", "Effective since then or earlier."),
    _date_filter("expirationDateTimeFrom", "Expiring then or later."),
    _date_filter("expirationDateTimeTo", "Expiring then or earlier."),
)
USERS = (
    *PAGE,
    _text_filter("firstName"),
    _text_filter("lastName"),
    _text_filter("fullName"),
    _text_filter("email"),
    _option_filter("type", UserType, "Of this type."),
    _switch("enabled", "Enabled, or not."),
)
FILES = (
    *PAGE,
    _text_filter("title"),
    _text_filter("number"),
    _guid_filter("category.guid", "Of this category."),
    _text_filter("format"),
    _text_filter("name"),
)
NAMED = (*PAGE, _text_filter("name"))
ATTRIBUTES = (
    *WHOLE,
    _switch("includePossibleValues", "With the options of drop-downs."),
    _switch("creatableOnly", "Only those that can be set at creation, which are all."),
    _switch("editableOnly", "Only those that can be edited, which are all."),
    _switch("searchableOnly", "Only those that can be searched by, of which there are none."),
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
