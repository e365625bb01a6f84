"""What a file may be: its attributes, its name, its address, and what becomes of it when edited."""

import datetime as dt
from typing import Any

import pytest
from msgspec import UNSET

from punchlist.domain import limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.files import (
    ANY_MEDIA_TYPE,
    Content,
    File,
    FileWish,
    StorageMethod,
    check_name,
    create,
    edit,
    media_type,
    put_content,
)
from punchlist.domain.problems import Kind, Problem, Rejected
from tests.unit.builders import EARLIER, MIA, NOW

FILE_ID = "F1LE0000000000000000"
KEY = "C0NTENT0000000000000"
DIGEST = "ab" * 32


def some_content(**fields: Any) -> Content:
    defaults: dict[str, Any] = {"key": KEY, "name": "plan.pdf", "size": 12, "sha256": DIGEST}
    return Content(**(defaults | fields))


def made(wish: FileWish, content: Content | None = None) -> File:
    return create(wish, file_id=FILE_ID, creator_id=MIA, content=content, now=NOW)


def uploaded(**fields: Any) -> File:
    return made(FileWish(**({"title": "The plan"} | fields)), some_content())


def linked(**fields: Any) -> File:
    wish = {"title": "The plan", "storage_method": StorageMethod.WEB, "location": "https://example.com/plan"}
    return made(FileWish(**(wish | fields)))


def refusals(work: Any) -> list[tuple[str, Any]]:
    with pytest.raises(Rejected) as caught:
        work()
    assert caught.value.kind is Kind.INVALID
    return [(problem.field, problem.reason) for problem in caught.value.problems]


def test_a_file_with_content_knows_what_it_measures_and_what_its_sender_called_it():
    file = uploaded()
    assert file == File(
        FILE_ID, 1, "", "The plan", None, "1", None, False, StorageMethod.FILE, None,
        "plan.pdf", KEY, 12, DIGEST, None, None, MIA, NOW, NOW,
    )  # fmt: skip


def test_a_link_has_an_address_and_no_content():
    file = linked()
    assert (file.storage_method, file.location) == (StorageMethod.WEB, "https://example.com/plan")
    assert (file.name, file.content_key, file.size, file.sha256) == (None, None, None, None)


def test_every_attribute_is_kept_trimmed():
    wish = {
        "title": " The plan ",
        "description": " How ",
        "edition": " B-1 ",
        "format": " PDF ",
        "author_name": " Heidi Walker ",
        "category_id": "C" * 20,
        "private": True,
    }
    file = uploaded(**wish)
    trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in wish.items()}
    assert {name: getattr(file, name) for name in wish} == trimmed


@pytest.mark.parametrize(
    ("field", "attribute", "most"),
    [
        ("title", "title", 255),
        ("description", "description", 4000),
        ("edition", "edition", 100),
        ("format", "format", 100),
        ("author_name", "author", 100),
    ],
)
def test_a_text_goes_up_to_its_limit_and_not_past_it(field, attribute, most):
    assert getattr(uploaded(**{field: "🔩" * most}), field) == "🔩" * most
    assert refusals(lambda: uploaded(**{field: "x" * (most + 1)})) == [(attribute, ChangeKind.VALUE_TOO_LONG)]
    assert refusals(lambda: uploaded(**{field: "a\0b"})) == [(attribute, ChangeKind.WRONG_VALUE)]


@pytest.mark.parametrize("title", [UNSET, None, "", "  "])
def test_a_file_needs_a_title(title):
    assert refusals(lambda: uploaded(title=title)) == [("title", ChangeKind.ATTRIBUTE_REQUIRED)]
    assert refusals(lambda: linked(title=title)) == [("title", ChangeKind.ATTRIBUTE_REQUIRED)]


def test_what_the_door_found_wrong_is_told_with_the_rest_and_not_as_missing_too():
    problem = Problem("title", ChangeKind.WRONG_VALUE)
    found = refusals(lambda: uploaded(title=UNSET, format="x" * 101, problems=(problem,)))
    assert found == [("title", ChangeKind.WRONG_VALUE), ("format", ChangeKind.VALUE_TOO_LONG)]


def test_a_file_without_content_says_where_it_is():
    assert refusals(lambda: linked(storage_method=UNSET)) == [
        ("storageMethodName", ChangeKind.ATTRIBUTE_REQUIRED)
    ]
    with pytest.raises(Rejected) as caught:
        linked(storage_method=StorageMethod.FILE)
    assert caught.value.kind is ChangeKind.CONTENT_MISSING


def test_content_makes_a_file_and_nothing_else():
    assert uploaded(storage_method=StorageMethod.FILE).storage_method is StorageMethod.FILE
    for method in (StorageMethod.WEB, StorageMethod.PLACE_HOLDER):
        found = refusals(lambda method=method: uploaded(storage_method=method, location="https://x.example"))
        assert found == [("storageMethodName", ChangeKind.WRONG_VALUE)]


