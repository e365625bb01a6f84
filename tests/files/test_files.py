"""Files made, read, changed and deleted, and by whom."""

import asyncio
import hashlib

import msgspec
import pytest
from msgspec import UNSET

from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.context import system_context
from punchlist.domain.files import FileFilter, FileWish, StorageMethod
from punchlist.domain.ids import new_id
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.services import files
from punchlist.storage import ContentLost
from tests.files.scenery import DAY, NOW, Office, pieces


async def refused(work) -> Rejected:
    with pytest.raises(Rejected) as caught:
        await work
    return caught.value


async def test_a_file_that_was_uploaded_is_what_was_sent(office):
    file = await office.uploads(
        office.mia, b"abc" * 1000, name="C:\\plans\\Prüfplan.pdf", title="The plan", description="How",
        edition="B-1", format="pdf", author_name="Heidi Walker", category_id="C" * 20,
    )  # fmt: skip
    found = await files.get_file(office.db, office.bob, file.id)
    assert found == file
    assert (file.name, file.size) == ("Prüfplan.pdf", 3000)
    assert file.sha256 == hashlib.sha256(b"abc" * 1000).hexdigest()
    assert (file.creator_id, file.created_at, file.version) == (office.mia.actor.id, NOW, 1)
    assert await office.reads(office.bob, file) == b"abc" * 1000
    assert office.kept() == [file.content_key]
    assert await office.strays() == []


async def test_its_event_says_all_of_it(office):
    file = await office.uploads(office.mia, private=True)
    ((verb, before, after),) = await office.events(file.id)
    assert (verb, before) == ("created", {})
    assert (after["number"], after["sha256"], after["content_key"]) == (
        file.number, file.sha256, file.content_key
    )  # fmt: skip


async def test_a_link_has_no_content_to_read(office):
    link = await office.links(office.mia)
    assert await files.get_file(office.db, office.bob, link.id) == link
    assert (await refused(office.reads(office.bob, link))).kind is ChangeKind.FILE_WITHOUT_CONTENT
    assert office.kept() == []


async def test_numbers_are_the_workspaces_own_and_each_is_given_once(office, db, tmp_path):
    first = await office.links(office.mia)
    assert first.number == "FILE-000001"
    made = await asyncio.gather(*(office.links(office.mia) for _ in range(20)))
    assert sorted(file.number for file in made) == [f"FILE-{number:06d}" for number in range(2, 22)]
    elsewhere = await Office.open(db, tmp_path)
    assert (await elsewhere.links(elsewhere.mia)).number == "FILE-000001"


async def test_numbers_go_on_past_six_digits(office):
    await office.links(office.mia)
    await office.db.execute(
        "UPDATE file_numbers SET last_number = 999999 WHERE workspace_id = $1", office.workspace_id
    )
    assert (await office.links(office.mia)).number == "FILE-1000000"


async def test_the_wish_is_asked_for_when_the_content_is_in(office):
    seen = []

    async def chunks():
        yield b"abc"
        seen.append("end")

    def describe():
        seen.append("described")
        return "plan.pdf", FileWish(title="The plan")

    await files.upload(office.db, office.storage, office.mia, chunks(), describe)
    assert seen == ["end", "described"]


@pytest.mark.parametrize(
    ("name", "wish"), [("plan.pdf", {"title": ""}), ("..", {}), ("x.pdf", {"format": "x" * 101})]
)
async def test_nothing_is_left_of_an_upload_that_is_refused(office, name, wish):
    assert (await refused(office.uploads(office.mia, name=name, **wish))).kind is Kind.INVALID
    assert office.kept() == []
    assert await office.strays() == []
    assert await files.list_files(office.db, office.mia, FileFilter(), Page()) == []


async def test_nothing_is_left_of_an_upload_whose_sender_fails(office):
    async def chunks():
        yield b"abc"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.upload(office.db, office.storage, office.mia, chunks(), lambda: ("", FileWish()))
    assert (office.kept(), await office.strays()) == ([], [])


async def test_a_private_file_is_there_for_its_creator_and_change_administrators_only(office):
    private = await office.uploads(office.mia, private=True)
    for who in (office.mia, office.heidi):
        assert await files.get_file(office.db, who, private.id) == private
        assert await office.reads(who, private) == b"abc"
    for work in (
        files.get_file(office.db, office.bob, private.id),
        office.reads(office.bob, private),
        files.edit_file(office.db, office.bob, private.id, FileWish(title="Mine")),
        office.replaces(office.bob, private, b"x"),
    ):
        rejected = await refused(work)
        assert (rejected.kind, rejected.facts) == (ChangeKind.INVALID_GUID, {"guid": private.id})
    assert (
        await refused(files.delete_file(office.db, office.bob, private.id))
    ).kind is ChangeKind.NOT_VISIBLE


