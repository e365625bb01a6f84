"""Answers on their way out."""

from typing import Any

from litestar.response.base import ASGIResponse

_WITHOUT_BODY = frozenset({204, 304})


class SentAnswer(ASGIResponse):
    """An answer as ASGI messages: what Litestar's response does, less all that no answer of ours needs."""

    __slots__ = ("_answer_body", "_answer_headers", "_answer_status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes | None) -> None:
        content = body or b""
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        if status not in _WITHOUT_BODY:
            encoded.append((b"content-length", b"%d" % len(content)))
        self._answer_status = status
        self._answer_headers = encoded
        self._answer_body = content

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002  (ASGI's form)
        await send(
            {
                "type": "http.response.start",
                "status": self._answer_status,
                "headers": self._answer_headers,
            }
        )
        await send({"type": "http.response.body", "body": self._answer_body, "more_body": False})
