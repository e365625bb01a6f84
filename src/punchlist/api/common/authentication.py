"""The Authorization header, read but not yet believed."""

from punchlist.api.common.problems import HttpKind
from punchlist.domain.keys import Credential, read_token
from punchlist.domain.problems import Rejected


def bearer_credential(authorization: str | None) -> Credential | None:
    """The credential that a header claims, or None when it claims one that cannot exist.

    Raises Rejected when there is no bearer token at all.
    """
    if not authorization:
        raise Rejected(HttpKind.MISSING_AUTHENTICATION)
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Rejected(HttpKind.MISSING_AUTHENTICATION)
    return read_token(token.strip())
