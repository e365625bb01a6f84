"""The OpenAPI document and its reference page, read from the tables and structs that the behaviour is.

Nothing is said here a second time: routes, parameters, fields, bounds, refusals and their words come from
where they take effect. What only readers need (examples, a few paragraphs) stands in a folder per dialect.
"""

from typing import Any

from punchlist.api.openapi.document import build


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of this version, made afresh."""
    from punchlist.api.openapi.tasks import DIALECT  # here, since its examples take a moment to work out

    return build((DIALECT,))
