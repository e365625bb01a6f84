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
from punchlist.store import chains, readers
from punchlist.store.database import Executor

_TOGETHER = 1_000  # events in one transaction; a tenth of a second's work


class Reader(NamedTuple):
    """Somebody who reads along the record. `read` is given a transaction, a workspace's id and the next
    events in their order; what it raises leaves its place where it was."""

    name: str
    read: Callable[[Executor, int, Sequence[Linked]], Awaitable[None]]


async def link_events(db: Executor) -> int:
    """Gives every visible event its link, in all workspaces; returns how many."""
    return await _in_each(await chains.workspaces_with_work(db), partial(_link_some, db))


async def _in_each(workspace_ids: Sequence[int], work: Callable[[int], Awaitable[int]]) -> int:
    """Does work in each workspace until it comes to its end there; what fails in one holds up no other.

    Raises the first failure when the round is over; a database out of reach ends it.
    """
    count = 0
    failures: list[Exception] = []
    for workspace_id in workspace_ids:
        try:
            done = _TOGETHER
            # Not until there is nothing: a workspace in which much happens would keep the others waiting.
            while done == _TOGETHER:
                done = await work(workspace_id)
                count += done
        except Unavailable:
            raise
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return count


async def _link_some(db: Executor, workspace_id: int) -> int:
    async with db.transaction() as tx:
        chain = await chains.hold(tx, workspace_id)
        if chain is None:
            return 0
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
    return len(links)


async def read_on(db: Executor, reader: Reader) -> int:
    """Lets a reader read what is new to it, in all workspaces; returns how many events that were."""
    return await _in_each(await readers.workspaces_behind(db, reader.name), partial(_read_some, db, reader))


async def _read_some(db: Executor, reader: Reader, workspace_id: int) -> int:
    async with db.transaction() as tx:
        place = await readers.hold(tx, workspace_id, reader.name)
        if place is None:
            return 0
        found = await chains.read(tx, workspace_id, after=place, most=_TOGETHER)
        if found:
            await reader.read(tx, workspace_id, found)
            await readers.move(tx, workspace_id, reader.name, found[-1].position)
    return len(found)