def test_content_that_is_with_us_has_no_address_whatever_was_sent():
    assert uploaded(location="javascript:alert(1)").location is None


@pytest.mark.parametrize("guid", ["C", "c" * 20, "C" * 21])
def test_a_malformed_category_is_named(guid):
    assert refusals(lambda: uploaded(category_id=guid)) == [("category", ChangeKind.INVALID_GUID)]


def test_an_empty_category_is_told_from_a_malformed_one():
    assert refusals(lambda: uploaded(category_id="")) == [("category", ChangeKind.EMPTY_GUID)]


WEB, FTP, PLACE_HOLDER = StorageMethod.WEB, StorageMethod.FTP, StorageMethod.PLACE_HOLDER


@pytest.mark.parametrize(
    ("method", "location"),
    [
        (WEB, "https://example.com/a%20b?c=d#e"),
        (WEB, "HTTP://EXAMPLE.COM"),
        (WEB, "http://[::1]:8080/"),
        (WEB, "https://bücher.example/ü"),
        (WEB, "www.everyroadgps.com/files"),
        (WEB, "files.example.com:8080"),
        (FTP, "ftp://files.example.com/plan.pdf"),
        (FTP, "sftp://heidi@files.example.com/plan.pdf"),
        (FTP, "ftp.example.com"),
        (PLACE_HOLDER, "https://example.com"),
        (PLACE_HOLDER, "ftp://example.com"),
        (PLACE_HOLDER, None),
    ],
)
def test_an_address_is_one_that_leads_somewhere(method, location):
    assert linked(storage_method=method, location=location).location == location


@pytest.mark.parametrize(
    ("method", "location"),
    [
        (WEB, "javascript:alert(1)"),
        (WEB, "JavaScript:alert(1)"),
        (WEB, "java\nscript:alert(1)"),
        (WEB, "data:text/html,<script>alert(1)</script>"),
        (WEB, "file:///etc/passwd"),
        (WEB, "ftp://example.com/"),
        (WEB, "https://"),
        (WEB, "https:///path"),
        (WEB, "//example.com"),
        (WEB, "/files"),
        (WEB, "plan"),
        (WEB, "https://me:secret@example.com/"),
        (WEB, "https://example.com:99999/"),
        (WEB, "https://[::1/"),
        (WEB, "https://example.com/a b"),
        (WEB, "https://good.example\\@evil.example/"),
        (WEB, 'https://example.com/"onclick='),
        (WEB, "https://example.com/\u202efdp"),
        (FTP, "https://example.com/"),
        (PLACE_HOLDER, "mailto:heidi@example.com"),
        (WEB, "a.b:alert(1)"),
    ],
)
def test_any_other_address_is_refused(method, location):
    found = refusals(lambda: linked(storage_method=method, location=location))
    assert found == [("location", ChangeKind.WRONG_VALUE)]


def test_an_address_has_an_end():
    longest = "https://example.com/" + "x" * (limits.FILE_LOCATION_MAX - 20)
    assert linked(location=longest).location == longest
    assert refusals(lambda: linked(location=longest + "x")) == [("location", ChangeKind.VALUE_TOO_LONG)]


@pytest.mark.parametrize("location", [UNSET, None, "", " "])
@pytest.mark.parametrize("method", [WEB, FTP])
def test_a_link_needs_an_address(method, location):
    found = refusals(lambda: linked(storage_method=method, location=location))
    assert found == [("location", ChangeKind.ATTRIBUTE_REQUIRED)]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("plan.pdf", "plan.pdf"),
        (" plan.pdf ", "plan.pdf"),
        ("C:\\Users\\Heidi\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a/b\\c", "c"),
        (".htaccess", ".htaccess"),
        ("implementation plan (2).pdf", "implementation plan (2).pdf"),
        ("Pru\u0308fbericht.pdf", "Prüfbericht.pdf"),
        ("設計図.step", "設計図.step"),
        ("👩\u200d🔧.txt", "👩\u200d🔧.txt"),
        ("x" * 255, "x" * 255),
    ],
)
def test_a_name_is_the_last_part_of_what_was_sent(raw, name):
    assert check_name(raw) == (name, [])


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", ChangeKind.ATTRIBUTE_REQUIRED),
        ("  ", ChangeKind.ATTRIBUTE_REQUIRED),
        ("folder/", ChangeKind.ATTRIBUTE_REQUIRED),
        (".", ChangeKind.WRONG_VALUE),
        ("a/..", ChangeKind.WRONG_VALUE),
        ("a\0b", ChangeKind.WRONG_VALUE),
        ("a\r\nSet-Cookie: b", ChangeKind.WRONG_VALUE),
        ("a\x7f", ChangeKind.WRONG_VALUE),
        ("a\u2028b", ChangeKind.WRONG_VALUE),
        ("invoice\u202efdp.exe", ChangeKind.WRONG_VALUE),
        ("a\ud800b", ChangeKind.WRONG_VALUE),
        ("x" * 256, ChangeKind.VALUE_TOO_LONG),
    ],
)
def test_any_other_name_is_refused(raw, kind):
    assert [problem.reason for problem in check_name(raw)[1]] == [kind]
    found = refusals(lambda: made(FileWish(title="The plan"), some_content(name=raw)))
    assert found == [("name", kind)]


