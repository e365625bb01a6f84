"""Files: uploads and downloads, links, what is known of them, and who may do what with them."""

import hashlib
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from punchlist.domain import limits
from punchlist.domain.ids import new_id
from punchlist.settings import Settings
from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.crowd import at_once
from tests.support.forms import END, TYPE, as_sent_by_a_library, content, part
from tests.support.plant import refusal
from tests.support.raw import exchange, request
from tests.support.servers import eventually, in_thread

REPORT = b"Twenty thousand turns.\r\n\x00\xff--xx" * 5_000
LINK = {"title": "The plan", "storageMethodName": "WEB", "location": "https://example.com/plan"}


def send(who, path="/files", whole=REPORT, *, name="report.pdf", headers=None, **fields):
    """The answer to an upload."""
    body, media = as_sent_by_a_library(name, whole, fields)
    return who.send("POST", path, content=body, headers={"content-type": media} | (headers or {}))


def uploads(who, whole=REPORT, **fields):
    """Uploads a file, with a title unless one is given, and returns it."""
    answer = send(who, whole=whole, **{"title": "Test report"} | fields)
    expect(201, answer)
    return expect(200, who.get(f"/files/{answer.headers['x-arena-fileguid']}"))


def links(who, **fields):
    return expect(201, who.post("/files", LINK | fields))


def path_of(file):
    return f"/files/{file['guid']}"


def kept(data_dir: Path) -> set[Path]:
    """All content that there is, finished or not."""
    return {path for path in data_dir.rglob("*") if path.is_file()}


# ── uploads ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_upload_is_answered_by_a_guid_and_without_a_body(fresh):
    mia = fresh.mia
    category = new_id()
    answer = send(
        mia,
        name="C:\\tests\\Prüfbericht.PDF",
        title=" Test report ",
        description="Of the hinge",
        edition="B-1",
        format="PDF",
        private="true",
        storageMethodName="FILE",
        **{"category.guid": category, "author.fullName": "Heidi Walker"},
    )
    assert answer.status_code == 201, answer.text
    assert answer.content == b""
    assert answer.headers["etag"] == '"1"'
    guid = answer.headers["x-arena-fileguid"]
    read = mia.get(f"/files/{guid}")
    file = expect(200, read)
    assert read.headers["etag"] == '"1"'
    assert file == {
        "guid": guid,
        "number": "FILE-000001",
        "title": "Test report",
        "description": "Of the hinge",
        "edition": "B-1",
        "format": "PDF",
        "private": True,
        "storageMethodName": "FILE",
        "location": None,
        "name": "Prüfbericht.PDF",
        "mimeType": "application/pdf",
        "size": len(REPORT),
        "author": {"fullName": "Heidi Walker"},
        "category": {"guid": category},
        "creationDateTime": file["creationDateTime"],
        "lastModifiedDateTime": file["creationDateTime"],
        "latest": True,
        "locked": False,
        "hasMarkup": False,
    }
    assert mia.get(f"/files/{guid}", headers={"if-none-match": '"1"'}).status_code == 304


def test_the_parts_of_a_form_may_stand_in_any_order(mia):
    for body in (
        part("title", b"x") + content(b"abc") + END,
        content(b"abc") + part("title", b"x") + END,
    ):
        answer = mia.send("POST", "/files", content=body, headers={"content-type": TYPE})
        expect(201, answer)
        file = expect(200, mia.get(f"/files/{answer.headers['x-arena-fileguid']}"))
        assert (file["title"], file["edition"], file["size"], file["name"]) == ("x", "1", 3, "plan.pdf")


@pytest.mark.parametrize("whole", [b"", b"x", bytes(3_000_000)], ids=["nothing", "a byte", "three million"])
def test_content_comes_back_byte_for_byte(mia, whole):
    file = uploads(mia, whole)
    answer = mia.get(f"{path_of(file)}/content")
    assert answer.status_code == 200
    assert answer.content == whole
    assert answer.headers["content-length"] == str(len(whole))


