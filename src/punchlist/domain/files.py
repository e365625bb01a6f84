"""What a file is: what is known of it, what may be wished of it, and what its name and address may be.

A file has its content with us (FILE), is a link to where it is (WEB, FTP), or says that there will be one
(PLACE_HOLDER). The content itself is elsewhere; a file knows its key, size and digest.
"""

import datetime as dt
import re
import unicodedata
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import ids, limits
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Kind, Problem, Rejected


class StorageMethod(StrEnum):
    """Where the content of a file is."""

    FILE = "FILE"
    WEB = "WEB"
    FTP = "FTP"
    PLACE_HOLDER = "PLACE_HOLDER"


class File(msgspec.Struct, frozen=True):
    """A file as stored. One with content has its key, name, size and digest; any other has none of them."""

    id: str
    version: int
    number: str
    title: str
    description: str | None
    edition: str
    format: str | None
    private: bool
    storage_method: StorageMethod
    location: str | None
    name: str | None
    content_key: str | None
    size: int | None
    sha256: str | None
    author_name: str | None
    category_id: str | None
    creator_id: str | None
    created_at: dt.datetime
    updated_at: dt.datetime


class FileWish(msgspec.Struct):
    """What somebody wishes a file to be: UNSET leaves an attribute alone, None clears it."""

    title: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    edition: str | UnsetType | None = UNSET
    format: str | UnsetType | None = UNSET
    private: bool | UnsetType = UNSET
    storage_method: StorageMethod | UnsetType = UNSET
    location: str | UnsetType | None = UNSET
    author_name: str | UnsetType | None = UNSET
    category_id: str | UnsetType | None = UNSET
    problems: tuple[Problem, ...] = ()


class Content(msgspec.Struct, frozen=True):
    """Content that has come in: where it is kept, what its sender called it, and what it measures."""

    key: str
    name: str
    size: int
    sha256: str


class FileFilter(msgspec.Struct, frozen=True):
    """Which files: every filter given must hold. Texts match in any case; a `*` at an end is anything."""

    title: str | None = None
    number: str | None = None
    format: str | None = None
    name: str | None = None
    category_id: str | None = None


class TaskFile(msgspec.Struct, frozen=True):
    """That a file belongs to an implementation task. It is there or not, and never changes."""

    id: str
    task_id: str
    file_id: str
    created_at: dt.datetime

    @property
    def version(self) -> int:
        return 1


FIRST_EDITION = "1"

# Each attribute that is text, as problems name it: the field, and how many characters it may have.
_TEXTS: dict[str, tuple[str, int]] = {
    "title": ("title", limits.FILE_TITLE_MAX),
    "description": ("description", limits.FILE_DESCRIPTION_MAX),
    "edition": ("edition", limits.FILE_EDITION_MAX),
    "format": ("format", limits.FILE_FORMAT_MAX),
    "author": ("author_name", limits.NAME_MAX),
}
_REQUIRED = ("title", "edition")

_NO_CONTENT: dict[str, Any] = {"name": None, "content_key": None, "size": None, "sha256": None}


def create(
    wish: FileWish, *, file_id: str, creator_id: str | None, content: Content | None, now: dt.datetime
) -> File:
    """Makes a file of somebody's wish and its content, if it has any; its number is still blank.

    Raises Rejected with every problem found.
    """
    method = StorageMethod.FILE if content is not None else wish.storage_method
    values, problems = _check(wish, method)
    if content is not None:
        problems += _check_method_of_upload(wish) + _take(values, content)
    elif method is UNSET:
        if not _told(problems, "storageMethodName"):
            problems.append(_required("storageMethodName"))
    elif method is StorageMethod.FILE:
        raise Rejected(ChangeKind.CONTENT_MISSING)
    values.setdefault("edition", FIRST_EDITION)
    if "title" not in values and not _told(problems, "title"):
        problems.append(_required("title"))
    _refuse(problems)
    blank: dict[str, Any] = dict.fromkeys(File.__struct_fields__)
    return File(
        **blank
        | {"private": False, "number": "", "storage_method": method}
        | values
        | {"id": file_id, "version": 1, "creator_id": creator_id, "created_at": now, "updated_at": now}
    )


