"""The chain under way: several who link at once, writers who commit late, and what the database refuses."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg
import pytest

from punchlist.domain import audit
from punchlist.domain.tasks import TaskChanges
from punchlist.services import publishing, tasks, workspaces
from punchlist.services.publishing import Reader, follow
from punchlist.store import chains
from punchlist.store.database import Database
from tests.support.backstage import Backstage, operator

LINKS = "SELECT position, seq, previous_hash, hash FROM event_links WHERE workspace_id = $1 ORDER BY position"
EVENTS = "SELECT seq, entity_id, version FROM events WHERE workspace_id = $1 ORDER BY seq"
SETTLED = "SELECT settled_seq FROM event_chains WHERE workspace_id = $1"
LAST = "SELECT max(seq) FROM events WHERE workspace_id = $1"


@pytest.fixture
def workspace_id(record: Backstage) -> int:
    return record.run(workspaces.found_workspace(record.db, "A workspace with a record")).id


def on(dsn: str, work: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    """Runs work on a pool of its own."""

    async def run() -> None:
        db = await Database.connect(dsn, size=40)
        try:
            await work(db)
        finally:
            await db.close()

    asyncio.run(run())


async def new_task(db: Any, workspace_id: int) -> Any:
    return await tasks.create_task(db, operator(workspace_id), TaskChanges(title="Check the torque"))


async def rename(db: Any, workspace_id: int, task: Any, title: str) -> None:
    found = await tasks.find_task(db, operator(workspace_id), task.id)
    await tasks.update_task(db, operator(workspace_id), task.id, TaskChanges(title=title), found=found)


AN_EVENT = (
    "INSERT INTO events (workspace_id, verb, entity, entity_id, version, before, after, at)"
    " VALUES ($1, 'updated', 'task', $2, 1, '{}', '{}', now()) RETURNING seq"
)


async def check_chain(db: Database, workspace_id: int) -> None:
    """Demands that every event has its link, in order, and that each link follows from the one before."""
    events = {row["seq"]: row for row in await db.fetch(EVENTS, workspace_id)}
    links = await db.fetch(LINKS, workspace_id)
    assert [link["position"] for link in links] == list(range(1, len(links) + 1))
    assert sorted(link["seq"] for link in links) == sorted(events)
    read = await chains.read(db, workspace_id, after=0, most=100_000)
    number = await db.fetchval("SELECT number FROM workspaces WHERE id = $1", workspace_id)
    previous = audit.GENESIS
    for link, event in zip(links, read, strict=True):
        assert audit.link(number, event, previous) == audit.Link(**link)
        previous = link["hash"]
    versions: dict[str, list[int]] = {}
    for link in links:
        event = events[link["seq"]]
        versions.setdefault(event["entity_id"], []).append(event["version"])
    assert all(each == sorted(each) for each in versions.values())


async def is_settled_truly(db: Database, workspace_id: int) -> bool:
    """Whether every event up to the line has its link; the line is read first."""
    settled = await db.fetchval(SETTLED, workspace_id) or 0
    return not await db.fetchval(
        "SELECT count(*) FROM events e WHERE workspace_id = $1 AND seq <= $2 AND NOT EXISTS"
        " (SELECT 1 FROM event_links l WHERE l.workspace_id = $1 AND l.seq = e.seq)",
        workspace_id,
        settled,
    )


def test_many_write_and_several_link_and_every_event_is_linked_once(record_dsn: str, workspace_id: int):
    async def work(db: Database) -> None:
        writing = True

        async def write(turn: int) -> None:
            task = await new_task(db, workspace_id)
            for version in range(12):
                async with db.transaction() as tx:
                    await rename(tx, workspace_id, task, f"{turn}: {version}")
                    await new_task(tx, workspace_id)
                    await asyncio.sleep(0.001 * (turn % 5))

        async def link() -> None:
            while writing:
                await follow(db, ())
                assert await is_settled_truly(db, workspace_id)

        linkers = [asyncio.create_task(link()) for _ in range(4)]
        await asyncio.gather(*(write(turn) for turn in range(16)))
        writing = False
        await asyncio.gather(*linkers)
        for _ in range(3):
            await follow(db, ())
        await check_chain(db, workspace_id)
        assert await db.fetchval(SETTLED, workspace_id) == await db.fetchval(LAST, workspace_id)

    on(record_dsn, work)


@pytest.mark.parametrize("id_first", [True, False])
def test_an_event_that_is_committed_late_is_linked_late_and_by_nobody_missed(
    record_dsn: str, workspace_id: int, id_first: bool
):
    """Whether the late one took its transaction's id before or after the one that overtook it."""

    async def work(db: Database) -> None:
        read: list[int] = []

        async def note(_: Any, of: int, events: Any) -> None:
            if of == workspace_id:
                read.extend(event.seq for event in events)

        async def take_an_id(tx: Any) -> None:
            await tx.fetchval("SELECT pg_current_xact_id()")

        async with db.transaction() as quick, db.transaction() as late:
            for tx in (late, quick) if id_first else (quick, late):
                await take_an_id(tx)
            # In statements of their own: a savepoint would take ids as well.
            low = await late.fetchval(AN_EVENT, workspace_id, "late")
            high = await quick.fetchval(AN_EVENT, workspace_id, "quick")
            assert low < high
            await quick.execute("COMMIT")
            for _ in range(5):
                await follow(db, ())
                await follow(db, (Reader(f"late {id_first}", note),))
                assert (await db.fetchval(SETTLED, workspace_id) or 0) < low
            assert read == [high]
            await late.execute("COMMIT")
            await late.execute("BEGIN")  # what the blocks end
            await quick.execute("BEGIN")
        for _ in range(3):
            await follow(db, ())
            await follow(db, (Reader(f"late {id_first}", note),))
        assert read == [high, low]
        await check_chain(db, workspace_id)
        assert await db.fetchval(SETTLED, workspace_id) == high

    on(record_dsn, work)


