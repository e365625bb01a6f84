"""How a caller says who they are: one identity with two ways in, on every dialect."""

from typing import Any

from punchlist.api.common.authentication import SESSION_HEADER
from punchlist.api.common.endpoints import Endpoint

SCHEMES: dict[str, dict[str, Any]] = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "API key",
        "description": "An API key, as `punchlist key create` or `POST /v1/api-keys` makes them.",
    },
    "session": {
        "type": "apiKey",
        "in": "header",
        "name": SESSION_HEADER,
        "description": "The token of a session, as `POST /v1/login` answers it.",
    },
}


def security_of(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """What an operation asks for: nothing, or any one of the schemes."""
    return [] if endpoint.public else [{name: []} for name in SCHEMES]
