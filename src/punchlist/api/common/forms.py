"""Uploads: a multipart form of which one part is content, passed on as it comes and never held whole.

The other parts are short texts. They may stand before the content and behind it, so they are all known
only when the content has been read to its end.
"""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import unquote

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from punchlist.api.common.calls import ClientGoneError
from punchlist.api.common.problems import HttpKind
from punchlist.domain import limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.files import too_large
from punchlist.domain.problems import Rejected

FORM = "multipart/form-data"
CONTENT = "content"

# What may stand around content of the largest size: the texts, and the lines between the parts.
_AROUND = limits.FORM_FIELDS_MAX * (limits.FORM_FIELD_MAX + 8_192)


def is_form(headers: Mapping[str, str]) -> bool:
    """Tells whether a request says that it brings a form."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


class Form:
    """A form that is coming in. Read `content` to its end; `name` and `fields` are complete then."""

    def __init__(self, headers: Mapping[str, str], receive: Any) -> None:
        """Raises Rejected when the headers tell that it is no such form, or too large."""
        if not is_form(headers):
            raise Rejected(HttpKind.UNSUPPORTED_MEDIA_TYPE, allowed=FORM)
        _, options = parse_options_header(headers.get("content-type", ""))
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > limits.FILE_MAX + _AROUND:
            raise too_large()
        try:
            self._parser = PushMultipartParser(
                options.get("boundary", ""), max_segment_count=limits.FORM_FIELDS_MAX
            )
        except MultipartError as error:
            raise _malformed(error) from error
        self._body = chunks_of(receive)
        self.name = ""
        self.fields: dict[str, str] = {}

    async def content(self) -> AsyncIterator[bytes]:
        """The content, piece by piece. Raises Rejected when the form is malformed, or without content."""
        part: MultipartSegment | None = None
        text = bytearray()
        seen = False
        async for event in self._events():
            if isinstance(event, MultipartSegment):
                part = event
                if part.name == CONTENT:
                    if seen:
                        raise Rejected(HttpKind.MALFORMED, why="it has content twice")
                    seen, self.name = True, _name_of(part)
            elif part is None:
                continue
            elif part.name == CONTENT:
                if event is not None:
                    yield event
            elif event is None:
                self._add(part, bytes(text))
                text.clear()
            elif len(text) + len(event) > limits.FORM_FIELD_MAX:
                raise Rejected(HttpKind.MALFORMED, why=f"its part {_shown(part)} is too long")
            else:
                text += event
        if not seen:
            raise Rejected(ChangeKind.CONTENT_MISSING)

    async def _events(self) -> AsyncIterator[MultipartSegment | bytes | None]:
        """The beginnings, pieces and ends of the parts."""
        try:
            async for chunk in self._body:
                for event in self._parser.parse(chunk):
                    yield event
            self._parser.close()
        except MultipartError as error:
            raise _malformed(error) from error

    def _add(self, part: MultipartSegment, text: bytes) -> None:
        if part.name is None or part.name in self.fields:
            raise Rejected(HttpKind.MALFORMED, why=f"it has the part {_shown(part)} twice")
        try:
            self.fields[part.name] = text.decode()
        except UnicodeDecodeError:
            raise Rejected(HttpKind.MALFORMED, why=f"its part {_shown(part)} is not UTF-8") from None


async def chunks_of(receive: Any) -> AsyncIterator[bytes]:
    """A request's body as it comes; raises ClientGoneError when the client hangs up before its end."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        if chunk := message.get("body", b""):
            yield chunk
        more = message.get("more_body", False)


_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]*)", re.IGNORECASE)


def _name_of(part: MultipartSegment) -> str:
    """What a sender called the content: older clients send what is not ASCII in a form of its own."""
    if part.filename is not None:
        return str(part.filename)
    extended = _EXTENDED_NAME.search(part.header("Content-Disposition", ""))
    return unquote(extended[1], errors="replace") if extended else ""


def _malformed(error: MultipartError) -> Rejected:
    return Rejected(HttpKind.MALFORMED, why=f"it is no multipart form ({error})")


def _shown(part: MultipartSegment) -> str:
    return f'"{(part.name or "")[: limits.ECHO_MAX]}"'