async def test_a_colleague_reads_a_file_and_no_more(office):
    file = await office.uploads(office.mia)
    for work in (
        files.edit_file(office.db, office.bob, file.id, FileWish(title="Mine")),
        office.replaces(office.bob, file, b"x"),
        files.delete_file(office.db, office.bob, file.id),
    ):
        assert (await refused(work)).kind is ChangeKind.NO_PRIVILEGE
    assert await files.get_file(office.db, office.bob, file.id) == file


async def test_who_may_not_change_a_file_need_not_send_its_content(office):
    file = await office.uploads(office.mia)
    taken = []

    async def chunks():
        taken.append(1)
        yield b"x"

    await refused(
        files.replace_content(
            office.db, office.storage, office.bob, file.id, chunks(), lambda: ("", FileWish())
        )
    )
    assert taken == []


@pytest.mark.parametrize("who", ["mia", "heidi"])
async def test_its_creator_and_change_administrators_change_and_delete_a_file(office, who):
    file, actor = await office.uploads(office.mia), getattr(office, who)
    assert (await files.edit_file(office.db, actor, file.id, FileWish(edition="2"))).edition == "2"
    assert (await office.replaces(actor, file, b"xyz")).size == 3
    await files.delete_file(office.db, actor, file.id)
    assert (await refused(files.get_file(office.db, actor, file.id))).kind is ChangeKind.INVALID_GUID


async def test_no_file_is_seen_from_another_workspace(office, db, tmp_path):
    file, zoe = await office.uploads(office.mia), (await Office.open(db, tmp_path / "other")).heidi
    rejected = await refused(files.get_file(office.db, zoe, file.id))
    assert rejected.kind is ChangeKind.INVALID_GUID
    assert (await refused(files.delete_file(office.db, zoe, file.id))).kind is ChangeKind.NOT_VISIBLE
    assert await files.list_files(office.db, zoe, FileFilter(), Page()) == []


@pytest.mark.parametrize("guid", ["", "XFWQ0GZGZDJ015J12", "x" * 20, new_id()])
async def test_what_is_not_there_is_said_to_be_so(office, guid):
    for work in (
        files.get_file(office.db, office.mia, guid),
        files.edit_file(office.db, office.mia, guid, FileWish()),
        files.read_content(office.db, office.storage, office.mia, guid),
    ):
        assert (await refused(work)).kind is ChangeKind.INVALID_GUID
    assert (await refused(files.delete_file(office.db, office.mia, guid))).kind is ChangeKind.NOT_VISIBLE


async def test_an_edit_is_saved_with_an_event_of_what_changed(office):
    file = await office.links(office.mia, description="How")
    wish = FileWish(title="Plan B", description=None)
    edited = await files.edit_file(office.db, office.mia, file.id, wish)
    assert await files.get_file(office.db, office.mia, file.id) == edited
    assert (edited.title, edited.description, edited.version) == ("Plan B", None, 2)
    assert (await office.events(file.id))[1] == (
        "updated", {"title": "The plan", "description": "How"}, {"title": "Plan B", "description": None}
    )  # fmt: skip


async def test_an_edit_that_changes_nothing_leaves_no_event(office):
    file = await office.uploads(office.mia)
    assert await files.edit_file(office.db, office.mia, file.id, FileWish(title=file.title)) == file
    assert await office.replaces(office.mia, file, b"abc", title=UNSET) == file
    assert len(await office.events(file.id)) == 1
    assert office.kept() == [file.content_key]
    assert await office.strays() == []


async def test_an_edit_of_another_version_is_refused(office):
    file = await office.uploads(office.mia)
    edited = await files.edit_file(
        office.db, office.mia, file.id, FileWish(edition="2"), versions=frozenset({1})
    )
    for work in (
        files.edit_file(office.db, office.mia, file.id, FileWish(edition="3"), versions=frozenset({1})),
        files.delete_file(office.db, office.mia, file.id, versions=frozenset({1})),
        files.replace_content(
            office.db, office.storage, office.mia, file.id, pieces(b"x"),
            lambda: ("x", FileWish()), versions=frozenset({1}),
        ),
    ):  # fmt: skip
        assert (await refused(work)).kind is Kind.STALE
    assert await files.get_file(office.db, office.mia, file.id) == edited
    assert office.kept() == [file.content_key]


