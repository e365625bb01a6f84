"""Who sees which files has one meaning: what a list shows is what may be read one by one."""

from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain.context import Context
from punchlist.domain.files import FileFilter, FileWish, StorageMethod
from punchlist.domain.permissions import Action, Actor, Role, allowed, to_file
from punchlist.domain.queries import Page
from punchlist.services import files
from tests.stateful.bounds import examples
from tests.stateful.scenery import NOW
from tests.support.backstage import new_user, new_workspace

ALL = Page(1000, 0)


@examples(25)
@given(
    st.lists(st.tuples(st.integers(0, 2) | st.none(), st.booleans()), max_size=6),
    st.sampled_from(Role),
    st.booleans(),
)
def test_a_list_shows_just_the_files_that_may_be_seen_one_by_one(backstage, drawn, role, administrator):
    async def check() -> None:
        async with backstage.db.transaction() as tx:
            workspace_id = await new_workspace(tx)
            people = [await new_user(tx, workspace_id, f"User{place}") for place in range(3)]
            made = []
            for creator, private in drawn:
                who = "" if creator is None else people[creator].id
                context = Context(Actor(workspace_id, who, Role.MEMBER), NOW)
                wish = FileWish(title="x", storage_method=StorageMethod.PLACE_HOLDER, private=private)
                made.append(await files.link(tx, context, wish))
            actor = Actor(workspace_id, people[0].id, role, change_administrator=administrator)
            listed = await files.list_files(tx, Context(actor, NOW), FileFilter(), ALL)
            assert {file.id for file in listed} == {
                file.id
                for file in made
                if allowed(
                    actor, Action.SEE_FILE, to_file(actor, creator_id=file.creator_id, private=file.private)
                )
            }

    backstage.run(check())