def numbered(file: File, number: str) -> File:
    """A new file with the number that it gets."""
    return msgspec.structs.replace(file, number=number)


def edit(file: File, wish: FileWish, *, now: dt.datetime) -> File:
    """Applies somebody's wish to a file; returns the very same object when nothing would change.

    A file that becomes a link or a place holder loses its content. Raises Rejected with every problem.
    """
    method = file.storage_method if wish.storage_method is UNSET else wish.storage_method
    values, problems = _check(wish, method, file)
    if method is StorageMethod.FILE and file.storage_method is not method:
        # Only content makes a file of a link.
        problems.append(Problem("storageMethodName", ChangeKind.NOT_EDITABLE, _named("storageMethodName")))
    _refuse(problems)
    if method is not StorageMethod.FILE:
        values |= _NO_CONTENT
    return _changed(file, values, now)


def put_content(file: File, content: Content, wish: FileWish, *, now: dt.datetime) -> File:
    """Gives a file its content, or another one; returns the very same object when it has just that.

    Raises Rejected with every problem of the content's name and of the wish that came with it.
    """
    values, problems = _check(wish, StorageMethod.FILE, file)
    problems += _check_method_of_upload(wish) + _take(values, content)
    _refuse(problems)
    if content.sha256 == file.sha256 and content.size == file.size:
        values["content_key"] = file.content_key
    return _changed(file, values, now)


