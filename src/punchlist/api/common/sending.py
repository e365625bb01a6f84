"""Answers on their way out."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from litestar.response.base import ASGIResponse

from punchlist.api.common.calls import Live
from punchlist.domain import limits
from punchlist.storage import Reading

# Where the protocol puts its connection, for answers that outlast a request.
CONNECTION = "punchlist.connection"

_WITHOUT_BODY = frozenset({204, 304})


class SentAnswer(ASGIResponse):
    """An answer as ASGI messages: what Litestar's response does, less all that no answer of ours needs."""

    __slots__ = ("_answer_body", "_answer_headers", "_answer_live", "_answer_status", "_answer_stream")

    def __init__(
        self,
        status: int,
        headers: dict[str, str],
        body: bytes | None,
        stream: Reading | None = None,
        live: Live | None = None,
    ) -> None:
        content = body or b""
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        if status not in _WITHOUT_BODY and stream is None and live is None:
            encoded.append((b"content-length", b"%d" % len(content)))
        self._answer_status = status
        self._answer_headers = encoded
        self._answer_body = content
        self._answer_stream = stream
        self._answer_live = live

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        start = {
            "type": "http.response.start",
            "status": self._answer_status,
            "headers": self._answer_headers,
        }
        if self._answer_stream is not None:
            await _send_stream(start, self._answer_stream, receive, send)
            return
        if self._answer_live is not None:
            connection = scope.get("extensions", {}).get(CONNECTION)
            await _send_live(start, self._answer_live, receive, send, connection)
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


async def _send_live(start: Any, live: Live, receive: Any, send: Any, connection: Any) -> None:
    """Sends what comes, until there is nobody to take it, or the server is to stop."""
    blocks = live.blocks()
    over = [asyncio.create_task(_hang_up(receive))]
    if connection is not None:
        over.append(asyncio.create_task(connection.ending.wait()))
    try:
        await send(start)
        while (block := await _next_block(blocks, over)) is not None:
            async with asyncio.timeout(limits.STREAM_SEND_SECONDS):
                await send({"type": "http.response.body", "body": block, "more_body": True})
        async with asyncio.timeout(limits.STREAM_SEND_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        # A connection that nothing can be written to cannot be closed in the ordinary way either.
        if connection is not None:
            connection.abort()
    finally:
        for task in over:
            task.cancel()
        await asyncio.gather(*over, return_exceptions=True)
        await blocks.aclose()
        live.close()


async def _next_block(blocks: AsyncGenerator[bytes, None], over: list["asyncio.Task[Any]"]) -> bytes | None:
    """The next block; None once there is no more of them, or no use for them."""
    coming = asyncio.ensure_future(anext(blocks, None))
    await asyncio.wait([coming, *over], return_when=asyncio.FIRST_COMPLETED)
    if not any(task.done() for task in over):
        return await coming
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
    return None


async def _hang_up(receive: Any) -> None:
    """Returns when the client hangs up; what it sends until then is of no use."""
    while (await receive())["type"] != "http.disconnect":
        pass
