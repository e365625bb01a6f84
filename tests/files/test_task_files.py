"""Files of implementation tasks: given, seen and taken, by whom and until when."""

import asyncio
from enum import StrEnum

import msgspec
import pytest

from punchlist.domain.change_lifecycle import CLOSED, ChangeStatus
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.ids import new_id
from punchlist.domain.problems import Rejected
from punchlist.domain.queries import Page
from punchlist.services import files, task_files
from tests.files.scenery import DAY, NOW

ALL = Page(400, 0)


async def refusal(work) -> StrEnum:
    with pytest.raises(Rejected) as caught:
        await work
    return caught.value.kind


@pytest.fixture
async def ground(office):
    """Mia's change with Bob's task, as Mia stands to it."""
    return await office.has_a_change()


async def as_seen_by(office, who, ground):
    return await office.stands(who, ground.change_id, ground.task.id)


async def test_a_task_is_given_files_that_are_seen_in_their_order(office, ground):
    given = []
    for day, title in enumerate(("Plan", "Drawing", "Report")):
        who = msgspec.structs.replace(office.mia, now=NOW + day * DAY)
        file = await office.uploads(who, title=title)
        given.append(await task_files.add_task_file(office.db, who, ground, ground.task.id, file.id))
    assert [file.title for _, file in given] == ["Plan", "Drawing", "Report"]
    for who in (office.mia, office.bob, office.heidi):
        seen = await as_seen_by(office, who, ground)
        assert await task_files.list_task_files(office.db, who, seen, ground.task.id, ALL) == given
        for attached in given:
            found = await task_files.get_task_file(office.db, who, seen, ground.task.id, attached[0].id)
            assert found == attached
    page = await task_files.list_task_files(office.db, office.mia, ground, ground.task.id, Page(1, 1))
    assert page == given[1:2]


async def test_that_a_file_was_given_and_taken_is_in_the_history_of_the_change(office, ground):
    file = await office.links(office.mia)
    association, _ = await task_files.add_task_file(office.db, office.mia, ground, ground.task.id, file.id)
    await task_files.remove_task_file(office.db, office.mia, ground, ground.task.id, association.id)
    (_, _, after), (_, before, _) = await office.events(ground.change_id)
    told = {"file_id": file.id, "task_id": ground.task.id}
    assert [told | each == each for each in (after, before)] == [True, True]
    assert [verb for verb, _, _ in await office.events(association.id)] == ["created", "deleted"]


async def test_a_file_is_given_once_however_many_try(office, ground):
    file = await office.links(office.mia)
    outcomes = await asyncio.gather(
        *(task_files.add_task_file(office.db, office.mia, ground, ground.task.id, file.id) for _ in range(8)),
        return_exceptions=True,
    )
    refusals = [outcome.kind for outcome in outcomes if isinstance(outcome, Rejected)]
    assert refusals == [ChangeKind.FILE_ALREADY_THERE] * 7
    assert len(await task_files.list_task_files(office.db, office.mia, ground, ground.task.id, ALL)) == 1


async def test_one_file_may_belong_to_several_tasks(office, ground):
    file, other = await office.links(office.mia), await office.has_a_change()
    for each in (ground, other):
        await task_files.add_task_file(office.db, office.mia, each, each.task.id, file.id)


async def test_a_file_that_was_taken_may_be_given_again(office, ground):
    file = await office.links(office.mia)
    for _ in range(2):
        association, _ = await task_files.add_task_file(
            office.db, office.mia, ground, ground.task.id, file.id
        )
        await task_files.remove_task_file(office.db, office.mia, ground, ground.task.id, association.id)
    assert await files.get_file(office.db, office.mia, file.id) == file


async def test_who_has_a_task_gives_it_files_and_a_bystander_does_not(office, ground):
    file = await office.links(office.bob)
    bobs = await as_seen_by(office, office.bob, ground)
    association, _ = await task_files.add_task_file(office.db, office.bob, bobs, ground.task.id, file.id)
    await office.db.execute(
        "UPDATE implementation_tasks SET assignee_user_id = NULL WHERE workspace_id = $1 AND id = $2",
        office.workspace_id, ground.task.id,
    )  # fmt: skip
    bystander = await as_seen_by(office, office.bob, ground)
    works = (
        task_files.add_task_file(office.db, office.bob, bystander, ground.task.id, file.id),
        task_files.remove_task_file(office.db, office.bob, bystander, ground.task.id, association.id),
    )
    assert [await refusal(work) for work in works] == [ChangeKind.NO_PRIVILEGE] * 2