def _check(
    wish: FileWish, method: StorageMethod | UnsetType, file: File | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """The wished values in their normal form, and what is wrong with them."""
    values: dict[str, Any] = {}
    problems = list(wish.problems)
    for attribute, (name, most) in _TEXTS.items():
        text = getattr(wish, name)
        if text is UNSET or (text is None and file is None):
            continue
        text = (text or "").strip() or None
        if text is None and attribute in _REQUIRED:
            problems.append(_required(attribute))
        else:
            problems += _check_text(attribute, text or "", most)
            values[name] = text
    if wish.private is not UNSET:
        values["private"] = wish.private
    if wish.category_id is not UNSET:
        values["category_id"] = wish.category_id
        problems += _check_category(wish.category_id)
    if method is not UNSET:
        values["storage_method"] = method
        values["location"], found = _check_location(wish, method, file)
        problems += found
    return values, problems


def _check_text(attribute: str, text: str, most: int) -> list[Problem]:
    """Checks a text's length and that PostgreSQL can store it."""
    if len(text) > most:
        return [Problem(attribute, ChangeKind.VALUE_TOO_LONG, _named(attribute) | {"max": most})]
    if "\0" in text:
        return [Problem(attribute, ChangeKind.WRONG_VALUE, _named(attribute))]
    return []


def _check_category(category_id: str | None) -> list[Problem]:
    if category_id is None or ids.is_id(category_id):
        return []
    if not category_id:
        return [Problem("category", ChangeKind.EMPTY_GUID)]
    return [Problem("category", ChangeKind.INVALID_GUID, {"guid": category_id})]


def _check_method_of_upload(wish: FileWish) -> list[Problem]:
    if wish.storage_method in (UNSET, StorageMethod.FILE):
        return []
    return [Problem("storageMethodName", ChangeKind.WRONG_VALUE, _named("storageMethodName"))]


def _take(values: dict[str, Any], content: Content) -> list[Problem]:
    """Adds content to a file's values; returns what is wrong with its name."""
    name, problems = check_name(content.name)
    values |= {"name": name, "content_key": content.key, "size": content.size, "sha256": content.sha256}
    return problems


# What turns the direction of writing hides an ending: "invoice\u202efdp.exe" is shown as "invoiceexe.pdf".
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOT_IN_NAMES = frozenset({"Cc", "Cs", "Zl", "Zp"})


def check_name(raw: str) -> tuple[str, list[Problem]]:
    """The last part of whatever path a sender gave as a file's name, and what is wrong with it."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", raw)[-1]).strip()
    if not name:
        return name, [_required("name")]
    if len(name) > limits.FILE_NAME_MAX:
        return name, _check_text("name", name, limits.FILE_NAME_MAX)
    if name in (".", "..") or any(
        letter in _TURNING or unicodedata.category(letter) in _NOT_IN_NAMES for letter in name
    ):
        return name, [Problem("name", ChangeKind.WRONG_VALUE, _named("name"))]
    return name, []


_SCHEMES: dict[StorageMethod, frozenset[str]] = {
    StorageMethod.WEB: frozenset({"http", "https"}),
    StorageMethod.FTP: frozenset({"ftp", "ftps", "sftp"}),
    StorageMethod.PLACE_HOLDER: frozenset({"http", "https", "ftp", "ftps", "sftp"}),
}
_NOT_IN_ADDRESSES = frozenset(' "<>\\')
# Clients send "www.example.com/files" too. The dot and the slash tell it from "javascript:…".
_WITHOUT_SCHEME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?([/?#].*)?")


def _check_location(
    wish: FileWish, method: StorageMethod, file: File | None
) -> tuple[str | None, list[Problem]]:
    """The location of a file of this method. Content that is with us has none, whatever was sent."""
    if method is StorageMethod.FILE:
        return None, []
    location = (file.location if file is not None else None) if wish.location is UNSET else wish.location
    location = (location or "").strip() or None
    if location is None:
        return None, [] if method is StorageMethod.PLACE_HOLDER else [_required("location")]
    problems = _check_text("location", location, limits.FILE_LOCATION_MAX)
    if not problems and not is_address(location, _SCHEMES[method]):
        problems = [Problem("location", ChangeKind.WRONG_VALUE, _named("location"))]
    return location, problems


def is_address(text: str, schemes: frozenset[str]) -> bool:
    """Tells whether a text is an address of one of these schemes, or one without scheme that begins with a
    host's name. No password may stand in it, for everyone who sees the file sees its address."""
    if not text.isprintable() or not _NOT_IN_ADDRESSES.isdisjoint(text):
        return False
    if _WITHOUT_SCHEME.fullmatch(text):
        return True
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and not parts.password and parts.port != 0
    except ValueError:
        return False


# A short list of what is worth telling apart. Nothing in it is run by a browser, and nothing ever goes out
# but as a download.
_MEDIA_TYPES: dict[str, str] = {
    "bmp": "image/bmp",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "md": "text/plain",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
ANY_MEDIA_TYPE = "application/octet-stream"


def media_type(name: str | None) -> str:
    """The media type that a file's name promises, if it is one of the few we tell."""
    ending = (name or "").rpartition(".")[2].lower()
    return _MEDIA_TYPES.get(ending, ANY_MEDIA_TYPE)


def too_large() -> Rejected:
    """The refusal of content that goes past the limit."""
    return Rejected(ChangeKind.CONTENT_TOO_LARGE, max=limits.FILE_MAX)


def _changed(file: File, values: dict[str, Any], now: dt.datetime) -> File:
    differing = {name: value for name, value in values.items() if value != getattr(file, name)}
    if not differing:
        return file
    return msgspec.structs.replace(
        file, **differing, version=file.version + 1, updated_at=max(now, file.updated_at)
    )


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Rejected(Kind.INVALID, problems)


def _told(problems: list[Problem], field: str) -> bool:
    return any(problem.field == field for problem in problems)


def _required(attribute: str) -> Problem:
    return Problem(attribute, ChangeKind.ATTRIBUTE_REQUIRED, _named(attribute))


def _named(attribute: str) -> dict[str, Any]:
    return {"attribute": attribute}
