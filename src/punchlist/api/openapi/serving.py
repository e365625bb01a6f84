"""Where the document and the reference page are served: /openapi.json, /docs and what the page loads.

Swagger UI's files come out of the package offapi, and everything from this server: the page's policy lets
a browser contact no other. Nothing is made before somebody asks for it, and then once per process.
"""

import importlib.util
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from litestar import Request, get
from litestar.exceptions import NotFoundException
from litestar.response.base import ASGIResponse

from punchlist.api.common.served import ASK_AGAIN, FOREVER, Served, respond, served
from punchlist.api.openapi import encoded

PlainRequest = Request[Any, Any, Any]

_PAGE = Path(__file__).parent / "page"
_JSON, _HTML = "application/json", "text/html; charset=utf-8"
_SCRIPT, _STYLE, _PICTURE = "text/javascript; charset=utf-8", "text/css; charset=utf-8", "image/svg+xml"

# `data:` is for the icons that Swagger UI's style sheet holds.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS = {"content-security-policy": _POLICY, "referrer-policy": "no-referrer"}


@get("/openapi.json", sync_to_thread=True)
def openapi_json(request: PlainRequest) -> ASGIResponse:
    """The OpenAPI document."""
    return respond(_document(), request.headers)


@get("/docs", sync_to_thread=True)
def docs(request: PlainRequest) -> ASGIResponse:
    """The reference page."""
    return respond(_page(), request.headers)


@get("/docs/assets/{name:str}", sync_to_thread=True)
def docs_asset(request: PlainRequest) -> ASGIResponse:
    """One of the files that the reference page loads."""
    asset = _assets().get(request.path_params["name"])
    if asset is None:
        raise NotFoundException
    return respond(asset, request.headers)


HANDLERS = (openapi_json, docs, docs_asset)


@cache
def _document() -> Served:
    return served(encoded(), _JSON, caching=ASK_AGAIN)


@cache
def _assets() -> dict[str, Served]:
    """The page's files, under names that change with what they hold, so that they can be kept for good."""
    return {_address(name): asset for name, asset in _files().items()}


def _address(name: str) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{_files()[name].digest}.{suffix}"


@cache
def _files() -> dict[str, Served]:
    swagger_ui = _package_directory("offapi")
    files = {
        "swagger.css": (swagger_ui / "swagger_style.css", _STYLE),
        "swagger.js": (swagger_ui / "swagger_bundle.js", _SCRIPT),
        "page.css": (_PAGE / "page.css", _STYLE),
        "page.js": (_PAGE / "page.js", _SCRIPT),
        "icon.svg": (_PAGE / "icon.svg", _PICTURE),
    }
    return {name: served(path.read_bytes(), kind, caching=FOREVER) for name, (path, kind) in files.items()}


@cache
def _page() -> Served:
    text = Template((_PAGE / "index.html").read_text("utf-8"))
    places = {name.replace(".", "_"): f"/docs/assets/{_address(name)}" for name in _files()}
    return served(text.substitute(places).encode(), _HTML, caching=ASK_AGAIN, headers=_PAGE_HEADERS)


def _package_directory(name: str) -> Path:
    """Where a package is, without importing it: offapi would read nine megabytes that are not wanted."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name=name)
    return Path(spec.submodule_search_locations[0])
