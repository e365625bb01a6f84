"""The OpenAPI document of the server: its dialects side by side, and its upkeep."""

from typing import Any

from punchlist import __version__
from punchlist.api.openapi import upkeep
from punchlist.api.openapi.dialect import Dialect
from punchlist.api.openapi.operations import paths_of
from punchlist.api.openapi.parameters import HEADER_PARAMETERS
from punchlist.api.openapi.responses import HEADERS
from punchlist.api.openapi.schemas import component_schemas
from punchlist.api.openapi.security import SCHEMES

_SUMMARY = "Team tasks, and the implementation tasks of engineering changes, over HTTP APIs that behave."


def build(dialects: tuple[Dialect, ...]) -> dict[str, Any]:
    """Puts the document together.

    Operations stand in the order of the route tables and fields in that of their structs, which are those
    that a reader wants; whatever has no order of its own is sorted. The same code gives the same bytes.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = dict(upkeep.SCHEMAS)
    responses: dict[str, Any] = {}
    headers: dict[str, Any] = dict(HEADERS)
    for dialect in dialects:
        found, alike = paths_of(dialect)
        _add(paths, found)
        _add(responses, alike)
        _add(schemas, component_schemas(dialect))
        _add(headers, dialect.headers)
    _add(paths, upkeep.paths())
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Punchlist",
            "summary": _SUMMARY,
            "description": "\n\n".join(dialect.description for dialect in dialects),
            "version": __version__,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This server"}],
        "tags": [
            {"name": name, "description": description}
            for tags in (*(dialect.tags for dialect in dialects), upkeep.TAGS)
            for name, description in tags.items()
        ],
        "paths": paths,
        "components": {
            "headers": _sorted(headers),
            "parameters": HEADER_PARAMETERS,
            "responses": _sorted(responses),
            "schemas": _sorted(schemas),
            "securitySchemes": SCHEMES,
        },
    }


def _sorted(components: dict[str, Any]) -> dict[str, Any]:
    return {name: components[name] for name in sorted(components)}


def _add(to: dict[str, Any], found: dict[str, Any]) -> None:
    """Adds entries that must not be there yet, unless they are the same."""
    for name, value in found.items():
        if to.setdefault(name, value) != value:
            raise ValueError(f"two dialects say different things of {name}")