async def test_a_private_file_is_not_seen_through_a_task(office, ground):
    private = await office.uploads(office.mia, private=True)
    association, _ = await task_files.add_task_file(office.db, office.mia, ground, ground.task.id, private.id)
    bobs = await as_seen_by(office, office.bob, ground)
    assert await task_files.list_task_files(office.db, office.bob, bobs, ground.task.id, ALL) == []
    seen = task_files.get_task_file(office.db, office.bob, bobs, ground.task.id, association.id)
    assert await refusal(seen) is ChangeKind.INVALID_GUID
    taken = task_files.remove_task_file(office.db, office.bob, bobs, ground.task.id, association.id)
    assert await refusal(taken) is ChangeKind.NOT_VISIBLE
    given = task_files.add_task_file(office.db, office.bob, bobs, ground.task.id, private.id)
    assert await refusal(given) is ChangeKind.INVALID_GUID


async def test_a_file_that_a_task_has_is_not_deleted_before_it_is_taken(office, ground):
    file = await office.uploads(office.mia)
    association, _ = await task_files.add_task_file(office.db, office.mia, ground, ground.task.id, file.id)
    assert await refusal(files.delete_file(office.db, office.mia, file.id)) is ChangeKind.FILE_IN_USE
    assert await office.reads(office.mia, file) == b"abc"
    assert await office.strays() == []
    await task_files.remove_task_file(office.db, office.mia, ground, ground.task.id, association.id)
    await files.delete_file(office.db, office.mia, file.id)


async def test_a_file_goes_free_with_its_task(office, ground):
    file = await office.links(office.mia)
    await task_files.add_task_file(office.db, office.mia, ground, ground.task.id, file.id)
    await office.db.execute(
        "DELETE FROM changes WHERE workspace_id = $1 AND id = $2", office.workspace_id, ground.change_id
    )
    await files.delete_file(office.db, office.mia, file.id)


@pytest.mark.parametrize("guid", ["XFWQ0GZGZDJ015J12", new_id()])
async def test_what_is_not_there_is_said_to_be_so(office, ground, guid):
    task_id = ground.task.id
    given = task_files.add_task_file(office.db, office.mia, ground, task_id, guid)
    assert await refusal(given) is ChangeKind.INVALID_GUID
    seen = task_files.get_task_file(office.db, office.mia, ground, task_id, guid)
    assert await refusal(seen) is ChangeKind.INVALID_GUID
    taken = task_files.remove_task_file(office.db, office.mia, ground, task_id, guid)
    assert await refusal(taken) is ChangeKind.NOT_VISIBLE


async def test_a_file_of_another_task_is_not_this_ones(office, ground):
    file, other = await office.links(office.mia), await office.has_a_change()
    association, _ = await task_files.add_task_file(office.db, office.mia, other, other.task.id, file.id)
    seen = task_files.get_task_file(office.db, office.mia, ground, ground.task.id, association.id)
    assert await refusal(seen) is ChangeKind.FILE_NOT_THERE
    taken = task_files.remove_task_file(office.db, office.mia, ground, ground.task.id, association.id)
    assert await refusal(taken) is ChangeKind.NOT_VISIBLE


async def test_a_task_that_is_not_of_the_change_has_no_files(office, ground):
    nowhere = await office.stands(office.mia, ground.change_id, new_id())
    file = await office.links(office.mia)
    for work in (
        task_files.list_task_files(office.db, office.mia, nowhere, ground.task.id, ALL),
        task_files.add_task_file(office.db, office.mia, nowhere, ground.task.id, file.id),
    ):
        assert await refusal(work) is ChangeKind.INVALID_GUID


@pytest.mark.parametrize("status", list(ChangeStatus))
async def test_files_come_and_go_until_the_change_is_closed(office, status):
    ground = await office.has_a_change()
    files_ = [await office.links(office.mia) for _ in range(2)]
    association, _ = await task_files.add_task_file(
        office.db, office.mia, ground, ground.task.id, files_[0].id
    )
    await office.moves(ground, status)
    # As read before and after: what was decided on the former is stopped by the statement itself.
    for seen in (ground, await as_seen_by(office, office.mia, ground)):
        given = task_files.add_task_file(office.db, office.mia, seen, ground.task.id, files_[1].id)
        taken = task_files.remove_task_file(office.db, office.mia, seen, ground.task.id, association.id)
        if status in CLOSED:
            assert await refusal(given) is ChangeKind.FILES_NOT_ADDABLE
            assert await refusal(taken) is ChangeKind.FILES_NOT_REMOVABLE
        else:
            (another, _), _ = await given, await taken
            await task_files.remove_task_file(office.db, office.mia, seen, ground.task.id, another.id)
            association, _ = await task_files.add_task_file(
                office.db, office.mia, seen, ground.task.id, files_[0].id
            )


async def test_without_task_management_a_task_has_no_files(office):
    ground = await office.has_a_change(managed=False)
    file = await office.links(office.mia)
    for work in (
        task_files.list_task_files(office.db, office.mia, ground, ground.task.id, ALL),
        task_files.add_task_file(office.db, office.mia, ground, ground.task.id, file.id),
    ):
        assert await refusal(work) is ChangeKind.TASKS_NOT_MANAGED
