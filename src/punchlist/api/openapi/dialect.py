"""What a dialect tells of itself, so that the document can be put together of any number of them.

All else that the document says of a dialect is read from its route table and its wire structs.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import msgspec

from punchlist.api.common.calls import Answer
from punchlist.api.common.endpoints import Endpoint
from punchlist.domain.problems import Rejected

Schema = dict[str, Any]


class Words(Protocol):
    """A row of a dialect's error table: how a kind of refusal is said."""

    @property
    def status(self) -> int: ...

    @property
    def code(self) -> str | int: ...


class Example(NamedTuple):
    """A value as it goes over the wire, and what it shows."""

    summary: str
    value: Any


class PathParameter(NamedTuple):
    """What stands in a path's braces."""

    description: str
    schema: Schema
    example: str


class Examples(msgspec.Struct, frozen=True, kw_only=True):
    """A dialect's examples: bodies, forms and answers by endpoint name, and a refusal for each kind.

    `tables` are the answers of those that give them as CSV too. `refusal` makes one that the endpoint could
    give; for None, one that comes before any endpoint.
    """

    bodies: dict[str, dict[str, Example]]
    forms: dict[str, dict[str, Example]] = {}
    answers: dict[str, Any]
    tables: dict[str, str] = {}
    refusal: Callable[[Endpoint | None, StrEnum], Rejected]


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One API of the document.

    `prefix` begins the names of the refusals that endpoints have alike, which all dialects have. `headers`
    are those that only this dialect has, `headers_of` tells which an answer carries (None: where no endpoint
    is). `outside` are the kinds that are met where no endpoint is, `refused_inside` those that a handler
    refuses with, `meanings` what statuses mean here where they mean something else. `names` are components
    whose name is not their struct's; `page` makes the schema of a page from that of its entries; `complete`
    adds what the structs leave open.
    """

    description: str
    tags: dict[str, str]
    prefix: str = ""
    endpoints: tuple[Endpoint, ...]
    path_parameters: dict[str, PathParameter]
    headers: dict[str, Schema]
    headers_of: Callable[[Endpoint | None, int], tuple[str, ...]]
    errors: dict[StrEnum, Any]
    error_name: str
    error_schemas: dict[str, Schema]
    outside: tuple[StrEnum, ...]
    meanings: dict[int, str] = {}
    refusals_of: Callable[[Endpoint], tuple[StrEnum, ...]]
    refused_inside: Callable[[Endpoint], frozenset[StrEnum]]
    refuse: Callable[[Rejected], Answer]
    names: dict[str, str]
    page: Callable[[Schema], Schema]
    further_structs: tuple[Any, ...] = ()
    complete: Callable[[dict[str, Schema]], None]
    examples: Examples

    def words(self, kind: StrEnum) -> Words:
        """How this dialect says a kind of refusal."""
        row: Words = self.errors[kind]
        return row


def ref(kind: str, name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def camel(name: str) -> str:
    """`task_id` as `taskId`."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def pascal(name: str) -> str:
    """`update_task` as `UpdateTask`."""
    return "".join(part.capitalize() for part in name.split("_"))
