"""Live updates in one server process: one connection that listens, and everybody who watches.

PostgreSQL tells by a notification that a workspace's chain has grown, and no more than that; what is new is
read from the record, once for all who watch that workspace, and only up to where it is linked. So it comes
in the order of its positions, and whoever knows the last position they saw misses nothing: neither when the
connection is lost, nor when they come again at another process.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import NamedTuple

from punchlist.domain import limits
from punchlist.domain.permissions import Actor
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.publication import selects
from punchlist.domain.watching import Sighting, may_see
from punchlist.services import watching
from punchlist.store import chains
from punchlist.store.database import Database
from punchlist.store.listening import listen

_log = logging.getLogger("punchlist.api")

_AFTER_LOSS_SECONDS = 1.0


class Told(NamedTuple):
    """An event as it goes to whoever may see it."""

    sighting: Sighting
    text: bytes


class _Feed:
    """A workspace that somebody watches: how far it has been read, and by whom it is watched."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.watchers: set[Watcher] = set()
        self.reading: asyncio.Task[None] | None = None
        self.grown = False


class Watcher:
    """Somebody who watches a workspace, with what waits for them.

    `position` is how far they have been told of everything they may see.
    """

    def __init__(self, hub: "Hub", actor: Actor, types: tuple[str, ...], position: int | None) -> None:
        self._hub = hub
        self._waiting: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._feed: _Feed | None = None
        self.actor = actor
        self.types = types
        self.position = position
        self.is_too_slow = False

    def sees(self, told: Told) -> bool:
        """Whether an event is for them."""
        return selects(self.types, told.sighting.type) and may_see(self.actor, told.sighting)

    def take(self, told: list[Told], position: int) -> None:
        """Is given what is new up to a position; whoever lets too much of it wait gets no more."""
        self._waiting.extend(each.text for each in told if self.sees(each))
        self.position = position
        if len(self._waiting) > limits.STREAM_QUEUE_MAX:
            self._waiting.clear()
            self.is_too_slow = True
        if self._waiting or self.is_too_slow:
            self._news.set()

    async def news(self, seconds: float) -> bytes:
        """All that waits, once there is something; nothing after so many seconds without."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        self._news.clear()
        found = b"".join(self._waiting)
        self._waiting.clear()
        return found

    async def past(self) -> AsyncIterator[bytes]:
        """What happened since the position they come with; when it ends, what is new comes by itself."""
        workspace_id = self.actor.workspace_id
        end = await watching.end_of(self._hub.db, workspace_id)
        # A position beyond the end is of a record that was since restored from a backup.
        self.position = end if self.position is None else min(self.position, end)
        while self._feed is None:
            passage = await watching.read_on(self._hub.db, workspace_id, self.position)
            told = [self._hub.tell(sighting) for sighting in passage.sightings]
            if found := b"".join(each.text for each in told if self.sees(each)):
                yield found
            self.position = passage.position
            if passage.whole:
                self._feed = self._hub.join(self)

    def leave(self) -> None:
        """Watches no longer."""
        self._hub.leave(self, self._feed)


class Hub:
    """Everybody who watches in this process. It listens from the first of them on."""

    def __init__(self, db: Database, dsn: str, render: Callable[[Sighting], bytes]) -> None:
        self.db = db
        self._dsn = dsn
        self._render = render
        self._feeds: dict[int, _Feed] = {}
        self._open: dict[tuple[int, str], int] = {}
        self._listening: asyncio.Task[None] | None = None

    def tell(self, sighting: Sighting) -> Told:
        """An event made ready to be sent."""
        return Told(sighting, self._render(sighting))

    def enter(self, actor: Actor, types: tuple[str, ...], position: int | None) -> Watcher:
        """Lets somebody in who wants to watch from a position on (None: from now); raises Rejected.

        They have to leave again.
        """
        user = (actor.workspace_id, actor.id)
        if sum(self._open.values()) >= limits.STREAMS_MAX:
            raise Rejected(Kind.NO_ROOM_FOR_STREAMS, max=limits.STREAMS_MAX)
        self._open[user] = self._open.get(user, 0) + 1
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        return Watcher(self, actor, types, position)

    def has_room_for(self, actor: Actor) -> bool:
        """Whether a user has not yet as many streams open as anybody may."""
        return self._open.get((actor.workspace_id, actor.id), 0) < limits.STREAMS_PER_USER_MAX

    def join(self, watcher: Watcher) -> _Feed | None:
        """Gives somebody what is new from now on; None while they lack something that others were given."""
        workspace_id = watcher.actor.workspace_id
        assert watcher.position is not None
        feed = self._feeds.get(workspace_id)
        if feed is None:
            feed = self._feeds[workspace_id] = _Feed(watcher.position)
            self._read(workspace_id)  # it may have grown before anybody cared
        if feed.position > watcher.position:
            return None
        # Whoever is ahead of the others is not told again what they know.
        feed.watchers.add(watcher)
        return feed

    def leave(self, watcher: Watcher, feed: _Feed | None) -> None:
        """Lets somebody go."""
        user = (watcher.actor.workspace_id, watcher.actor.id)
        self._open[user] -= 1
        if not self._open[user]:
            del self._open[user]
        if feed is not None:
            feed.watchers.discard(watcher)
            if not feed.watchers and self._feeds.get(user[0]) is feed:
                del self._feeds[user[0]]

    async def close(self) -> None:
        """Listens no longer, and reads no more."""
        tasks = [self._listening, *(feed.reading for feed in self._feeds.values())]
        self._feeds.clear()
        for task in tasks:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _listen(self) -> None:
        while True:
            try:
                await listen(self._dsn, chains.CHANNEL, begun=self._read_all, tell=self._hear)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                _log.warning("live updates wait for the database", extra={"because": repr(error)})
            await asyncio.sleep(_AFTER_LOSS_SECONDS)

    def _hear(self, payload: str) -> None:
        workspace_id = int(payload.partition(":")[0])
        if workspace_id in self._feeds:
            self._read(workspace_id)

    def _read_all(self) -> None:
        for workspace_id in self._feeds:
            self._read(workspace_id)

    def _read(self, workspace_id: int) -> None:
        feed = self._feeds[workspace_id]
        feed.grown = True
        if feed.reading is None or feed.reading.done():
            feed.reading = asyncio.create_task(self._keep_reading(workspace_id, feed))

    async def _keep_reading(self, workspace_id: int, feed: _Feed) -> None:
        """Reads a feed on to its end, and again if it has grown meanwhile."""
        while feed.grown and self._feeds.get(workspace_id) is feed:
            feed.grown = False
            try:
                passage = await watching.read_on(self.db, workspace_id, feed.position)
            except Exception as error:
                _log.warning("live updates are read again", extra={"because": repr(error)})
                await asyncio.sleep(_AFTER_LOSS_SECONDS)
                feed.grown = True
                continue
            told = [self.tell(sighting) for sighting in passage.sightings]
            feed.position = passage.position
            feed.grown = feed.grown or not passage.whole
            for watcher in list(feed.watchers):
                assert watcher.position is not None
                new = [each for each in told if each.sighting.event.position > watcher.position]
                watcher.take(new, max(watcher.position, passage.position))
