"""Text as a pattern."""

import re

_WILDCARDS = re.compile(r"([%_\\])")


def like_anywhere(text: str) -> str:
    """A LIKE pattern that finds the text anywhere, its own wildcards taken as plain characters."""
    return "%" + _WILDCARDS.sub(r"\\\1", text) + "%"


def like(text: str) -> str:
    """A LIKE pattern in which a `*` at either end stands for anything; without one the match is exact."""
    leading, trailing = text.startswith("*"), len(text) > 1 and text.endswith("*")
    inner = text[leading : len(text) - trailing]
    return ("%" if leading else "") + _WILDCARDS.sub(r"\\\1", inner) + ("%" if trailing else "")
