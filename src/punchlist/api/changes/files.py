"""What the endpoints for files do, and those for the files of implementation tasks."""

from typing import Any

from punchlist.api.changes import wire
from punchlist.api.changes.answers import ground_of, no_content, ok
from punchlist.api.changes.bodies import (
    IGNORED,
    BadAttributeError,
    Reader,
    boolean,
    guid,
    option,
    read_attributes,
    read_object,
    text,
)
from punchlist.api.changes.parameters import page_of
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.downloads import download_headers
from punchlist.api.common.etags import etag, is_known, wanted_versions
from punchlist.api.common.forms import Form, is_form
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.files import FileFilter, FileWish, StorageMethod, media_type
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.services import files, task_files

FILE_GUID = "x-arena-fileguid"


def _author(value: Any) -> str:
    """Reads a file's author, an object with their name; what stands beside that is passed over."""
    if not isinstance(value, dict):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return text(value.get("fullName"))


FILE = {
    "title": Reader(text),
    "description": Reader(text, nullable=True),
    "edition": Reader(text),
    "format": Reader(text, nullable=True),
    "private": Reader(boolean),
    "storageMethodName": Reader(option(StorageMethod)),
    "location": Reader(text, nullable=True),
    "author": Reader(_author, nullable=True),
    "category": Reader(guid, nullable=True),
    "guid": IGNORED,
    "number": IGNORED,
    "name": IGNORED,
    "mimeType": IGNORED,
    "size": IGNORED,
    "creationDateTime": IGNORED,
    "lastModifiedDateTime": IGNORED,
    "latest": IGNORED,
    "locked": IGNORED,
    "hasMarkup": IGNORED,
}


def _spelled(value: str) -> bool:
    """Reads true or false, as a form has it."""
    if value.lower() not in ("true", "false"):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return value.lower() == "true"


FORM = {
    "title": Reader(text),
    "description": Reader(text),
    "edition": Reader(text),
    "format": Reader(text),
    "private": Reader(_spelled),
    "storageMethodName": Reader(option(StorageMethod)),
    "category.guid": Reader(text),
    "author.fullName": Reader(text),
}

_FIELDS = {
    "storageMethodName": "storage_method",
    "author": "author_name",
    "author.fullName": "author_name",
    "category": "category_id",
    "category.guid": "category_id",
}


def _wish(given: dict[str, Any], problems: tuple[Problem, ...]) -> FileWish:
    values = {_FIELDS.get(name, name): value for name, value in given.items()}
    return FileWish(**values, problems=problems)


def file_wish(body: bytes, *, set_null: bool = False) -> FileWish:
    """What a body wishes of a file; raises Rejected when it is no JSON object."""
    return _wish(*read_attributes(body, FILE, set_null=set_null))


def form_wish(fields: dict[str, str]) -> FileWish:
    """What the texts of a form wish of a file."""
    return _wish(*read_object(fields, FORM))


async def list_files(call: Call) -> Answer:
    given = call.parameters
    wanted = FileFilter(
        title=given.get("title"),
        number=given.get("number"),
        format=given.get("format"),
        name=given.get("name"),
        category_id=given.get("category.guid"),
    )
    found = await files.list_files(call.db, call.context, wanted, page_of(call))
    return ok(wire.results([wire.render_file(file) for file in found]))


async def create_file(call: Call) -> Answer:
    if is_form(call.headers):
        return await _upload(call)
    file = await files.link(call.db, call.context, file_wish(call.body))
    answer = ok(wire.render_file(file), 201, version=file.version)
    answer.headers[FILE_GUID] = file.id
    return answer


async def _upload(call: Call) -> Answer:
    form = Form(call.headers, call.receive)
    async with call.state.uploads:
        file = await files.upload(
            call.db,
            call.state.storage,
            call.context,
            form.content(),
            lambda: (form.name, form_wish(form.fields)),
        )
    return Answer(201, None, {FILE_GUID: file.id, "etag": etag(file.version)})


async def get_file(call: Call) -> Answer:
    file = await files.get_file(call.db, call.context, call.path_parameters["file_id"])
    if is_known(call.headers.get("if-none-match"), file.version):
        return Answer(304, None, {"etag": etag(file.version)})
    return ok(wire.render_file(file), version=file.version)


async def edit_file(call: Call) -> Answer:
    file = await files.edit_file(
        call.db,
        call.context,
        call.path_parameters["file_id"],
        file_wish(call.body, set_null=call.parameters.get("setnull", False)),
        versions=wanted_versions(call.headers.get("if-match")),
    )
    return ok(wire.render_file(file), version=file.version)


async def delete_file(call: Call) -> Answer:
    await files.delete_file(
        call.db,
        call.context,
        call.path_parameters["file_id"],
        versions=wanted_versions(call.headers.get("if-match")),
    )
    return no_content()


async def get_content(call: Call) -> Answer:
    file_id = call.path_parameters["file_id"]
    file, stream = await files.read_content(call.db, call.state.storage, call.context, file_id)
    name = file.name or ""
    return Answer(200, None, download_headers(name, media_type(name), file.size or 0), stream)


async def replace_content(call: Call) -> Answer:
    form = Form(call.headers, call.receive)
    async with call.state.uploads:
        file = await files.replace_content(
            call.db,
            call.state.storage,
            call.context,
            call.path_parameters["file_id"],
            form.content(),
            lambda: (form.name, form_wish(form.fields)),
            versions=wanted_versions(call.headers.get("if-match")),
        )
    return Answer(201, None, {"etag": etag(file.version)})


TASK_FILE = {"file": Reader(guid), "guid": IGNORED}


async def list_task_files(call: Call) -> Answer:
    ground = ground_of(call)
    task_id = call.path_parameters["task_id"]
    found = await task_files.list_task_files(call.db, call.context, ground, task_id, page_of(call))
    return ok(wire.results([wire.render_task_file(*each) for each in found]))


def wanted_file(body: bytes) -> str:
    """The guid of the file that a body names; raises Rejected when it names none."""
    given, problems = read_attributes(body, TASK_FILE)
    if "file" not in given and not problems:
        problems = (Problem("file", ChangeKind.ATTRIBUTE_REQUIRED, {"attribute": "file"}),)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return str(given["file"])


async def add_task_file(call: Call) -> Answer:
    ground = ground_of(call)
    task_id = call.path_parameters["task_id"]
    file_id = wanted_file(call.body)
    added = await task_files.add_task_file(call.db, call.context, ground, task_id, file_id)
    return ok(wire.render_task_file(*added))


async def get_task_file(call: Call) -> Answer:
    ground = ground_of(call)
    path = call.path_parameters
    found = await task_files.get_task_file(
        call.db, call.context, ground, path["task_id"], path["association_id"]
    )
    return ok(wire.render_task_file(*found))


async def remove_task_file(call: Call) -> Answer:
    ground = ground_of(call)
    path = call.path_parameters
    await task_files.remove_task_file(call.db, call.context, ground, path["task_id"], path["association_id"])
    return no_content()
