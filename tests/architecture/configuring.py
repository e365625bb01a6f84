"""The part of a performance in which a workspace is configured by files."""

import datetime as dt

from punchlist.domain.workspace_file.entries import standing_by_key
from punchlist.domain.workspace_file.hazards import Question
from punchlist.domain.workspace_file.reading import parse
from punchlist.services.configuration import apply_configuration, read_configuration, wish
from punchlist.services.workspaces import find_workspaces
from punchlist.store import workspaces
from punchlist.store.configuration import counting
from punchlist.store.database import Database
from tests.support.workspace_files import edited

_ADMIN = 'email = "heidi@example.com"\nname = "Heidi Walker"\nrole = "admin"\nchange_administrator = true\n'
_ASKED = {
    Question.CHANGES: (),
    Question.CHANGES_OF_OTHER_EFFECTIVITY: ("0" * 20, "TEMPORARY"),
    Question.CHANGES_OF_CATEGORY_WITH_VALUE: ("0" * 20, "1" * 20),
    Question.CHANGES_WITH_OPTION: ("0" * 20, ["High"]),
}


async def configure(db: Database, workspace_id: int, now: dt.datetime) -> None:
    """Makes, changes, prunes and makes again everything that a file can say of a workspace."""
    [workspace] = [each for each in await find_workspaces(db, None) if each.id == workspace_id]
    numbered = ("123456789", str(workspace.number))
    with_password = ('role = "admin"', 'role = "admin"\npassword_env = "P"')
    everything = edited(numbered, with_password)
    texts = [
        everything,
        everything.replace("High", "Higher").replace('["mia@', '["heidi@').replace('"Mia"', '"M"'),
        f'[workspace]\nname = "Another"\nnumber = {workspace.number}\n[[users]]\n{_ADMIN}',
        everything,
    ]
    for text in texts:
        own = text.replace("@example.com", "@configured.example.com")  # others meet other people here
        wished = wish(parse(own), {"P": "correct horse battery"}, prune=True)
        await apply_configuration(db, workspace, wished, now=now)
    assert standing_by_key(await read_configuration(db, workspace_id), "suppliers")["Onward"].enabled
    for question in Question:
        await counting.count(db, workspace_id, question, _ASKED.get(question, ("0" * 20,)))
    async with db.transaction() as tx:
        await workspaces.hold_founding(tx)
