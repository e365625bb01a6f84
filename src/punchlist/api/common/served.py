"""Bytes that never change while a process runs, as they are sent: with a tag, and compressed for who asks."""

import gzip
import hashlib
from collections.abc import Mapping

import msgspec
from litestar.response.base import ASGIResponse

from punchlist.api.common.etags import is_known
from punchlist.api.common.negotiation import takes_gzip

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class Served(msgspec.Struct, frozen=True):
    """A body in both its forms, and the headers of either."""

    body: bytes
    compressed: bytes
    digest: str
    headers: dict[str, str]


def served(
    body: bytes, content_type: str, *, caching: str, headers: Mapping[str, str] | None = None
) -> Served:
    """Makes a body ready to be sent."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    fixed = {
        "content-type": content_type,
        "cache-control": caching,
        "etag": f'W/"{digest}"',  # weak, since both forms have it
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    # mtime=0: the same body must compress to the same bytes in every process.
    return Served(body, gzip.compress(body, 6, mtime=0), digest, fixed | dict(headers or {}))


def respond(thing: Served, request_headers: Mapping[str, str], status: int = 200) -> ASGIResponse:
    """The answer to a request for it."""
    code, headers, body = answer(thing, request_headers, status)
    return ASGIResponse(body=body, headers=headers, status_code=code)


def answer(
    thing: Served, request_headers: Mapping[str, str], status: int = 200
) -> tuple[int, dict[str, str], bytes]:
    """The answer to a request for it as status, headers and body."""
    if status == 200 and is_known(request_headers.get("if-none-match"), thing.digest):
        return 304, {name: value for name, value in thing.headers.items() if name != "content-type"}, b""
    if takes_gzip(request_headers.get("accept-encoding")):
        return status, thing.headers | {"content-encoding": "gzip"}, thing.compressed
    return status, thing.headers, thing.body
