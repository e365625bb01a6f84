"""How a caller says who they are: one identity with three ways in, on every dialect."""

from typing import Any

from punchlist.api.common.authentication import OWN_PAGE_HEADER, SESSION_COOKIE, SESSION_HEADER
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
    "browser": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "The cookie that `POST /v1/session` sets. With it, requests that are not GET carry"
        f" `{OWN_PAGE_HEADER.title()}: 1`, and come from a page of this server.",
    },
}


def security_of(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """What an operation asks for: nothing, or any one of the schemes."""
    return [] if endpoint.public else [{name: []} for name in SCHEMES]
