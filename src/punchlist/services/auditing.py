"""Auditing the record: whether a workspace's chain is whole, and its links for an auditor's own keeping."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import msgspec

from punchlist.domain import audit, limits
from punchlist.domain.audit import Fault, Flaw, Head, Kept
from punchlist.domain.context import Context
from punchlist.domain.permissions import Action, to_nothing
from punchlist.domain.queries import EventFilter, Stretch
from punchlist.services.access import require
from punchlist.store import chains, record
from punchlist.store.database import Executor
from punchlist.store.record import Entry
from punchlist.store.workspaces import Workspace

_TOGETHER = 1_000  # links read at once; some two megabytes


class Verdict(msgspec.Struct, frozen=True):
    """What was found of a workspace's chain: how far it is sound, what is wrong (None: nothing), and how
    many events wait for their link."""

    workspace: Workspace
    head: Head
    flaw: Flaw | None
    waiting: int


async def verify(db: Executor, workspace: Workspace, noted: Head | None = None) -> Verdict:
    """Goes along a workspace's chain from its beginning to its end, or to the first thing that is wrong.

    `noted` is a head that the chain is known to have had: that links were taken off its end cannot be told
    in any other way.
    """
    said, settled_seq = await chains.end(db, workspace.id)
    known = [said] if noted is None else [said, noted]
    head = Head()
    flaw: Flaw | None = None
    async for some in _batches(db, workspace.id, 0):
        head, flaw = audit.follow(workspace.number, head, some, known)
        if flaw is not None:
            return Verdict(workspace, head, flaw, 0)
    furthest = max(each.position for each in known)
    if head.position < furthest:
        return Verdict(workspace, head, Flaw(Fault.END, furthest, None), 0)
    unlinked, waiting = await chains.without_link(db, workspace.id, settled_seq)
    if unlinked is not None:
        flaw = Flaw(Fault.UNLINKED, None, unlinked)
    return Verdict(workspace, head, flaw, waiting)


async def export(db: Executor, workspace: Workspace, after: int) -> AsyncIterator[dict[str, Any] | Flaw]:
    """Yields the links that follow a position as lines of an export; ends with a Flaw where an event is
    missing. What else may be wrong, whoever reads the lines can find."""
    async for some in _batches(db, workspace.id, after):
        for kept in some:
            if kept.event is None:
                yield Flaw(Fault.MISSING, kept.link.position, kept.link.seq)
                return
            yield audit.line(workspace.number, kept.event, kept.link)


async def _batches(db: Executor, workspace_id: int, after: int) -> AsyncIterator[list[Kept]]:
    while some := await chains.kept(db, workspace_id, after=after, most=_TOGETHER):
        yield some
        after = some[-1].link.position


class Excerpt(NamedTuple):
    """Some of the record, and the position beyond which there is more to look at (None: there is not)."""

    entries: list[Entry]
    beyond: int | None


async def read_record(db: Executor, context: Context, wanted: EventFilter, stretch: Stretch) -> Excerpt:
    """The next events of a stretch that pass a filter; raises Rejected.

    So that it takes no longer the rarer they are, it looks at no more than RECORD_SCAN_MAX positions: there
    may be fewer than asked for, or none, and yet more further on.
    """
    workspace_id = context.actor.workspace_id
    require(context.actor, Action.SEE_RECORD, to_nothing())
    end, _ = await chains.end(db, workspace_id)
    # A thing's events are found by an index, wherever in the record they are.
    span = end.position if wanted.entity_id is not None else limits.RECORD_SCAN_MAX
    if stretch.newest_first:
        below = min(end.position + 1, end.position + 1 if stretch.beyond is None else stretch.beyond)
        above = max(0, below - 1 - span)
    else:
        above = stretch.beyond or 0
        below = min(end.position, above + span) + 1
    entries = await record.list_(
        db,
        workspace_id,
        wanted,
        above=above,
        below=below,
        newest_first=stretch.newest_first,
        limit=stretch.limit,
    )
    if len(entries) == stretch.limit:
        last = entries[-1].position
    else:
        last = above + 1 if stretch.newest_first else below - 1
    more = last > 1 if stretch.newest_first else last < end.position
    return Excerpt(entries, last if more else None)
