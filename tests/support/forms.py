"""Multipart forms as clients send them, and as the server hears them."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

from punchlist.api.common.forms import Form

TYPE = "multipart/form-data; boundary=xx"


class Sender:
    """A client, as the server hears it."""

    def __init__(self, chunks: Sequence[bytes], *, hangs_up: bool = False) -> None:
        self.messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
        ]
        last = {"type": "http.disconnect"} if hangs_up else {"type": "http.request", "body": b""}
        self.messages.append(last)

    async def __call__(self) -> dict[str, Any]:
        return self.messages.pop(0)


def received(*chunks: bytes, content_type: str = TYPE, hangs_up: bool = False) -> tuple[Form, bytes]:
    async def receive() -> tuple[Form, bytes]:
        form = Form({"content-type": content_type}, Sender(chunks, hangs_up=hangs_up))
        return form, b"".join([chunk async for chunk in form.content()])

    return asyncio.run(receive())


def part(name: str, text: bytes, more: str = "") -> bytes:
    return f'--xx\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + text + b"\r\n"


def content(text: bytes, name: str = "plan.pdf") -> bytes:
    return part("content", text, f'; filename="{name}"')


END = b"--xx--\r\n"


def as_sent_by_a_library(name: str, whole: bytes, fields: dict[str, str]) -> tuple[bytes, str]:
    request = httpx.Request("POST", "http://x", data=fields, files={"content": (name, whole)})
    return request.read(), request.headers["content-type"]
