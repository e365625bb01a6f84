"""The OpenAPI document and its reference page, read from the tables and structs that the behaviour is.

Nothing is said here a second time: routes, parameters, fields, bounds, refusals and their words come from
where they take effect. What only readers need (examples, a few paragraphs) stands in a folder per dialect.
"""

from functools import cache
from typing import Any

import msgspec

from punchlist.api.openapi.document import build


@cache
def encoded() -> bytes:
    """The OpenAPI 3.1 document of this version as it is served."""
    # Here, since their examples take a moment to work out.
    from punchlist.api.openapi import changes, tasks

    return msgspec.json.encode(build((tasks.DIALECT, changes.DIALECT)))


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of this version, as a copy of one's own."""
    found: dict[str, Any] = msgspec.json.decode(encoded())
    return found
