"""What says who calls: headers and a cookie, read but not yet believed."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from punchlist.api.common.problems import HttpKind
from punchlist.domain.problems import Rejected
from punchlist.domain.tokens import Credential, TokenKind, read_token

SESSION_HEADER = "arena_session_id"
SESSION_COOKIE = "punchlist_session"
OWN_PAGE_HEADER = "x-punchlist-request"
READING = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing

# What browsers allow at most. The server ends a session long before; the cookie need not know when.
_COOKIE_SECONDS = 400 * 24 * 3600


class Claim(msgspec.Struct, frozen=True):
    """The credential that a request claims (None: one that cannot exist), and whether a browser added it
    by itself, as it does to a request of any page."""

    credential: Credential | None
    by_cookie: bool = False


def read_claim(headers: Mapping[str, str]) -> Claim:
    """The credential that a request claims.

    One identity has three ways in, on both dialects: an API key as a bearer token, a session's id in a
    header of its own, or a session's id in the web app's cookie. What a caller says goes before what their
    browser adds. Raises Rejected when there is neither.
    """
    session = headers.get(SESSION_HEADER)
    if session:
        return Claim(read_token(session.strip()))
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return Claim(read_token(token.strip()))
    cookie = _cookie_of(headers)
    if cookie is None:
        raise Rejected(HttpKind.MISSING_AUTHENTICATION)
    credential = read_token(cookie)
    # An API key is no cookie: whoever put one there did not mean a browser to send it along.
    return Claim(credential if credential and credential.kind is TokenKind.SESSION else None, by_cookie=True)


def _cookie_of(headers: Mapping[str, str]) -> str | None:
    for pair in headers.get("cookie", "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == SESSION_COOKIE and value:
            return value
    return None


def require_own_page(headers: Mapping[str, str], own: tuple[str | None, ...]) -> None:
    """Raises Rejected unless a request with a cookie comes from a page of this server.

    Another site's page can have a browser send the cookie, but it cannot set this header: the browser would
    first ask for permission, which nobody gives (there are no CORS headers).
    """
    if headers.get(OWN_PAGE_HEADER) != "1":
        raise Rejected(HttpKind.CROSS_SITE_REQUEST)
    require_own_origin(headers, own)


def require_own_origin(headers: Mapping[str, str], own: tuple[str | None, ...]) -> None:
    """Raises Rejected when a request says that it comes from the page of another server than those of these
    addresses. One that says nothing comes from no page: browsers say it of every request that changes
    something."""
    origin = headers.get("origin")
    if origin is None:
        return
    ours = {_origin_of(address) for address in own if address is not None}
    # A proxy that ends TLS may not tell us. A page that came by it deserves no less trust than one without.
    ours |= {_origin_of(f"https://{address.partition('://')[2]}") for address in own if address is not None}
    found = _origin_of(origin)
    if found is None or found not in ours:
        raise Rejected(HttpKind.CROSS_SITE_REQUEST)


def _origin_of(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None when it has none, as the origin `null` has not."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return None if parts.hostname is None or port is None else (parts.scheme, parts.hostname, port)


def session_cookie(token: str, *, secure: bool) -> str:
    """The header that has a browser keep a session's token (`""`: forget it), out of reach of scripts and
    of other sites' forms; `secure`: never to be sent without TLS."""
    seconds = _COOKIE_SECONDS if token else 0
    cookie = f"{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return f"{cookie}; Secure" if secure else cookie
