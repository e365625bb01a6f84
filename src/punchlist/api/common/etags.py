"""Entity tags: a thing's version in quotes (RFC 9110, 8.8.3 and 13.1)."""

import re

ANY = "*"
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"').fullmatch
_OURS = re.compile(r"[1-9][0-9]{0,17}").fullmatch


def etag(version: int) -> str:
    """The strong tag of a version."""
    return f'"{version}"'


def wanted_versions(if_match: str | None) -> frozenset[int] | None:
    """The versions that If-Match asks for; None when it is absent or `*`.

    Comparison is strong: a weak tag, like one that we never made, matches no version.
    """
    if if_match is None or if_match.strip() == ANY:
        return None
    tags = (_TAG(part.strip()) for part in if_match.split(","))
    return frozenset(int(tag[2]) for tag in tags if tag and not tag[1] and _OURS(tag[2]))


def is_known(if_none_match: str | None, version: int | str) -> bool:
    """Tells whether If-None-Match names this version, by weak comparison."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == ANY:
        return True
    tags = (_TAG(part.strip()) for part in if_none_match.split(","))
    return any(tag[2] == str(version) for tag in tags if tag)
