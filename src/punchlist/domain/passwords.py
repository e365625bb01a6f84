"""Passwords: which one will do, and the form in which it is kept."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from punchlist.domain import limits
from punchlist.domain.problems import Kind, Problem, Reason, Rejected

# Argon2id with the parameters of RFC 9106's second choice, which is 64 MiB: the first one's 2 GiB would
# let a handful of logins at once exhaust a small server.
_HASHER = PasswordHasher()


def check(password: str) -> None:
    """Raises Rejected unless a password will do. Length is all that is asked: rules about kinds of
    characters make passwords worse (NIST SP 800-63B, 5.1.1.2)."""
    if len(password) < limits.PASSWORD_MIN:
        raise _rejected(Reason.TOO_SHORT, min=limits.PASSWORD_MIN)
    if len(password) > limits.PASSWORD_MAX:
        raise _rejected(Reason.TOO_LONG, max=limits.PASSWORD_MAX)


def hashed(password: str) -> str:
    """Returns what is kept of a password. Takes some fifty milliseconds, on purpose."""
    return _HASHER.hash(password)


def _rejected(reason: Reason, **facts: int) -> Rejected:
    return Rejected(Kind.INVALID, [Problem("password", reason, facts)])


def matches(kept: str, password: str) -> bool:
    """Tells whether this is the password of which that is kept. As slow as making it."""
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def waste_time(password: str) -> None:
    """Takes as long as `matches` would."""
    matches(_nobodys(), password)


@cache
def _nobodys() -> str:
    """What is kept of a password that nobody was ever told."""
    return hashed(secrets.token_hex())
