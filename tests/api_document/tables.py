"""The tables that the document is made of, dialect by dialect, beside the operations made of them."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

from punchlist.api.changes import door as changes_door
from punchlist.api.changes import routes as changes_routes
from punchlist.api.changes.errors import WORDS
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.tasks import door as tasks_door
from punchlist.api.tasks import routes as tasks_routes
from punchlist.api.tasks.errors import ERRORS
from tests.api_document.reading import DOCUMENT, examples, operations

UPKEEP = {("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/metrics")}


class Tables(NamedTuple):
    """A dialect's own tables, and the refusals of it that are shown where no operation is."""

    endpoints: tuple[Endpoint, ...]
    errors: dict[StrEnum, Any]
    refusals_of: Callable[[Endpoint], tuple[StrEnum, ...]]
    outside: tuple[str, ...]

    def kind(self, value: str) -> StrEnum:
        """The kind of refusal that goes by a name."""
        return next(kind for kind in self.errors if kind.value == value)

    def shown_outside(self) -> set[StrEnum]:
        """The kinds of refusal that are shown where no operation is."""
        return {
            self.kind(name)
            for response in self.outside
            for name in examples(DOCUMENT["components"]["responses"][response]["content"]["application/json"])
        }


TASKS = Tables(
    tasks_routes.ENDPOINTS,
    dict(ERRORS),
    tasks_door.refusals_of,
    ("BadRequest", "HeadersTooLarge", "MethodNotAllowed", "NotFound"),
)
CHANGES = Tables(
    changes_routes.ENDPOINTS,
    dict(WORDS),
    changes_door.refusals_of,
    ("ChangeMethodNotAllowed", "ChangeNotFound"),
)
DIALECTS = (TASKS, CHANGES)
ENDPOINTS = tuple(endpoint for tables in DIALECTS for endpoint in tables.endpoints)


def spelled(name: str) -> str:
    """A name, or the names in a path, as the wire would spell them."""
    return re.sub("_(.)", lambda match: match[1].upper(), name)


_BY_NAME = {
    spelled(endpoint.name): (endpoint, tables) for tables in DIALECTS for endpoint in tables.endpoints
}
PAIRS = [(each, *_BY_NAME[each.name]) for each in operations() if each.name in _BY_NAME]


def each_of(*wanted: Tables) -> pytest.MarkDecorator:
    """Runs a test for each operation of some dialects: with it, its endpoint and its dialect's tables."""
    chosen = [pytest.param(*pair, id=pair[0].name) for pair in PAIRS if pair[2] in wanted]
    return pytest.mark.parametrize(("said", "endpoint", "tables"), chosen)


EACH = each_of(*DIALECTS)
