"""HTTP as it comes off the wire: uvicorn's parser, with an end to headers, and refusals in the envelope.

What is refused here never becomes a request: the application sees nothing of it.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus

from punchlist.api.common.problems import HttpKind
from punchlist.api.common.sending import CONNECTION
from punchlist.api.one_write import OneWriteProtocol
from punchlist.api.tasks.errors import refuse
from punchlist.domain import ids, limits
from punchlist.domain.problems import Rejected

_log = logging.getLogger("punchlist.access")

# How long a client that is still sending what was refused is listened to: closing at once would reset the
# connection, and the answer would be lost with it.
_LINGER_SECONDS = 2.0


class HeadTooLargeError(Exception):
    """A request's address and headers are more than anybody needs."""


class Connection:
    """What an answer that outlasts its request has to know of its connection, and do to it.

    `ending` is set when the server is told to stop.
    """

    def __init__(self, abort: Callable[[], None]) -> None:
        self.ending = asyncio.Event()
        self.abort = abort


class Protocol(OneWriteProtocol):
    """One connection."""

    _in_head = False
    _head_size = 0
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._extensions = {CONNECTION: Connection(transport.abort)}

    def shutdown(self) -> None:
        """What uvicorn calls first of all when it is to stop."""
        self._extensions[CONNECTION].ending.set()
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Feeds the parser. It keeps a header to itself until it has all of it, so bytes are counted here."""
        if self._refused:
            return
        super().data_received(data)
        if self._in_head:
            self._head_size += len(data)
            if self._head_size > limits.HEAD_MAX and not self._refused:
                self._refuse(HttpKind.HEAD_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_size = 0
        self.scope["extensions"] = self._extensions  # type: ignore[typeddict-item]

    def on_headers_complete(self) -> None:
        self._in_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > limits.HEAD_MAX or len(self.headers) > limits.HEADERS_MAX:
            self._refuse(HttpKind.HEAD_TOO_LARGE)
            raise HeadTooLargeError  # ends the parser's work on these bytes
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (uvicorn's words are not ours)
        """What uvicorn does with bytes that are not HTTP, or after an exception in one of the above."""
        if not self._refused:
            self._refuse(HttpKind.NOT_HTTP)

    def _refuse(self, kind: StrEnum) -> None:
        """Answers, and then only waits for the client to have read it."""
        self._refused = True
        request_id = ids.new_id()
        rejected = Rejected(kind, max=limits.HEAD_MAX, most=limits.HEADERS_MAX)
        answer = refuse(rejected, request_id=request_id, now=dt.datetime.now(dt.UTC))
        status, body = HTTPStatus(answer.status), answer.body or b""
        _log.info("refused", extra={"request_id": request_id, "status": answer.status, "why": kind.value})
        self.transport.write(
            b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode("ascii"))
            + b"content-type: application/json\r\n"
            + b"content-length: %d\r\n" % len(body)
            + b"x-request-id: %s\r\n" % request_id.encode("ascii")
            + b"connection: close\r\n\r\n"
            + body
        )
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)
