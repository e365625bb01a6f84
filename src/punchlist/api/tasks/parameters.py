"""The query parameters of the task dialect, one table for each list."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from punchlist.api.common import parameters as read
from punchlist.api.common.calls import Call
from punchlist.api.common.parameters import Parameter
from punchlist.api.tasks.names import wire_name
from punchlist.api.tasks.wire import Pagination, TaskOut
from punchlist.domain import ids, limits
from punchlist.domain.deliveries import DeliveryState
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Role
from punchlist.domain.publication import PUBLISHED
from punchlist.domain.queries import TASK_SORT_FIELDS, USER_SORT_FIELDS, Page, TaskFilter, UserFilter
from punchlist.domain.tasks import Priority
from punchlist.store.deliveries import DeliveryFilter

_TEXT = {"type": "string"}
_ID = _TEXT | {"pattern": ids.PATTERN}
_INSTANT = {"type": "string", "format": "date-time"}
_BOOLEAN = {"type": "boolean"}


def _list_of(item: dict[str, Any], most: int = limits.FILTER_VALUES_MAX) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": most}


def any_of(options: Iterable[str]) -> dict[str, Any]:
    """The schema of a list of one or more of these."""
    return _list_of(_TEXT | {"enum": [str(option) for option in options]})


PAGE = (
    Parameter(
        "limit",
        read.whole_number(1, limits.PAGE_MAX),
        {"type": "integer", "minimum": 1, "maximum": limits.PAGE_MAX, "default": limits.PAGE_DEFAULT},
        "How many entries a page has at most.",
    ),
    Parameter(
        "offset",
        read.whole_number(0, limits.OFFSET_MAX),
        {"type": "integer", "minimum": 0, "maximum": limits.OFFSET_MAX, "default": 0},
        "How many entries to pass over.",
    ),
)


def _sort(domain_fields: tuple[str, ...], default: str) -> Parameter:
    names = {wire_name(field): field for field in domain_fields}
    signed = [sign + name for name in names for sign in ("", "-", "+")]
    return Parameter(
        "sort",
        read.order_by(names),
        _list_of(_TEXT | {"enum": signed}, len(names)) | {"uniqueItems": True},
        "Fields to sort by, each once, `-` before one for descending."
        f" Default `{default}`; ties are broken by id.",
    )


TASK_FIELD_NAMES = tuple(wire for wire in TaskOut.__struct_encode_fields__)

FIELDS = Parameter(
    "fields",
    read.some_of(TASK_FIELD_NAMES),
    any_of(TASK_FIELD_NAMES),
    "Only these fields of each task.",
    narrows=True,
)

TASK_LIST = (
    *PAGE,
    _sort(TASK_SORT_FIELDS, "-createdAt"),
    FIELDS,
    Parameter(
        "status",
        read.one_or_more_of(Status),
        any_of(Status),
        "In any of these statuses.",
    ),
    Parameter(
        "priority",
        read.one_or_more_of(Priority),
        any_of(Priority),
        "Of any of these priorities.",
    ),
    Parameter(
        "tags",
        read.one_or_more_texts(limits.TAG_MAX),
        _list_of(_TEXT | {"minLength": 1, "maxLength": limits.TAG_MAX}),
        "With any of these tags.",
    ),
    Parameter("assigneeId", read.one_or_more_ids, _list_of(_ID), "Assigned to any of these users."),
    Parameter("createdBy", read.one_or_more_ids, _list_of(_ID), "Created by any of these users."),
    Parameter("dueDate[gt]", read.instant, _INSTANT, "Due after this instant."),
    Parameter("dueDate[lt]", read.instant, _INSTANT, "Due before this instant."),
    Parameter("dueDate[exists]", read.boolean, _BOOLEAN, "With, or without, a due date."),
    Parameter(
        "search",
        read.text(limits.SEARCH_MIN, limits.SEARCH_MAX),
        _TEXT | {"minLength": limits.SEARCH_MIN, "maxLength": limits.SEARCH_MAX},
        "With this text in title or description, in any case.",
    ),
)

USER_LIST = (
    *PAGE,
    _sort(USER_SORT_FIELDS, "createdAt"),
    Parameter(
        "email",
        read.text(1, limits.EMAIL_MAX),
        _TEXT | {"minLength": 1, "maxLength": limits.EMAIL_MAX},
        "With this address, in any case.",
    ),
    Parameter(
        "name",
        read.text(1, limits.NAME_MAX),
        _TEXT | {"minLength": 1, "maxLength": limits.NAME_MAX},
        "With this text in the name, in any case.",
    ),
    Parameter(
        "role",
        read.one_or_more_of(Role),
        any_of(Role),
        "Of any of these roles.",
    ),
)

FORCE = Parameter("force", read.boolean, _BOOLEAN | {"default": False}, "Unassign their tasks first.")
OWNER = Parameter("userId", read.one_id, _ID, "Of this user.")


_TYPES = tuple(PUBLISHED.values())
DELIVERY_LIST = (
    *PAGE,
    Parameter("state", read.one_or_more_of(DeliveryState), any_of(DeliveryState), "In any of these states."),
    Parameter("type", read.some_of(_TYPES), any_of(_TYPES), "About events of these types."),
    Parameter("from", read.instant, _INSTANT, "Of events at this instant or later."),
    Parameter("to", read.instant, _INSTANT, "Of events at this instant or earlier."),
)


def page_of(call: Call) -> Page:
    """The page that a request asks for."""
    return Page(call.parameters.get("limit", limits.PAGE_DEFAULT), call.parameters.get("offset", 0))


def task_filter(parameters: dict[str, Any]) -> TaskFilter:
    """The filter that a request's parameters express."""
    return TaskFilter(
        statuses=parameters.get("status"),
        priorities=parameters.get("priority"),
        tags=parameters.get("tags"),
        assignee_ids=parameters.get("assigneeId"),
        creator_ids=parameters.get("createdBy"),
        due_after=parameters.get("dueDate[gt]"),
        due_before=parameters.get("dueDate[lt]"),
        has_due=parameters.get("dueDate[exists]"),
        search=parameters.get("search"),
    )


def user_filter(parameters: dict[str, Any]) -> UserFilter:
    """The filter that a request's parameters express."""
    return UserFilter(parameters.get("email"), parameters.get("name"), parameters.get("role"))


def delivery_filter(parameters: dict[str, Any]) -> DeliveryFilter:
    """The filter that a request's parameters express."""
    return DeliveryFilter(
        parameters.get("state"), parameters.get("type"), parameters.get("from"), parameters.get("to")
    )


def pagination(page: Page, total: int) -> Pagination:
    """What an answer says about its page."""
    return Pagination(total, page.limit, page.offset, page.offset + page.limit < total)


def link_header(call: Call, page: Page, total: int) -> str:
    """The Link header (RFC 8288) of a page: absolute addresses that keep all other parameters."""
    last = max(0, (total - 1) // page.limit * page.limit)
    offsets = {"first": 0}
    if page.offset > 0:
        offsets["prev"] = min(max(0, page.offset - page.limit), last)
    if page.offset + page.limit < total:
        offsets["next"] = page.offset + page.limit
    offsets["last"] = last
    kept = [
        pair for pair in parse_qsl(call.query, keep_blank_values=True) if pair[0] not in ("limit", "offset")
    ]
    links = []
    for relation, offset in offsets.items():
        query = urlencode([*kept, ("limit", page.limit), ("offset", offset)])
        links.append(f'<{call.base_url}{call.path}?{query}>; rel="{relation}"')
    return ", ".join(links)
