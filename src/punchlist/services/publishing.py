"""The way of an event from the table into the chain, and from there to those who read along it.

Every reader follows the chain by itself, with a place of its own, and does what it does in the transaction
that moves its place on: so each event has its effects once, whatever process ends when.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple

from punchlist.domain import audit
from punchlist.domain.problems import Unavailable
from punchlist.domain.publication import Linked
from punchlist.store import chains
from punchlist.store import readers as places
from punchlist.store.database import Executor

_TOGETHER = 1_000  # events in one transaction; a tenth of a second's work


class Reader(NamedTuple):
    """Somebody who reads along the record. `read` is given a transaction, a workspace's id and the next
    events in their order; what it raises leaves its place where it was."""

    name: str
    read: Callable[[Executor, int, Sequence[Linked]], Awaitable[None]]


async def follow(
    db: Executor,
    readers: Sequence[Reader],
    *,
    workspace_ids: Sequence[int] | None = None,
    is_enough: Callable[[], bool] = lambda: False,
) -> int:
    """Gives every visible event its link and lets each reader read what is new to it, in all workspaces or
    in some; returns how many events that were, each counted as often as it was linked or read.

    What fails in one workspace, or for one reader, holds up no other: the first failure is raised when all
    have had their turn. A database out of reach ends it, and so does `is_enough`, asked between workspaces.
    """
    failures: list[Exception] = []
    found = await chains.workspaces_with_work(db) if workspace_ids is None else workspace_ids
    count = await _in_each(found, partial(_publish_some, db, readers, failures), failures, is_enough)
    for reader in readers:
        found = await places.workspaces_behind(db, reader.name) if workspace_ids is None else workspace_ids
        count += await _in_each(found, partial(_read_some, db, reader), failures, is_enough)
    if failures:
        raise failures[0]
    return count


async def _in_each(
    workspace_ids: Sequence[int],
    work: Callable[[int], Awaitable[int]],
    failures: list[Exception],
    is_enough: Callable[[], bool],
) -> int:
    """Does work in each workspace until it comes to its end there; notes what fails, and goes on."""
    count = 0
    for workspace_id in workspace_ids:
        try:
            done = _TOGETHER
            # Not until there is nothing: a workspace in which much happens would keep the others waiting.
            while done == _TOGETHER and not is_enough():
                done = await work(workspace_id)
                count += done
        except Unavailable:
            raise
        except Exception as error:
            failures.append(error)
    return count


async def _publish_some(
    db: Executor, readers: Sequence[Reader], failures: list[Exception], workspace_id: int
) -> int:
    """Links events and hands them to the readers who wait for just these, which spares reading them again."""
    linked = await _link_some(db, workspace_id)
    for reader in readers if linked else ():
        try:
            await _read_some(db, reader, workspace_id, fresh=linked)
        except Unavailable:
            raise
        except Exception as error:
            failures.append(error)
    return len(linked)


async def _link_some(db: Executor, workspace_id: int) -> list[Linked]:
    async with db.transaction() as tx:
        chain = await chains.hold(tx, workspace_id)
        if chain is None:
            return []
        found = await chains.unlinked(
            tx, workspace_id, above=chain.settled_seq, position=chain.position, most=_TOGETHER
        )
        links = []
        previous = chain.hash
        for event in found:
            links.append(audit.link(chain.workspace_number, event, previous))
            previous = links[-1].hash
        if links:
            await chains.extend(tx, workspace_id, links)
        if len(links) < _TOGETHER:
            await chains.settle(tx, workspace_id, chain)
    return found


async def _read_some(db: Executor, reader: Reader, workspace_id: int, *, fresh: Sequence[Linked] = ()) -> int:
    """Lets a reader read what comes next, which may be at hand already; returns how many events it was."""
    async with db.transaction() as tx:
        place = await places.hold(tx, workspace_id, reader.name)
        if place is None:
            return 0
        found = fresh
        if not found or found[0].position != place + 1:
            found = await chains.read(tx, workspace_id, after=place, most=_TOGETHER)
        if found:
            await reader.read(tx, workspace_id, found)
            await places.move(tx, workspace_id, reader.name, found[-1].position)
    return len(found)
