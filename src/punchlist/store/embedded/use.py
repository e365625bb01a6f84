"""The two ways to use a data directory: as its server, or as a command that may run beside one."""

import asyncio
import contextlib
import time
from collections.abc import Iterator

from punchlist.settings import WORKER_CONNECTIONS, Settings
from punchlist.store.embedded.cluster import make_directories
from punchlist.store.embedded.lifecycle import MAX_CONNECTIONS, EmbeddedPostgres, answers, dsn_of
from punchlist.store.embedded.ownership import PATIENCE_SECONDS, Busy, is_served, take_server_lock
from punchlist.store.embedded.place import place_of

POLL_SECONDS = 0.05

# Commands beside the server, maintenance, and an operator's psql.
SPARE_CONNECTIONS = 20


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Yields the DSN for the server of these settings, and owns the embedded PostgreSQL meanwhile.

    Raises AlreadyServing where another server has the data directory, EmbeddedError where PostgreSQL
    cannot be started. A command that has the directory at the moment is waited for.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    place = place_of(settings.data_dir)
    make_directories(place)
    of_each = settings.pool_size + (WORKER_CONNECTIONS if settings.worker else 0)
    wanted = settings.workers * of_each + SPARE_CONNECTIONS
    lock = take_server_lock(place)
    try:
        with EmbeddedPostgres(settings.data_dir, max_connections=max(MAX_CONNECTIONS, wanted)) as postgres:
            yield postgres.dsn
    finally:
        lock.release()


@contextlib.contextmanager
def database_for(settings: Settings) -> Iterator[str]:
    """Yields the DSN for a command: the configured database, else a running server's, else one that is
    started for the command and stopped after it. Raises EmbeddedError."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    place = place_of(settings.data_dir)
    make_directories(place)
    deadline = time.monotonic() + PATIENCE_SECONDS
    postgres = EmbeddedPostgres(settings.data_dir)
    # Asked anew each time: while a command waits for another one, a server may take over.
    while True:
        if is_served(place):
            if asyncio.run(answers(dsn_of(place))):
                yield dsn_of(place)
                return
        elif _started(postgres):
            try:
                yield postgres.dsn
            finally:
                postgres.stop()
            return
        if time.monotonic() > deadline:
            raise Busy(place)
        time.sleep(POLL_SECONDS)


def _started(postgres: EmbeddedPostgres) -> bool:
    try:
        postgres.start(patience=0)
    except Busy:
        return False
    return True