def test_nothing_that_a_browser_would_run_goes_out_under_its_own_type():
    for ending in ("html", "htm", "xhtml", "svg", "xml", "js", "mjs", "css", "swf", "xht", "mht", "pdf.html"):
        assert media_type(f"page.{ending}") == ANY_MEDIA_TYPE
    assert media_type("PLAN.PDF") == "application/pdf"
    assert media_type("pdf") == "application/pdf"
    assert media_type(None) == media_type("") == media_type("a.") == ANY_MEDIA_TYPE


def test_an_edit_changes_what_is_wished_and_nothing_else():
    file = uploaded(description="How")
    later = NOW + dt.timedelta(hours=1)
    changed = edit(file, FileWish(edition="2", description=None), now=later)
    assert (changed.edition, changed.description, changed.version) == ("2", None, 2)
    assert changed.updated_at == later
    assert (changed.title, changed.content_key, changed.created_at) == (file.title, KEY, NOW)


def test_an_edit_that_changes_nothing_is_none():
    for file in (uploaded(), linked()):
        echo = FileWish(
            title=file.title, description=file.description, edition=file.edition, format=file.format,
            private=file.private, storage_method=file.storage_method, location=file.location,
            author_name=file.author_name, category_id=file.category_id,
        )  # fmt: skip
        assert edit(file, echo, now=NOW) is file
        assert edit(file, FileWish(), now=EARLIER) is file


@pytest.mark.parametrize("field", ["title", "edition"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_a_file_must_have_cannot_be_cleared(field, value):
    found = refusals(lambda: edit(uploaded(), FileWish(**{field: value}), now=NOW))
    assert found == [(field, ChangeKind.ATTRIBUTE_REQUIRED)]


def test_a_file_that_becomes_a_link_loses_its_content():
    changed = edit(uploaded(), FileWish(storage_method=WEB, location="https://example.com"), now=NOW)
    assert (changed.storage_method, changed.location) == (WEB, "https://example.com")
    assert (changed.name, changed.content_key, changed.size, changed.sha256) == (None, None, None, None)
    assert edit(uploaded(), FileWish(storage_method=PLACE_HOLDER), now=NOW).content_key is None


def test_a_file_does_not_become_a_link_to_nowhere():
    found = refusals(lambda: edit(uploaded(), FileWish(storage_method=WEB), now=NOW))
    assert found == [("location", ChangeKind.ATTRIBUTE_REQUIRED)]


def test_a_link_that_becomes_one_of_another_kind_needs_an_address_of_that_kind():
    assert refusals(lambda: edit(linked(), FileWish(storage_method=FTP), now=NOW)) == [
        ("location", ChangeKind.WRONG_VALUE)
    ]
    wish = FileWish(storage_method=FTP, location="ftp://example.com")
    assert edit(linked(), wish, now=NOW).storage_method is FTP


def test_only_content_makes_a_file_of_a_link():
    found = refusals(lambda: edit(linked(), FileWish(storage_method=StorageMethod.FILE), now=NOW))
    assert found == [("storageMethodName", ChangeKind.NOT_EDITABLE)]
    changed = put_content(linked(), some_content(), FileWish(), now=NOW)
    assert (changed.storage_method, changed.location) == (StorageMethod.FILE, None)
    assert (changed.name, changed.content_key, changed.size, changed.sha256) == ("plan.pdf", KEY, 12, DIGEST)


def test_other_content_replaces_what_was_there_and_may_come_with_wishes():
    other = some_content(key="D" * 20, name="C:\\plan-2.pdf", size=13, sha256="cd" * 32)
    changed = put_content(uploaded(), other, FileWish(edition="2"), now=NOW)
    assert (changed.name, changed.content_key, changed.size) == ("plan-2.pdf", "D" * 20, 13)
    assert (changed.sha256, changed.edition, changed.version) == ("cd" * 32, "2", 2)


def test_the_very_same_content_changes_nothing():
    file = uploaded()
    again = some_content(key="D" * 20)
    assert put_content(file, again, FileWish(), now=NOW) is file
    renamed = put_content(file, some_content(key="D" * 20, name="b.pdf"), FileWish(), now=NOW)
    assert (renamed.name, renamed.content_key) == ("b.pdf", KEY)


def test_content_with_a_wrong_name_or_a_wrong_wish_is_refused():
    wish = FileWish(storage_method=WEB, title="")
    found = refusals(lambda: put_content(uploaded(), some_content(name=".."), wish, now=NOW))
    assert sorted(found) == [
        ("name", ChangeKind.WRONG_VALUE),
        ("storageMethodName", ChangeKind.WRONG_VALUE),
        ("title", ChangeKind.ATTRIBUTE_REQUIRED),
    ]
