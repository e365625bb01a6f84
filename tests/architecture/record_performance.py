"""The part of the performance in which the record is read: by auditors, by admins, by who watches it; and
that of calendars."""

import datetime as dt

from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Verb
from punchlist.domain.queries import EventFilter, Stretch
from punchlist.services import auditing, calendars, watching
from punchlist.store import chains
from punchlist.store.database import Database


async def perform_record(db: Database, workspace_id: int, ada: Context) -> None:
    """Reads a workspace's record in every way there is."""
    _, settled_seq = await chains.end(db, workspace_id)
    await chains.kept(db, workspace_id, after=0, most=1)
    await chains.without_link(db, workspace_id, settled_seq)
    everything = EventFilter(
        (Entity.TASK,), None, (ada.actor.id,), (Verb.CREATED,), ada.now, ada.now + dt.timedelta(days=1)
    )
    for wanted in (everything, EventFilter(entity_id=ada.actor.id)):
        for newest_first in (True, False):
            await auditing.read_record(db, ada, wanted, Stretch(newest_first=newest_first))
    assert (await watching.read_on(db, workspace_id, 0)).sightings


async def perform_calendars(db: Database, ada: Context) -> None:
    """Makes, reads, lists and deletes a calendar."""
    made = await calendars.create_calendar(db, ada, "My phone", ())
    opened = await calendars.open_calendar(db, made.token, ada.now)
    assert opened is not None
    assert opened.calendar == made.calendar
    await calendars.delete_calendar(db, ada, made.calendar.id)
