"""Rules for text that people write, shared by every thing that has a title, a name or a body."""

from punchlist.domain.problems import Problem, Reason


def clean_line(field: str, text: str | None, most: int) -> tuple[str, list[Problem]]:
    """Trims a required line of text and checks that it has 1 to `most` characters."""
    if text is None:
        return "", [Problem(field, Reason.REQUIRED)]
    trimmed = text.strip()
    if not trimmed:
        return "", [Problem(field, Reason.REQUIRED)]
    return trimmed, check_text(field, trimmed, most)


def check_text(field: str, text: str, most: int) -> list[Problem]:
    """Checks a text's length and that PostgreSQL can store it: its `text` type has no place for NUL."""
    if len(text) > most:
        return [Problem(field, Reason.TOO_LONG, {"max": most})]
    if "\0" in text:
        return [Problem(field, Reason.NOT_STORABLE)]
    return []