def test_content_goes_out_as_a_download(mia, charlie):
    answer = charlie.get(f"{path_of(uploads(mia, name='Prüf 1.pdf'))}/content")
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(REPORT).digest()
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == (
        "attachment; filename=\"Pruf 1.pdf\"; filename*=UTF-8''Pr%C3%BCf%201.pdf"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert "content-encoding" not in headers
    assert headers["x-arena-requests-remaining"]
    assert headers["x-request-id"]


def test_what_a_browser_would_run_goes_out_as_plain_bytes(mia):
    for name in ("page.html", "drawing.svg", "script.js", "feed.xml", "nothing"):
        answer = mia.get(f"{path_of(uploads(mia, b'<b>', name=name))}/content")
        assert answer.headers["content-type"] == "application/octet-stream"


def test_a_form_is_refused_for_all_that_is_wrong_with_it(mia, data_dir):
    before = kept(data_dir)
    refusal(send(mia), 3001)
    refusal(send(mia, title="x" * 256, edition=" "), 3101, 3001)
    refusal(send(mia, title="x", colour="red", private="perhaps"), 3004, 3003)
    refusal(send(mia, title="x", storageMethodName="WEB"), 3003)
    refusal(send(mia, title="x", storageMethodName="DRAWER"), 3006)
    refusal(send(mia, title="x", **{"category.guid": "short"}), 3011)
    refusal(send(mia, title="x", **{"category.guid": ""}), 3098)
    refusal(send(mia, title="x", name="a\u202efdp.exe"), 3003)
    form = {"content-type": TYPE}
    refusal(mia.send("POST", "/files", content=part("title", b"x") + END, headers=form), 3033)
    refusal(mia.send("POST", "/files", content=b"--xx\r\nContent-Dis", headers=form), 400)
    refusal(mia.send("POST", "/files", content=b"nonsense", headers={"content-type": "text/plain"}), 415)
    refusal(mia.send("POST", "/files", content=b"nonsense"), 400)
    refusal(send(mia, "/files?colour=red", title="x"), 3019)
    assert kept(data_dir) == before


def test_content_past_the_limit_is_refused_and_not_kept(mia, data_dir):
    before = kept(data_dir)
    body, media = as_sent_by_a_library("big", bytes(limits.FILE_MAX + 1), {"title": "x"})
    refusal(mia.send("POST", "/files", content=body, headers={"content-type": media}), 3101)

    def in_pieces():
        yield from (body[at : at + 1_048_576] for at in range(0, len(body), 1_048_576))

    refusal(mia.send("POST", "/files", content=in_pieces(), headers={"content-type": media}), 3101)
    assert kept(data_dir) == before


def test_who_is_nobody_is_told_so_after_all_that_they_send(plant):
    refusal(send(plant.nobody, whole=bytes(5_000_000), title="x"), 401)
    refusal(send(plant.nobody, f"/files/{nobodys_id()}/content"), 401)


def test_an_upload_that_is_hung_up_leaves_nothing(fresh, backstage, server, data_dir):
    before = kept(data_dir)
    whole = part("title", b"x") + content(bytes(2_000_000)) + END
    data = request(
        b"POST",
        b"/v1/files",
        [
            (b"Host", b"x"),
            (b"Authorization", f"Bearer {fresh.mia.token}".encode()),
            (b"Content-Type", TYPE.encode()),
        ],
        whole,
    )

    def strays():
        statement = "SELECT count(*) FROM stray_contents WHERE workspace_id = $1"
        return backstage.value(statement, fresh.workspace_id)

    place = urlsplit(server)
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall(data[:-1_000_000])
        eventually(lambda: strays() == 1)
    eventually(lambda: strays() == 0)
    assert kept(data_dir) == before
    assert expect(200, fresh.mia.get("/files"))["count"] == 0
    assert exchange(server, data).status_code == 201


def test_a_download_that_is_hung_up_harms_nobody(mia, server):
    file = uploads(mia, bytes(20_000_000))
    place = urlsplit(server)
    head = [(b"Host", b"x"), (b"Authorization", f"Bearer {mia.token}".encode())]
    for _ in range(3):
        with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
            connection.sendall(request(b"GET", f"/v1{path_of(file)}/content".encode(), head))
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert len(mia.get(f"{path_of(file)}/content").content) == 20_000_000


def test_many_uploads_and_downloads_at_once(fresh):
    mia = fresh.mia
    files = at_once([lambda: uploads(mia, bytes(300_000))] * 40)
    assert len({file["number"] for file in files}) == 40
    answers = at_once([lambda: mia.get(f"{path_of(files[0])}/content")] * 16)
    assert all(answer.content == bytes(300_000) for answer in answers)


def test_content_that_is_lost_is_the_servers_fault(mia, data_dir):
    before = kept(data_dir)
    file = uploads(mia)
    for path in kept(data_dir) - before:
        path.unlink()
    refusal(mia.get(f"{path_of(file)}/content"), 3000)


# ── links and place holders ──────────────────────────────────────────────────────────────────────────────


def test_a_link_is_made_with_json_and_answered_with_the_file(fresh):
    body = {
        "author": {"fullName": "John Parker"},
        "description": "500 board early spec",
        "edition": "2",
        "location": "www.everyroadgps.com/files",
        "format": "PDF",
        "title": "500 board spec",
        "storageMethodName": "WEB",
    }
    answer = fresh.mia.post("/files", body)
    file = expect(201, answer)
    assert body.items() <= file.items()
    assert (file["name"], file["size"], file["mimeType"], file["category"]) == (None,) * 4
    assert answer.headers["x-arena-fileguid"] == file["guid"]
    assert file == expect(200, fresh.mia.get(path_of(file)))


def test_a_link_has_no_content_to_read(mia):
    for file in (links(mia), links(mia, storageMethodName="PLACE_HOLDER", location=None)):
        refusal(mia.get(f"{path_of(file)}/content"), 3028)


def test_a_link_is_refused_for_all_that_is_wrong_with_it(mia):
    refusal(mia.post("/files", {}), 3001, 3001)
    refusal(mia.post("/files", {"title": "x", "storageMethodName": "WEB"}), 3001)
    refusal(mia.post("/files", LINK | {"storageMethodName": "FILE"}), 3033)
    refusal(mia.post("/files", LINK | {"storageMethodName": "DRAWER"}), 3006)
    refusal(mia.post("/files", LINK | {"location": "javascript:alert(1)"}), 3003)
    refusal(mia.post("/files", LINK | {"storageMethodName": "FTP"}), 3003)
    refusal(mia.post("/files", LINK | {"author": "Heidi", "category": {"guid": ""}}), 3003, 3098)
    refusal(mia.post("/files", LINK | {"colour": "red", "private": "no"}), 3004, 3003)
    refusal(mia.send("POST", "/files", content=b" " * 1_100_000), 413)


def test_content_makes_a_file_of_a_place_holder(mia):
    file = links(mia, storageMethodName="PLACE_HOLDER", location=None)
    answer = send(mia, f"{path_of(file)}/content", b"abc", name="spec.txt")
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (201, b"", '"2"')
    now = expect(200, mia.get(path_of(file)))
    assert (now["storageMethodName"], now["name"], now["size"]) == ("FILE", "spec.txt", 3)
    assert mia.get(f"{path_of(file)}/content").content == b"abc"


# ── other content ────────────────────────────────────────────────────────────────────────────────────────


def test_content_is_replaced_and_may_bring_a_new_edition(mia, ada):
    file = uploads(mia)
    expect(201, send(ada, f"{path_of(file)}/content", b"second", name="second.txt", edition="2"))
    now = expect(200, mia.get(path_of(file)))
    assert (now["edition"], now["name"], now["size"], now["title"]) == ("2", "second.txt", 6, file["title"])
    assert mia.get(f"{path_of(file)}/content").content == b"second"


def test_the_same_content_again_changes_nothing(mia):
    file = uploads(mia)
    answer = send(mia, f"{path_of(file)}/content")
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')


def test_replacing_content_is_refused(mia, bob, data_dir):
    path = f"{path_of(uploads(mia))}/content"
    before = kept(data_dir)
    refusal(send(bob, path, b"x"), 3085)
    refusal(send(mia, path, b"x", headers={"if-match": '"9"'}), 4121)
    refusal(send(mia, path, b"x", storageMethodName="WEB"), 3003)
    refusal(send(mia, path, b"x", title=" "), 3001)
    refusal(send(mia, f"/files/{nobodys_id()}/content"), 3011)
    refusal(send(mia, "/files/short/content"), 3011)
    refusal(mia.post(path, {"title": "x"}), 415)
    refusal(mia.send("POST", path), 415)
    assert kept(data_dir) == before
    assert mia.get(path).content == REPORT


# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_edited_and_what_was_read_can_be_sent_back(mia):
    file = uploads(mia)
    answer = mia.put(path_of(file), file | {"title": "Another", "author": {"fullName": "Ada"}})
    now = expect(200, answer)
    assert answer.headers["etag"] == '"2"'
    later = {"title": "Another", "author": {"fullName": "Ada"}}
    assert now == file | later | {"lastModifiedDateTime": now["lastModifiedDateTime"]}
    assert now == expect(200, mia.get(path_of(file)))


def test_null_clears_only_where_it_is_asked_to(mia):
    fields = ("description", "format", "author", "category")
    file = links(mia, description="x", format="x", author={"fullName": "x"}, category={"guid": new_id()})
    nothing = dict.fromkeys(fields)
    assert expect(200, mia.put(path_of(file), nothing)) == file
    cleared = expect(200, mia.put(path_of(file), nothing, setnull="true"))
    assert [cleared[name] for name in fields] == [None] * 4


def test_a_file_that_becomes_a_link_loses_its_content_and_cannot_become_a_file_again(mia):
    file = uploads(mia)
    link = {"storageMethodName": "WEB", "location": "https://example.com/x"}
    now = expect(200, mia.put(path_of(file), link))
    assert (now["name"], now["size"], now["location"]) == (None, None, "https://example.com/x")
    refusal(mia.get(f"{path_of(file)}/content"), 3028)
    refusal(mia.put(path_of(file), {"storageMethodName": "FILE"}), 3032)
    refusal(mia.put(path_of(uploads(mia)), {"storageMethodName": "WEB"}), 3001)


def test_an_edit_is_refused(mia, bob):
    path = path_of(uploads(mia))
    refusal(bob.put(path, {"title": "x"}), 3085)
    refusal(mia.put(path, {"title": " ", "colour": "red"}), 3004, 3001)
    refusal(mia.put(path, {"title": "x"}, headers={"if-match": '"9"'}), 4121)
    refusal(mia.put(f"/files/{nobodys_id()}", {}), 3011)
    refusal(mia.put(path, {}, setnull="perhaps"), 3003)


# ── who sees what ────────────────────────────────────────────────────────────────────────────────────────


def test_a_private_file_is_its_creators_and_change_administrators(fresh):
    path = path_of(uploads(fresh.mia, private="true"))
    for who in (fresh.mia, fresh.ada):
        assert who.get(f"{path}/content").content == REPORT
        assert expect(200, who.get("/files"))["count"] == 1
    bob = fresh.bob
    assert expect(200, bob.get("/files")) == {"count": 0, "results": []}
    refusal(bob.get(path), 3011)
    refusal(bob.get(f"{path}/content"), 3011)
    refusal(bob.put(path, {"title": "x"}), 3011)
    refusal(send(bob, f"{path}/content"), 3011)
    refusal(bob.delete(path), 3024)


def test_a_file_of_another_workspace_is_not_there(mia, fresh):
    path = path_of(uploads(mia))
    stranger = fresh.ada
    refusal(stranger.get(path), 3011)
    refusal(stranger.get(f"{path}/content"), 3011)
    refusal(stranger.delete(path), 3024)


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────


def test_files_are_found_by_what_is_known_of_them(fresh):
    mia, category = fresh.mia, new_id()
    report = uploads(mia, title="Hinge report", format="PDF", **{"category.guid": category})
    plan = links(mia, title="Hinge plan")

    def found(**wanted):
        return [file["title"] for file in expect(200, mia.get("/files", **wanted))["results"]]

    assert expect(200, mia.get("/files"))["results"] == [plan, report]
    assert found(title="hinge*") == ["Hinge plan", "Hinge report"]
    assert found(title="hinge plan") == ["Hinge plan"]
    assert found(number=report["number"].lower()) == ["Hinge report"]
    assert found(format="pdf") == ["Hinge report"]
    assert found(name="*.pdf") == ["Hinge report"]
    assert found(**{"category.guid": category}) == ["Hinge report"]
    assert found(**{"category.guid": new_id()}) == []
    assert found(limit=1) == ["Hinge plan"]
    assert found(limit=1, offset=1) == ["Hinge report"]
    refusal(mia.get("/files", edition="1"), 3019)
    refusal(mia.get("/files", limit=0), 3220)
    refusal(mia.get("/files", **{"category.guid": "short"}), 3011)


# ── deletes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_deleted_and_gone(mia, bob):
    file = uploads(mia)
    refusal(bob.delete(path_of(file)), 3085)
    refusal(mia.delete(path_of(file), headers={"if-match": '"9"'}), 4121)
    expect(204, mia.delete(path_of(file), headers={"if-match": '"1"'}))
    refusal(mia.get(path_of(file)), 3011)
    refusal(mia.get(f"{path_of(file)}/content"), 3011)
    refusal(mia.delete(path_of(file)), 3024)


def test_a_file_that_a_task_has_is_not_deleted(mia):
    file = uploads(mia)
    change = mia.makes_a_change()
    task = mia.adds_a_task(change)
    association = mia.gives_a_file(change, task, file)
    refusal(mia.delete(path_of(file)), 3016)
    expect(204, mia.delete(mia.file_path(change, task, association)))
    expect(204, mia.delete(path_of(file)))


def test_a_server_removes_at_its_start_what_no_file_has_any_more(fresh, backstage, dsn, data_dir):
    before = kept(data_dir)
    file = uploads(fresh.mia)
    content_of_it = kept(data_dir) - before
    assert len(content_of_it) == 1
    expect(204, fresh.mia.delete(path_of(file)))
    assert content_of_it <= kept(data_dir)  # for those who are reading it
    backstage.execute(
        "UPDATE stray_contents SET since = since - interval '25 hours' WHERE workspace_id = $1",
        fresh.workspace_id,
    )
    with in_thread(Settings(data_dir=data_dir), dsn):
        eventually(lambda: not content_of_it & kept(data_dir))