async def test_edits_at_once_are_all_kept(office):
    file = await office.links(office.mia)
    wishes = [
        FileWish(**{name: "x"}) for name in ("title", "description", "edition", "format", "author_name")
    ]
    await asyncio.gather(*(files.edit_file(office.db, office.mia, file.id, wish) for wish in wishes))
    found = await files.get_file(office.db, office.mia, file.id)
    assert (found.title, found.description, found.edition, found.format, found.author_name) == ("x",) * 5
    assert found.version == 6


async def test_new_content_has_a_new_key_and_the_old_is_left_to_the_sweep(office):
    file = await office.uploads(office.mia)
    later = msgspec.structs.replace(office.mia, now=NOW + DAY)
    replaced = await office.replaces(later, file, b"other", name="plan-2.pdf", edition="2")
    assert replaced.content_key != file.content_key
    assert (replaced.name, replaced.size, replaced.edition) == ("plan-2.pdf", 5, "2")
    assert (replaced.version, replaced.updated_at, replaced.number) == (2, NOW + DAY, file.number)
    assert await office.reads(office.bob, replaced) == b"other"
    assert office.kept() == sorted([str(file.content_key), str(replaced.content_key)])
    assert await office.strays() == [file.content_key]


async def test_whoever_reads_reads_on_while_content_is_replaced(office):
    file = await office.uploads(office.mia, b"x" * 3_000_000)
    _, chunks = await files.read_content(office.db, office.storage, office.bob, file.id)
    read = await anext(aiter(chunks))
    await office.replaces(office.mia, file, b"other")
    async for chunk in chunks:
        read += chunk
    assert read == b"x" * 3_000_000


async def test_contents_at_once_leave_one_and_the_others_to_the_sweep(office):
    file = await office.uploads(office.mia)
    contents = [f"content {number}".encode() for number in range(8)]
    await asyncio.gather(*(office.replaces(office.mia, file, content) for content in contents))
    found = await files.get_file(office.db, office.mia, file.id)
    assert await office.reads(office.bob, found) in contents
    assert found.version == 9
    assert len(office.kept()) == 9
    assert await office.strays() == sorted(set(office.kept()) - {found.content_key})


async def test_a_place_holder_becomes_a_file_when_its_content_comes(office):
    holder = await office.links(office.mia, storage_method=StorageMethod.PLACE_HOLDER, location=None)
    file = await office.replaces(office.mia, holder, b"abc")
    assert (file.id, file.number, file.storage_method) == (holder.id, holder.number, StorageMethod.FILE)
    assert await office.reads(office.bob, file) == b"abc"


async def test_a_file_that_becomes_a_link_leaves_its_content_to_the_sweep(office):
    file = await office.uploads(office.mia)
    wish = FileWish(storage_method=StorageMethod.WEB, location="https://example.com")
    link = await files.edit_file(office.db, office.mia, file.id, wish)
    assert (await refused(office.reads(office.bob, link))).kind is ChangeKind.FILE_WITHOUT_CONTENT
    assert await office.strays() == [file.content_key]


async def test_a_deleted_file_is_gone_and_its_history_stays(office):
    file = await office.uploads(office.mia)
    await files.delete_file(office.db, office.mia, file.id)
    assert (await refused(files.get_file(office.db, office.mia, file.id))).kind is ChangeKind.INVALID_GUID
    assert (await refused(files.delete_file(office.db, office.mia, file.id))).kind is ChangeKind.NOT_VISIBLE
    assert await office.strays() == [file.content_key]
    verb, before, after = (await office.events(file.id))[-1]
    assert (verb, before["sha256"], after) == ("deleted", file.sha256, {})


async def test_content_that_somebody_else_removed_is_told_from_content_that_never_was(office):
    file = await office.uploads(office.mia)
    await office.storage.delete(file.content_key)
    with pytest.raises(ContentLost):
        await office.reads(office.mia, file)


async def test_a_file_of_the_operators_is_nobodys(office):
    operator = system_context(office.workspace_id, NOW)
    file = await office.uploads(operator)
    assert file.creator_id is None
    assert (await refused(files.delete_file(office.db, office.mia, file.id))).kind is ChangeKind.NO_PRIVILEGE
    await files.delete_file(office.db, office.heidi, file.id)


async def test_a_file_stays_when_its_creator_is_deleted(office):
    file = await office.uploads(office.mia)
    await office.db.execute(
        "DELETE FROM users WHERE workspace_id = $1 AND id = $2", office.workspace_id, office.mia.actor.id
    )
    assert (await files.get_file(office.db, office.bob, file.id)).creator_id is None
    assert (await refused(office.uploads(office.mia))).kind is ChangeKind.NO_PRIVILEGE
    assert office.kept() == [file.content_key]
