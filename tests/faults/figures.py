"""What was acknowledged, and what is there: counted in the database and at the receivers."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.faults.plant import Plant
from tests.faults.receivers import WebhookReceiver
from tests.faults.writers import Acknowledged
from tests.notices.post import PostOffice


class Figures(NamedTuple):
    """One kind of thing after one fault. `again` is what came more than once where "at least once" is all
    that is promised: it is shown, and no fault."""

    fault: str
    what: str
    acknowledged: int
    found: int
    lost: int
    doubled: int
    again: int = 0

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


_PUBLISHED = "SELECT count(*) FROM events WHERE entity = 'task'"
_DELIVERED = """
SELECT count(*) - count(DISTINCT (webhook_id, position)), count(*) FILTER (WHERE state <> 'delivered')
FROM webhook_deliveries
"""


async def of_webhooks(fault: str, plant: Plant, receiver: WebhookReceiver) -> Figures:
    """Each published event came to the receiver at least once, and stands in the list of deliveries once."""
    events = (await plant.rows(_PUBLISHED))[0][0]
    doubled, undelivered = (await plant.rows(_DELIVERED))[0]
    assert receiver.forged == 0, "a signature was wrong"
    found = len(receiver.taken)
    again = sum(receiver.taken.values()) - found
    return Figures(fault, "webhooks", events, found, events - found + undelivered, doubled, again)


_REMINDERS = """
SELECT count(DISTINCT (user_id, entity_id, due_at)), count(*) FROM notifications WHERE kind = 'reminder'
"""


async def of_reminders(fault: str, plant: Plant, expected: int) -> Figures:
    """Each reminder is in its recipient's list, once."""
    found, rows = (await plant.rows(_REMINDERS))[0]
    return Figures(fault, "reminders", expected, found, expected - found, rows - found)


def of_mail(fault: str, expected: int, office: PostOffice) -> Figures:
    """Each reminder was mailed: one message, whose Message-ID tells where it came twice."""
    taken = Counter(str(message["Message-ID"]) for message in office.messages)
    found = len(taken)
    again = taken.total() - found
    return Figures(fault, "mails", expected, found, max(0, expected - found), max(0, found - expected), again)


def show(figures: Sequence[Figures]) -> None:
    """Prints the figures as a table."""
    table = Table(*Figures._fields, box=None, header_style="bold")
    for each in figures:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else value for value in each))
    Console(width=100, highlight=False).print(table)
