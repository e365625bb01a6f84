"""Text as a pattern."""

import re

_WILDCARDS = re.compile(r"([%_\\])")


def like_anywhere(text: str) -> str:
    """A LIKE pattern that finds the text anywhere, its own wildcards taken as plain characters."""
    return "%" + _WILDCARDS.sub(r"\\\1", text) + "%"
