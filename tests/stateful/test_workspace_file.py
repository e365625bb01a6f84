"""The algebra of workspace files: twice is once, an export changes nothing, nothing is ever lost.

On paper, and then, less often, in PostgreSQL, where it must come to the same.
"""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain.workspace_file.checks import find_mistakes
from punchlist.domain.workspace_file.entries import SECTIONS, Present, WorkspaceFile, standing_by_key
from punchlist.domain.workspace_file.planning import Act, changes_anything, live_now, living, plan
from punchlist.domain.workspace_file.reading import parse
from punchlist.domain.workspace_file.toml_text import export
from punchlist.domain.workspace_file.wording import describe
from punchlist.services.configuration import Outcome, apply_configuration, read_configuration, wish
from punchlist.services.workspaces import find_workspaces
from tests.stateful.bounds import examples
from tests.stateful.workspace_files import files
from tests.support.backstage import Backstage, new_workspace
from tests.support.workspace_files import as_document, carried_out

steps_of_work = st.lists(st.tuples(files(), st.booleans()), min_size=1, max_size=3)


def on_paper(present: Present, file: WorkspaceFile, *, prune: bool) -> Present:
    assert find_mistakes(as_document(file), present, prune=prune) == []
    steps = plan(present, file, prune=prune)
    assert describe(steps)
    return carried_out(present, steps)


def changes(present: Present, file: WorkspaceFile, *, prune: bool) -> bool:
    return changes_anything(plan(present, file, prune=prune))


@examples(150)
@given(steps_of_work)
def test_applied_twice_is_applied_once(work):
    present = Present()
    for file, prune in work:
        present = on_paper(present, file, prune=prune)
        assert not changes(present, file, prune=prune)
        assert not changes(present, file, prune=False)


@examples(100)
@given(steps_of_work)
def test_an_export_read_again_is_the_same_and_changes_nothing(work):
    present = Present()
    for file, prune in work:
        present = on_paper(present, file, prune=prune)
    document = parse(export(present))
    assert document.mistakes == ()
    for prune in (False, True):
        assert find_mistakes(document, present, prune=prune) == []
        assert not changes(present, document.file, prune=prune)


@examples(100)
@given(steps_of_work)
def test_nothing_is_lost_and_pruned_is_exactly_what_the_file_says(work):
    present = Present()
    for file, prune in work:
        before = present
        present = on_paper(present, file, prune=prune)
        for section, kind in SECTIONS.items():
            old, new = standing_by_key(before, section), standing_by_key(present, section)
            assert {key: each.id for key, each in old.items()}.items() <= {
                key: each.id for key, each in new.items()
            }.items()
            named = {kind.key(entry) for entry in getattr(file, section)}
            enabled = {
                key for key, each in new.items() if each.enabled and getattr(each.value, "assignable", True)
            }
            assert named <= enabled
            assert not prune or enabled == named


def stored(backstage: Backstage, workspace_id: int) -> Present:
    return backstage.run(read_configuration(backstage.db, workspace_id))


def alike(present: Present) -> object:
    """All of a configuration that is enabled, without ids."""
    live = live_now(present)
    return {
        section: {
            key: living(each.value, live)
            for key, each in standing_by_key(present, section).items()
            if each.enabled
        }
        for section in SECTIONS
    }


@examples(15)
@given(work=steps_of_work)
def test_postgresql_comes_to_the_same(backstage: Backstage, work):
    workspace_id = backstage.run(new_workspace(backstage.db))
    [workspace] = [
        each for each in backstage.run(find_workspaces(backstage.db, None)) if each.id == workspace_id
    ]
    now = dt.datetime.now(dt.UTC)

    def apply(file: WorkspaceFile, *, prune: bool) -> Outcome:
        wished = wish(as_document(file), {}, prune=prune)
        return backstage.run(apply_configuration(backstage.db, workspace, wished, now=now))

    paper = stored(backstage, workspace_id)
    for file, prune in work:
        paper = on_paper(paper, file, prune=prune)
        outcome = apply(file, prune=prune)
        assert alike(outcome.present) == alike(paper)
        assert not changes_anything(apply(file, prune=prune).steps)
        assert outcome.present == stored(backstage, workspace_id)
    present = stored(backstage, workspace_id)
    for prune in (False, True):
        again = apply(parse(export(present)).file, prune=prune)
        assert {step.act for step in again.steps} == {Act.KEEP}