def test_a_chain_that_is_idle_costs_nobody_anything(record: Backstage, workspace_id: int):
    record.run(new_task(record.db, workspace_id))
    for _ in range(3):
        record.run(follow(record.db, ()))
    assert record.run(chains.workspaces_with_work(record.db)) == []


def test_the_record_of_another_cluster_is_linked_on(record: Backstage, workspace_id: int):
    """A dump that is restored elsewhere brings along ids of transactions that are still to come there."""
    record.run(new_task(record.db, workspace_id))
    record.run(follow(record.db, ()))
    record.execute(
        "UPDATE event_chains SET candidate_seq = $2, candidate_before = '9000000000'::xid8"
        " WHERE workspace_id = $1",
        workspace_id,
        record.value(LAST, workspace_id),
    )
    record.run(new_task(record.db, workspace_id))
    for _ in range(3):
        record.run(follow(record.db, ()))
    assert record.value(SETTLED, workspace_id) == record.value(LAST, workspace_id)
    record.run(check_chain(record.db, workspace_id))


def test_more_events_than_go_into_one_transaction_are_linked_at_once(
    record: Backstage, workspace_id: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(publishing, "_TOGETHER", 3)
    for _ in range(8):
        record.run(new_task(record.db, workspace_id))
    assert record.run(follow(record.db, ())) == 8
    record.run(check_chain(record.db, workspace_id))


def test_an_event_of_a_kind_that_is_not_known_is_linked_like_any(record: Backstage, workspace_id: int):
    record.execute(AN_EVENT.replace("'updated', 'task'", "'archived', 'spaceship'"), workspace_id, "x")
    assert record.run(follow(record.db, ())) == 1
    record.run(check_chain(record.db, workspace_id))


def test_a_reader_that_fails_keeps_its_place_and_holds_up_no_other_workspace(
    record: Backstage, workspace_id: int
):
    other = record.run(workspaces.found_workspace(record.db, "A later one")).id
    for each in (workspace_id, other):
        record.run(new_task(record.db, each))
    record.run(follow(record.db, ()))
    read: list[int] = []
    failing = True

    async def note(_: Any, of: int, events: Any) -> None:
        if of == workspace_id and failing:
            raise LookupError("not today")
        read.extend([of] * len(events))

    reader = Reader("failing", note)
    with pytest.raises(LookupError):
        record.run(follow(record.db, (reader,)))
    assert workspace_id not in read
    assert read.count(other) == 1
    failing = False
    record.run(follow(record.db, (reader,)))
    record.run(follow(record.db, (reader,)))
    assert (read.count(workspace_id), read.count(other)) == (1, 1)


@pytest.mark.parametrize("table", ["events", "event_links"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET workspace_id = workspace_id",
        "DELETE FROM {table} WHERE workspace_id = 0",
        "TRUNCATE {table}",
        "WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
    ],
)
def test_the_record_is_only_ever_added_to(record: Backstage, table: str, statement: str):
    with pytest.raises(asyncpg.RestrictViolationError, match=f"only ever added to: .* of {table} is refused"):
        record.execute(statement.format(table=table))
