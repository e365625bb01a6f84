"""The headers that say who calls, read but not yet believed."""

from collections.abc import Mapping

from punchlist.api.common.problems import HttpKind
from punchlist.domain.problems import Rejected
from punchlist.domain.tokens import Credential, read_token

SESSION_HEADER = "arena_session_id"


def read_credential(headers: Mapping[str, str]) -> Credential | None:
    """The credential that a request claims, or None when it claims one that cannot exist.

    One identity has two ways in, on both dialects: an API key as a bearer token, or a session's id in a
    header of its own. Raises Rejected when there is neither.
    """
    session = headers.get(SESSION_HEADER)
    if session:
        return read_token(session.strip())
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Rejected(HttpKind.MISSING_AUTHENTICATION)
    return read_token(token.strip())
