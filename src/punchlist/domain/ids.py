"""The one form of identifier: twenty characters of 0-9 and A-Z, drawn at random.

36**20 is a little over 103 bits, so ids can neither be guessed nor, in practice, be drawn twice.
"""

import re
import secrets

LENGTH = 20
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PATTERN = rf"^[0-9A-Z]{{{LENGTH}}}$"

_is_id = re.compile(r"[0-9A-Z]{20}").fullmatch


def new_id() -> str:
    """Draws a fresh identifier from the operating system's randomness."""
    return "".join([ALPHABET[byte % 36] for byte in _unbiased(LENGTH)])


def is_id(text: str) -> bool:
    """Tells whether a text has the form of an identifier, whatever it may name."""
    return _is_id(text) is not None


def _unbiased(count: int) -> bytes:
    """Random bytes below 252 = 7 * 36, so that a remainder by 36 favours no letter."""
    found = bytes(byte for byte in secrets.token_bytes(count + 8) if byte < 252)
    while len(found) < count:
        found += bytes(byte for byte in secrets.token_bytes(count) if byte < 252)
    return found[:count]
