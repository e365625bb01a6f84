"""Requests to addresses that users give: what may be reached by them, and how much is waited for and read.

An address is looked at where it is connected to, so it makes no difference how it was written, what a name
led to a moment earlier, or how often a resolver changes its mind.
"""

import asyncio
import datetime as dt
import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from punchlist import __version__
from punchlist.domain.addresses import is_public

USER_AGENT = f"Punchlist/{__version__}"


class RefusedAddressError(OSError):
    """What is asked for lies at an address that nothing is sent to."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is a private, loopback or otherwise internal address")


class Answer(NamedTuple):
    """What a receiver said: `text` is the beginning of it."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float


class NoAnswerError(Exception):
    """There was no answer; the text says why. `refused`: because we do not send anything there."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


def check(address: str) -> None:
    """Raises RefusedAddressError unless an address, as numbers, is a public one."""
    if not is_public(ipaddress.ip_address(address)):
        raise RefusedAddressError(address)


class _PublicResolver(AbstractResolver):
    """Names as the system knows them; one that leads to any address that is not public leads nowhere."""

    def __init__(self) -> None:
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        for each in found:
            check(each["host"])
        return found

    async def close(self) -> None:
        await self._system.close()


def _public_socket(info: tuple[Any, ...]) -> socket.socket:
    """The socket for an address that is about to be connected to, which nothing comes between any more."""
    family, kind, protocol, _, address = info
    check(str(address[0]))
    return socket.socket(family=family, type=kind, proto=protocol)


@asynccontextmanager
async def session(*, allow_private: bool, seconds: float) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections to the outside for the block, each request of which may take so long.

    No proxy, no cookies and no credentials of this machine's are used.
    """
    guard: dict[str, Any] = {}
    if not allow_private:
        guard = {"resolver": _PublicResolver(), "socket_factory": _public_socket}
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(use_dns_cache=False, **guard),
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
        auto_decompress=False,  # what is kept of an answer is not worth a bomb
    ) as opened:
        yield opened


async def post(
    opened: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str], *, read: int, keep: int
) -> Answer:
    """Posts a body and returns what is answered; redirects are answers and are not followed.

    Of the answer at most `read` bytes are read and `keep` characters kept. Raises NoAnswerError.
    """
    began = monotonic()
    try:
        async with opened.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            text = await _beginning(answer, read)
            seconds = monotonic() - began
            return Answer(answer.status, answer.headers, text[:keep], seconds)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise NoAnswerError(why(error), refused=_was_refused(error)) from error


async def _beginning(answer: aiohttp.ClientResponse, most: int) -> str:
    """The first bytes of an answer as text that PostgreSQL can store. What fails there is no failure:
    the status has been received."""
    chunks = b""
    try:
        while len(chunks) < most and (chunk := await answer.content.read(most - len(chunks))):
            chunks += chunk
    except (aiohttp.ClientError, OSError, TimeoutError, asyncio.IncompleteReadError):
        pass
    return chunks.decode("utf-8", errors="replace").replace("\0", "�")


def _was_refused(error: BaseException | None) -> bool:
    """Tells whether an error comes of an address that we refuse, whatever it was wrapped in."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, RefusedAddressError):
            return True
        if isinstance(error, aiohttp.ClientConnectorError) and _was_refused(error.os_error):
            return True
        if isinstance(error, aiohttp.InvalidUrlClientError):
            return True
        seen += 1
        error = error.__cause__ or error.__context__
    return False


def why(error: BaseException) -> str:
    """A sentence about why there was no answer, which tells nothing about this machine."""
    if isinstance(error, TimeoutError):
        return "There was no answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return f"The connection could not be secured: {error.os_error or error}"[:500]
    if _was_refused(error):
        return "The address is a private, loopback or otherwise internal one"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "The host name leads to no address"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"There was no connection: {error.os_error.strerror or error.os_error}"[:500]
    return (str(error) or type(error).__name__)[:500]


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """How long a receiver asks to be left alone, by its header Retry-After; None when it asks nothing."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return dt.timedelta(seconds=min(int(text[:10]), 10**9))
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
    return max(at - now, dt.timedelta(0))
