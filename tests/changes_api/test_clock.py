"""What time does to changes, when whoever keeps the clock lets it."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from punchlist.domain.context import system_context
from punchlist.services.changes import move_by_the_clock
from punchlist.store import changes as store
from tests.support.plant import Plant

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)


def wire(instant: dt.datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


# What a change is sent with, the status in which it then waits, and what it becomes by itself.
WAITS: dict[str, tuple[dict[str, Any], str, str]] = {
    "planned effectivity": (
        {"effectivityType": "PERMANENT_ON_DATE", "effectivityPlannedDateTime": wire(NOW + 30 * DAY)},
        "APPROVED", "EFFECTIVE",
    ),
    "expiration": (
        {"effectivityType": "TEMPORARY", "expirationDateTime": wire(NOW + 30 * DAY)},
        "EFFECTIVE", "EXPIRED",
    ),
    "deadline": (
        {"approvalDeadlineDateTime": wire(NOW + 30 * DAY), "enforceApprovalDeadline": True},
        "SUBMITTED_FOR_APPROVAL", "REJECTED",
    ),
}  # fmt: skip


def waiting(plant: Plant, why: str):
    """A change that waits for a day thirty days from now, and its status."""
    fields, status, _ = WAITS[why]
    if why == "deadline":
        fields = fields | {"routings": [plant.routing()]}
    change = plant.mia.makes_a_change(**fields)
    plant.mia.moves(change, "SUBMITTED")
    assert plant.mia.sees_change(change)["lifecycleStatus"] == {"type": status}
    return change


def clock_strikes(plant: Plant, change, now: dt.datetime, times: int = 1) -> list[bool]:
    """The clock looks at a change at an instant, perhaps from several places at once."""

    async def look() -> list[bool]:
        db, context = plant.backstage.db, system_context(plant.workspace_id, now)
        found = await store.find(db, plant.workspace_id, change["guid"])
        assert found is not None
        return await asyncio.gather(*(move_by_the_clock(db, context, found) for _ in range(times)))

    return plant.backstage.run(look())


@pytest.mark.parametrize("why", WAITS)
def test_nothing_happens_before_the_day(why, plant, mia):
    change = waiting(plant, why)
    before = mia.sees_history(change)
    assert clock_strikes(plant, change, NOW + 28 * DAY) == [False]
    assert mia.sees_history(change) == before


@pytest.mark.parametrize("why", WAITS)
def test_after_the_day_the_change_is_moved_once_by_nobody(why, plant, mia):
    change = waiting(plant, why)
    _, status, following = WAITS[why]
    then = NOW + 32 * DAY
    assert sorted(clock_strikes(plant, change, then, times=8)) == [False] * 7 + [True]
    seen = mia.sees_change(change)
    assert seen["lifecycleStatus"] == {"type": following}
    assert seen["lifecycleDateTime"] == wire(then)
    entry = mia.sees_history(change)[0]
    assert entry["actor"] is None
    assert {"attribute": "lifecycleStatus", "from": status, "to": following} in entry["changes"]
    assert clock_strikes(plant, change, then) == [False]


def test_what_was_withdrawn_meanwhile_stays_withdrawn(plant, mia):
    change = waiting(plant, "deadline")

    async def late() -> bool:
        db, context = plant.backstage.db, system_context(plant.workspace_id, NOW + 32 * DAY)
        found = await store.find(db, plant.workspace_id, change["guid"])
        assert found is not None
        await asyncio.to_thread(mia.moves, change, "OPEN_AND_UNLOCKED")
        return await move_by_the_clock(db, context, found)

    assert plant.backstage.run(late()) is False
    assert mia.sees_change(change)["lifecycleStatus"] == {"type": "OPEN_AND_UNLOCKED"}
