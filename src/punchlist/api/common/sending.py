"""Answers on their way out."""

import asyncio
from contextlib import suppress
from typing import Any

from litestar.response.base import ASGIResponse

from punchlist.storage import Reading

_WITHOUT_BODY = frozenset({204, 304})


class SentAnswer(ASGIResponse):
    """An answer as ASGI messages: what Litestar's response does, less all that no answer of ours needs."""

    __slots__ = ("_answer_body", "_answer_headers", "_answer_status", "_answer_stream")

    def __init__(
        self, status: int, headers: dict[str, str], body: bytes | None, stream: Reading | None = None
    ) -> None:
        content = body or b""
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        if status not in _WITHOUT_BODY and stream is None:
            encoded.append((b"content-length", b"%d" % len(content)))
        self._answer_status = status
        self._answer_headers = encoded
        self._answer_body = content
        self._answer_stream = stream

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002  (ASGI's form)
        start = {
            "type": "http.response.start",
            "status": self._answer_status,
            "headers": self._answer_headers,
        }
        if self._answer_stream is not None:
            await _send_stream(start, self._answer_stream, receive, send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": self._answer_body, "more_body": False})


async def _send_stream(start: Any, stream: Reading, receive: Any, send: Any) -> None:
    """Sends content as it is read, and no longer than there is somebody to take it."""
    gone = asyncio.create_task(_hang_up(receive))
    try:
        await send(start)
        async for block in stream:
            if gone.done():  # a server goes on taking what it can no longer send
                return
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        await stream.aclose()


async def _hang_up(receive: Any) -> None:
    """Returns when the client hangs up; what it sends until then is of no use."""
    while (await receive())["type"] != "http.disconnect":
        pass
