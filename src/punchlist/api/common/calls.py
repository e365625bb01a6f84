"""One request on its way through a dialect, and the answer it gets."""

import datetime as dt
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Protocol

import msgspec

from punchlist.api.common.problems import HttpKind
from punchlist.api.common.state import ServerState
from punchlist.domain.context import Context
from punchlist.domain.problems import Rejected
from punchlist.domain.tokens import Credential
from punchlist.storage import Reading
from punchlist.store.database import Executor

JSON = "application/json"


class Live(Protocol):
    """A body that has no end of its own."""

    def blocks(self) -> AsyncGenerator[bytes, None]:
        """What is to be sent, as it comes."""

    def close(self) -> None:
        """Lets go of what it holds; nobody is there any more."""


class Answer(msgspec.Struct):
    """A status, a body ready to send (None: no body), and headers beside those every answer has.

    `stream` is a body that is still to be read; its headers tell how long it is. `live` is one that comes
    into being while it is sent.
    """

    status: int
    body: bytes | None = None
    headers: dict[str, str] = {}
    stream: Reading | None = None
    live: Live | None = None


class Call(msgspec.Struct, kw_only=True):
    """What a handler needs of one request: who asks, for what, and the database to do it on.

    `found` is what the path names, read together with who asks; of what type, the endpoint's finder says.
    `receive` gives the body of an endpoint that reads it by itself, a piece at a time.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    base_url: str
    query: str
    path_parameters: dict[str, Any]
    parameters: dict[str, Any]
    body: bytes
    address: str | None
    now: dt.datetime
    request_id: str
    db: Executor
    state: ServerState
    receive: Any
    context: Context
    credential: Credential | None = None
    found: Any = None


async def read_body(receive: Any, *, most: int) -> bytes:
    """Reads a request's body of at most so many bytes; raises Rejected when there are more.

    What a client goes on sending past the limit is read and dropped, up to sixteen times the limit: one
    that is still writing would otherwise see a broken connection in place of the answer.
    """
    chunks: list[bytes] = []
    size = 0
    more = True
    while more and size <= most * 16:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= most:
            chunks.append(chunk)
        more = message.get("more_body", False)
    if size > most:
        raise Rejected(HttpKind.TOO_LARGE, max=most)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


class ClientGoneError(Exception):
    """The client hung up before its request was complete; nobody is left to answer."""


class Incoming:
    """A request's messages for an endpoint that reads them by itself; it knows when the body has ended."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.ended = False

    async def __call__(self) -> Any:
        message = await self._receive()
        self.ended = not message.get("more_body", False)
        return message

    async def drain(self, most: int) -> None:
        """Reads what a refused client goes on sending, up to a limit: one that is still writing would
        otherwise see a broken connection in place of the answer."""
        dropped = 0
        while not self.ended and dropped <= most:
            dropped += len((await self()).get("body", b""))
