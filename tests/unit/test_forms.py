"""Uploads as clients send them: content streamed, the rest known at its end, and whatever else refused."""

import asyncio
import os

import pytest

from punchlist.api.common.calls import ClientGoneError, Incoming
from punchlist.api.common.forms import Form
from punchlist.api.common.problems import HttpKind
from punchlist.domain import limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Rejected
from tests.support.forms import END, TYPE, Sender, as_sent_by_a_library, content, part, received


def refused(*chunks: bytes, content_type: str = TYPE) -> Rejected:
    with pytest.raises(Rejected) as caught:
        received(*chunks, content_type=content_type)
    return caught.value


FIELDS = {
    "author.fullName": "Heidi Walker",
    "category.guid": "WEYHMCDDMTCM5O08WPWY",
    "description": "Wie man es prüft",
    "edition": "2",
    "format": "txt",
    "private": "false",
    "storageMethodName": "FILE",
    "title": "Assembly Instructions for 324-0263",
}


def test_a_form_that_a_library_sends_is_read():
    body, content_type = as_sent_by_a_library("plan.pdf", b"a\r\n--b", FIELDS)
    form, whole = received(body, content_type=content_type)
    assert (form.name, form.fields, whole) == ("plan.pdf", FIELDS, b"a\r\n--b")


@pytest.mark.parametrize("before", [True, False])
def test_the_texts_may_stand_before_the_content_and_behind_it(before):
    text = part("title", "Der Prüfplan".encode())
    parts = [text, content(b"abc")] if before else [content(b"abc"), text]
    form, whole = received(*parts, END)
    assert (form.name, form.fields, whole) == ("plan.pdf", {"title": "Der Prüfplan"}, b"abc")


def test_content_is_passed_on_while_it_comes():
    # A line break at its end might be the boundary's, and would be held back until more has come.
    piece = os.urandom(65_535) + b"."
    sender = Sender([part("title", b"x"), content(b"").removesuffix(b"\r\n"), *[piece] * 50, b"\r\n" + END])

    async def receive() -> None:
        form = Form({"content-type": TYPE}, sender)
        pieces = form.content()
        assert await anext(pieces) == piece
        assert len(sender.messages) == 51  # what has not been asked for has not been read
        assert form.fields == {"title": "x"}
        assert sum([len(chunk) async for chunk in pieces]) == 49 * len(piece)

    asyncio.run(receive())


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="plan.pdf"', "plan.pdf"),
        ("filename=plan.pdf", "plan.pdf"),
        ('filename="C:\\plan.pdf"', "plan.pdf"),
        ('filename="Prüfplan.pdf"', "Prüfplan.pdf"),
        ('filename="a%22b.pdf"', 'a"b.pdf'),
        ("filename*=UTF-8''Pr%C3%BCfplan.pdf", "Prüfplan.pdf"),
        ("filename*=utf-7''x", ""),
        ('filename=""', ""),
    ],
)
def test_a_name_is_read_in_every_form_that_clients_give_it(disposition, name):
    form, _ = received(part("content", b"x", f"; {disposition}"), END)
    assert form.name == name


def test_content_without_a_name_has_none():
    assert received(part("content", b"x"), END)[0].name == ""


def test_a_form_without_content_is_refused_by_name():
    assert refused(part("title", b"x"), END).kind is ChangeKind.CONTENT_MISSING


@pytest.mark.parametrize(
    ("chunks", "why"),
    [
        ([], "multipart"),
        ([b"{}"], "multipart"),
        ([content(b"abc")], "multipart"),
        ([content(b"abc")[:-20]], "multipart"),
        ([b"--xx\r\n\r\nabc\r\n", END], "multipart"),
        ([b"--xx\r\n" + b"A: b\r\n" * 100, END], "multipart"),
        ([b"--xx\r\nA: " + b"b" * 100_000], "multipart"),
        ([content(b"a"), content(b"b"), END], "content twice"),
        ([part("title", b"a"), part("title", b"b"), content(b"c"), END], '"title" twice'),
        ([part("title", b"\xff"), content(b"c"), END], "not UTF-8"),
        ([part("title", b"x" * (limits.FORM_FIELD_MAX + 1)), content(b"c"), END], "too long"),
        ([part(str(place), b"x") for place in range(limits.FORM_FIELDS_MAX + 1)], "multipart"),
    ],
)
def test_what_is_no_such_form_is_refused(chunks, why):
    rejected = refused(*chunks)
    assert rejected.kind is HttpKind.MALFORMED
    assert why in rejected.facts["why"]


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "text/plain; boundary=xx", "multipart/mixed"]
)
def test_another_media_type_is_refused(content_type):
    assert refused(content(b"x"), END, content_type=content_type).kind is HttpKind.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_whose_boundary_nobody_knows_is_refused(content_type):
    assert refused(content(b"x"), END, content_type=content_type).kind is HttpKind.MALFORMED


def test_a_form_that_says_it_is_too_large_is_refused_before_it_comes():
    length = str(2 * limits.FILE_MAX)
    with pytest.raises(Rejected) as caught:
        Form({"content-type": TYPE, "content-length": length}, Sender([]))
    assert caught.value.kind is ChangeKind.CONTENT_TOO_LARGE
    Form({"content-type": TYPE, "content-length": str(limits.FILE_MAX + 1000)}, Sender([]))


def test_a_client_that_hangs_up_is_no_form():
    with pytest.raises(ClientGoneError):
        received(content(b"abc"), hangs_up=True)


def test_what_a_refused_client_goes_on_sending_is_read_to_a_limit():
    piece = bytes(1_048_576)
    sender = Sender([content(b"").removesuffix(b"\r\n"), *[piece] * 300])

    async def receive() -> None:
        incoming = Incoming(sender)
        async for _ in Form({"content-type": TYPE}, incoming).content():
            break
        await incoming.drain(limits.FILE_MAX)

    asyncio.run(receive())
    assert len(sender.messages) == 301 - 1 - limits.FILE_MAX // len(piece) - 1


def test_what_has_come_to_its_end_is_not_waited_for():
    sender = Sender([content(b"abc"), END])

    async def receive() -> None:
        incoming = Incoming(sender)
        await incoming.drain(limits.FILE_MAX)
        assert incoming.ended
        await incoming.drain(limits.FILE_MAX)

    asyncio.run(receive())
    assert sender.messages == []
