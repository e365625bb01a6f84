"""The change clock among several workers, and over changes that are not due."""

import asyncio
import datetime as dt

from punchlist.services.change_clock import move_due
from tests.changes_api.test_clock import DAY, NOW, WAITS, waiting
from tests.support.plant import Plant


async def _strike(plant: Plant, now: dt.datetime, times: int) -> list[int]:
    return await asyncio.gather(*(move_due(plant.backstage.db, now) for _ in range(times)))


def moves_of(plant: Plant, change) -> list[str]:
    """The statuses that a change came to by itself, oldest first."""
    return [
        row["status"]
        for row in plant.backstage.rows(
            "SELECT after->>'status' AS status FROM events"
            " WHERE entity_id = $1 AND verb = 'transitioned' AND actor_id IS NULL ORDER BY seq",
            change["guid"],
        )
    ]


def test_each_change_moves_once_at_its_instant_however_many_workers_look(plant: Plant):
    changes = {why: waiting(plant, why) for why in WAITS}
    plant.backstage.run(_strike(plant, NOW + 20 * DAY, 2))
    assert [moves_of(plant, change) for change in changes.values()] == [[], [], []]
    plant.backstage.run(_strike(plant, NOW + 40 * DAY, 5))
    for why, change in changes.items():
        assert moves_of(plant, change) == [WAITS[why][2]]
        assert plant.mia.sees_change(change)["lifecycleStatus"] == {"type": WAITS[why][2]}
    plant.backstage.run(_strike(plant, NOW + 60 * DAY, 2))
    assert [len(moves_of(plant, change)) for change in changes.values()] == [1, 1, 1]


def test_the_clock_says_how_many_changes_it_moved(plant: Plant):
    plant.backstage.run(_strike(plant, NOW + 40 * DAY, 1))  # whatever others have left
    waiting(plant, "expiration")
    assert plant.backstage.run(_strike(plant, NOW + 40 * DAY, 1)) == [1]
    assert plant.backstage.run(_strike(plant, NOW + 40 * DAY, 1)) == [0]
