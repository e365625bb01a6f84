"""Tokens: what a caller shows to say who they are, be it the token of an API key or of a session."""

import hashlib
import re
import secrets
import string
from enum import StrEnum

import msgspec


class TokenKind(StrEnum):
    """What a token belongs to. The values are how tokens of a kind begin."""

    API_KEY = "pl"
    SESSION = "sl"


class Secret(msgspec.Struct, frozen=True):
    """A token, to be shown once, and what is kept of it."""

    token: str
    digest: bytes
    hint: str


class Credential(msgspec.Struct, frozen=True):
    """What a token claims: its kind, a workspace, and the digest of the whole token."""

    kind: TokenKind
    workspace_id: int
    digest: bytes


class CalendarClaim(msgspec.Struct, frozen=True):
    """What the token of a calendar claims. It opens that calendar and is no credential for anything else."""

    workspace_id: int
    digest: bytes


_CALENDAR = "cl"

# All tokens, wherever they stand: so that what is logged can be rid of them.
ANY_TOKEN = re.compile(r"\b(pl|sl|cl)_([0-9a-z]{1,8})_[0-9A-Za-z]+")

_TOKEN = re.compile(r"(pl|sl)_([0-9a-z]{1,8})_[0-9A-Za-z]{32}").fullmatch
_WORKSPACE_MAX = 2**31 - 1  # a PostgreSQL integer
_ALPHANUMERIC = string.ascii_letters + string.digits


def new_secret(kind: TokenKind, workspace_id: int) -> Secret:
    """Draws a token. It names its workspace, so that a look-up never leaves that workspace's rows.

    Thirty-two characters of sixty-two are 190 bits: a fast digest is as safe as a slow one.
    """
    return _new(kind, workspace_id)


def new_calendar_secret(workspace_id: int) -> Secret:
    """Draws the token of a calendar."""
    return _new(_CALENDAR, workspace_id)


def _new(kind: str, workspace_id: int) -> Secret:
    secret = "".join(secrets.choice(_ALPHANUMERIC) for _ in range(32))
    token = f"{kind}_{_base36(workspace_id)}_{secret}"
    return Secret(token, _digest(token), token[-4:])


def read_token(token: str) -> Credential | None:
    """Reads a token's claim, or None when it has not the form of one."""
    match = _TOKEN(token)
    workspace_id = None if match is None else _workspace(match[2])
    if match is None or workspace_id is None:
        return None
    return Credential(TokenKind(match[1]), workspace_id, _digest(token))


_CALENDAR_TOKEN = re.compile(rf"{_CALENDAR}_([0-9a-z]{{1,8}})_[0-9A-Za-z]{{32}}").fullmatch


def read_calendar_token(token: str) -> CalendarClaim | None:
    """Reads the claim of a calendar's token, or None when it has not the form of one."""
    match = _CALENDAR_TOKEN(token)
    workspace_id = None if match is None else _workspace(match[1])
    return None if workspace_id is None else CalendarClaim(workspace_id, _digest(token))


def _workspace(text: str) -> int | None:
    """A workspace's id. A number too large for the column would be an error of the statement, and not a
    token that is not there."""
    number = int(text, 36)
    return number if 0 < number <= _WORKSPACE_MAX else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
