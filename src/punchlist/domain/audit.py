"""The chain that makes the record tamper-evident: what is hashed of an event, and how.

Each link is the SHA-256 of the event's canonical form, which holds the hash of the link before it. So
whoever changes, removes or inserts an event has to make every later link anew, and whoever has noted a
later hash will see it.

The canonical form is JSON by RFC 8785 (JCS). Its numbers are those of a double, so an integer that a
double does not hold exactly stands there as a string of its digits, as RFC 7493 advises.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec
import rfc8785

from punchlist.domain.publication import Linked

# What the first link of a workspace has in place of a predecessor's hash.
GENESIS = bytes(32)

_EXACT_MAX = 2**53 - 1


class Link(msgspec.Struct, frozen=True):
    """An event's place in the chain; both hashes are of 32 bytes."""

    position: int
    seq: int
    previous_hash: bytes
    hash: bytes


class Head(msgspec.Struct, frozen=True):
    """How far a chain goes, and the hash of its last link: whoever notes it down can tell later whether
    the chain is still the same up to there."""

    position: int = 0
    hash: bytes = GENESIS


class Kept(msgspec.Struct, frozen=True):
    """A link as it is kept, and the event that it names, if that is there."""

    link: Link
    event: Linked | None


class Fault(StrEnum):
    """What can be wrong with a chain, as the ending of a sentence."""

    GAP = "there is no link at this position, and later ones there are"
    PREVIOUS = "the link does not follow from the one before it"
    MISSING = "the event is missing"
    HASH = "the event is not the one that was linked: its hash differs"
    END = "the chain ends before this position, to which it once went"
    OTHER_END = "the chain has another hash here than the one that was noted"
    UNLINKED = "the event has no link, and should long have one"


class Flaw(msgspec.Struct, frozen=True):
    """The first thing that is wrong with a chain: where, with which event, and what."""

    fault: Fault
    position: int | None
    seq: int | None


def follow(
    workspace_number: int, head: Head, kept: Sequence[Kept], noted: Sequence[Head] = ()
) -> tuple[Head, Flaw | None]:
    """Goes on along a chain from a head that was found sound; returns the new head, and what stops there.

    `noted` are heads that the chain is known to have had.
    """
    for each in kept:
        flaw = _flaw(workspace_number, head, each)
        if flaw is not None:
            return head, flaw
        head = Head(each.link.position, each.link.hash)
        if any(other.position == head.position and other.hash != head.hash for other in noted):
            return head, Flaw(Fault.OTHER_END, head.position, each.link.seq)
    return head, None


def _flaw(workspace_number: int, head: Head, kept: Kept) -> Flaw | None:
    found = kept.link
    if found.position != head.position + 1:
        return Flaw(Fault.GAP, head.position + 1, None)
    if found.previous_hash != head.hash:
        return Flaw(Fault.PREVIOUS, found.position, found.seq)
    if kept.event is None:
        return Flaw(Fault.MISSING, found.position, found.seq)
    try:
        is_it = link(workspace_number, kept.event, head.hash) == found
    except rfc8785.CanonicalizationError:  # what nobody could have linked
        is_it = False
    return None if is_it else Flaw(Fault.HASH, found.position, found.seq)


def line(workspace_number: int, event: Linked, found: Link) -> dict[str, Any]:
    """A link as a line of an export: what its hash is of, and the hash."""
    return entry(workspace_number, event, found.previous_hash) | {"hash": found.hash.hex()}


def entry(workspace_number: int, event: Linked, previous_hash: bytes) -> dict[str, Any]:
    """What a link's hash is of, as an object of JSON; the instant as RFC 3339 in UTC, to the microsecond."""
    return {
        "workspace": workspace_number,
        "position": event.position,
        "seq": event.seq,
        "actor": event.actor_id,
        "verb": event.verb,
        "entity": event.entity,
        "entityId": event.entity_id,
        "parentId": event.parent_id,
        "version": event.version,
        "before": event.before if _is_plain(event.before) else _exact(event.before),
        "after": event.after if _is_plain(event.after) else _exact(event.after),
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")[:-6] + "Z",
        "requestId": event.request_id,
        "previousHash": previous_hash.hex(),
    }


def link(workspace_number: int, event: Linked, previous_hash: bytes) -> Link:
    """The link of an event that follows the link with this hash."""
    digest = hashlib.sha256(canonical(entry(workspace_number, event, previous_hash))).digest()
    return Link(event.position, event.seq, previous_hash, digest)


def canonical(value: dict[str, Any]) -> bytes:
    """An `entry` in the form of RFC 8785.

    Thousands of events may have to be linked in a second, so those of plain text, which nearly all are,
    are written by msgspec: the same bytes at a twentieth of the time, which a property test makes sure of.
    """
    if _is_plain(value["before"]) and _is_plain(value["after"]):
        return _encode(value)
    return rfc8785.dumps(msgspec.to_builtins(value))


_encode = msgspec.json.Encoder(order="sorted").encode


def _is_plain(changed: dict[str, Any]) -> bool:
    """Tells whether these fields hold nothing but text and null, under names that sort alike in UTF-8 and
    in UTF-16, by which RFC 8785 sorts."""
    for name, value in changed.items():
        if not (value is None or type(value) is str) or not name.isascii():
            return False
    return True


def _exact(value: Any) -> Any:
    """A value of JSON with the integers that a double does not hold as strings."""
    if value is None or type(value) is str or type(value) is bool:
        return value
    if isinstance(value, int):
        return value if -_EXACT_MAX <= value <= _EXACT_MAX else str(value)
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(each) for each in value]
    return value
