"""What was acknowledged, and what is there: counted in the database and at the receivers."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.faults.plant import Plant
from tests.faults.writers import Acknowledged


class Figures(NamedTuple):
    """One kind of thing after one fault."""

    fault: str
    what: str
    acknowledged: int
    found: int
    lost: int
    doubled: int

    @property
    def is_sound(self) -> bool:
        """Nothing is lost or doubled, and there was something to lose."""
        return self.acknowledged > 0 and self.lost == 0 and self.doubled == 0


_EVENTS = "SELECT entity_id, version, count(*) FROM events WHERE entity = 'task' GROUP BY entity_id, version"
_STANDING = "SELECT id, version FROM tasks"
_LINKS = """
SELECT count(*), count(l.seq), count(l.seq) - count(DISTINCT l.seq)
FROM events e LEFT JOIN event_links l ON l.workspace_id = e.workspace_id AND l.seq = e.seq
"""


async def of_writes(fault: str, plant: Plant, acknowledged: Sequence[Acknowledged]) -> Figures:
    """Each acknowledged write has its event, once, and its task stands at that version or a later one."""
    events = {Acknowledged(row[0], row[1]): row[2] for row in await plant.rows(_EVENTS)}
    standing = dict(await plant.rows(_STANDING))
    found = [
        each for each in acknowledged if each in events and standing.get(each.task_id, 0) >= each.version
    ]
    doubled = sum(count - 1 for count in events.values())
    doubled += len(acknowledged) - len(set(acknowledged))
    return Figures(fault, "writes", len(acknowledged), len(found), len(acknowledged) - len(found), doubled)


async def of_links(fault: str, plant: Plant) -> Figures:
    """Each event has its link, once."""
    events, linked, doubled = (await plant.rows(_LINKS))[0]
    return Figures(fault, "links", events, linked, events - linked, doubled)


def show(figures: Sequence[Figures]) -> None:
    """Prints the figures as a table."""
    table = Table(*Figures._fields, box=None, header_style="bold")
    for each in figures:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else value for value in each))
    Console(width=100, highlight=False).print(table)
