"""One running PostgreSQL for as long as it is wanted.

A keeper thread starts the postmaster, waits for its end and starts it again, so that a crash is an
interruption of a second and not an outage. Whether it is ready is asked by connecting, never by
reading a pid file.
"""

import asyncio
import logging
import subprocess
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

from punchlist.store.embedded import cluster, postmaster
from punchlist.store.embedded.identity import RunAs, run_as
from punchlist.store.embedded.ownership import PATIENCE_SECONDS, Busy, owner_lock
from punchlist.store.embedded.place import EmbeddedError, Place, place_of

log = logging.getLogger("punchlist.postgres")

ROLE = "punchlist"
DATABASE = "punchlist"
MAX_CONNECTIONS = 100

# Recovery after a crash reads the log since the last checkpoint, 2 GB at most.
START_SECONDS = 120.0
POLL_SECONDS = 0.02

# Between restarts: at once after the first crash, slower while it keeps dying.
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
STEADY_SECONDS = 60.0


def dsn_of(place: Place) -> str:
    """Returns the database's address, for asyncpg; it is the same at every start."""
    return place.dsn(user=ROLE, database=DATABASE)


def _superuser_dsn(place: Place) -> str:
    return place.dsn(user="postgres", database="postgres")


async def _ensure_database(place: Place) -> None:
    """Makes the role and the database unless they are there. The role is no superuser."""
    connection = await asyncpg.connect(_superuser_dsn(place))
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE):
            await connection.execute(f"CREATE ROLE {ROLE} LOGIN")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    finally:
        await connection.close()


async def answers(dsn: str) -> bool:
    """Tells whether PostgreSQL answers a statement there."""
    try:
        connection = await asyncpg.connect(dsn, timeout=5)
        try:
            await connection.fetchval("SELECT 1")
        finally:
            await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return True


class EmbeddedPostgres:
    """A PostgreSQL of our own in a data directory. Blocking: not to be called from inside a loop."""

    def __init__(self, data_dir: Path, *, max_connections: int = MAX_CONNECTIONS) -> None:
        self.place = place_of(data_dir)
        self.dsn = dsn_of(self.place)
        self._max_connections = max_connections
        self._lock = owner_lock(self.place)
        self._keeper: threading.Thread | None = None
        self._child: subprocess.Popen[str] | None = None
        # Guards the moment between deciding to start a child and having it to stop.
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._complaints: deque[str] = deque(maxlen=20)
        self._was_ready = threading.Event()
        self._ended = threading.Event()

    def start(self, *, patience: float = PATIENCE_SECONDS) -> str:
        """Starts PostgreSQL, making its cluster where there is none, and returns the DSN when it answers.

        Waits up to `patience` seconds for another command to be done with the data directory, and raises
        Busy after that; EmbeddedError where PostgreSQL cannot be started.
        """
        cluster.make_directories(self.place)
        if not self._lock.take_within(patience):
            raise Busy(self.place)
        try:
            who = run_as(self.place)
            cluster.secure_sockets(self.place, who)
            if cluster.ensure_cluster(self.place, who):
                log.info("Made a PostgreSQL cluster in %s", self.place.cluster)
            postmaster.clear_the_way(self.place, who)
            for event in (self._stopping, self._was_ready, self._ended):
                event.clear()
            self._keeper = threading.Thread(
                target=self._keep, args=(who,), name="postgres-keeper", daemon=True
            )
            self._keeper.start()
            self._wait_until_ready()
            asyncio.run(_ensure_database(self.place))
        except BaseException:
            self.stop()
            raise
        return self.dsn

    def stop(self) -> None:
        """Stops PostgreSQL cleanly and gives the data directory free. Doing it twice is fine."""
        with self._starting:
            self._stopping.set()
            child = self._child
        if child is not None and child.poll() is None:
            postmaster.stop(child)
        if self._keeper is not None:
            self._keeper.join()
            self._keeper = None
            cluster.leave_sockets(self.place)
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not asyncio.run(answers(_superuser_dsn(self.place))):
            if self._ended.is_set():
                why = self._complaints[-1] if self._complaints else "it gave no reason"
                raise EmbeddedError(f"PostgreSQL does not start: {why}.")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not answer within {START_SECONDS:g} s of its start.")
            time.sleep(POLL_SECONDS)
        self._was_ready.set()

    def _keep(self, who: RunAs) -> None:
        """The keeper thread: a postmaster, and another one after each that was not told to stop.

        One thread starts them all and lives as long as they do, see postmaster.spawn.
        """
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            end = self._run_one(who)
            # One that never worked is the caller's to hear of, not a thing to try again.
            if self._stopping.is_set() or not self._was_ready.is_set():
                self._ended.set()
                return
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            log.error("PostgreSQL ended by itself (%s); starting it again in %g s", end, pause)
            if self._stopping.wait(pause):
                return
            if not self._lock.is_in_place():
                log.error("The data directory %s was removed; PostgreSQL stays down", self.place.data_dir)
                return
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _run_one(self, who: RunAs) -> str:
        """Runs one postmaster from start to end and says how it ended."""
        try:
            if self._was_ready.is_set():
                postmaster.clear_the_way(self.place, who)
            with self._starting:
                if self._stopping.is_set():
                    return "not started"
                self._child = child = postmaster.spawn(self.place, who, self._max_connections)
        except (OSError, EmbeddedError) as error:
            self._complaints.append(str(error))
            return str(error)
        assert child.stderr is not None
        # Not read here: orphans of a killed postmaster keep the pipe open after it is gone.
        threading.Thread(
            target=postmaster.relay, args=(child.stderr, self._complaints), name="postgres-log", daemon=True
        ).start()
        code = child.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"
