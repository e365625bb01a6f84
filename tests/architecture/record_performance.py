"""The part of the performance in which the record is read: by auditors, and by who follows it."""

from punchlist.store import chains
from punchlist.store.database import Database


async def perform_record(db: Database, workspace_id: int) -> None:
    """Reads a workspace's record in every way there is."""
    _, settled_seq = await chains.end(db, workspace_id)
    await chains.kept(db, workspace_id, after=0, most=1)
    await chains.without_link(db, workspace_id, settled_seq)
