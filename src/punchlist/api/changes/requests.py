"""What bodies of the change dialect may hold, for readers of the OpenAPI document.

Bodies are read attribute by attribute with the tables of readers that stand with the handlers, because each
problem has a number of its own; a test holds these structs to those tables. `Any` marks an attribute that is
taken and passed over, so that an object that was read can be sent back. Null is taken everywhere: it leaves
an attribute alone, but clears one that is `x-clearable` where the query has `setnull=true`.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from punchlist.api.changes.shapes import (
    AuthorName,
    Description,
    Edition,
    FileDescription,
    FileTitle,
    Format,
    Guid,
    Instant,
    Label,
    Location,
    NoteText,
    TaskName,
    Title,
    WarningHours,
    bounds,
)
from punchlist.domain import limits
from punchlist.domain.categories import ImplementationStatus
from punchlist.domain.change_lifecycle import Asked, Effectivity
from punchlist.domain.files import StorageMethod
from punchlist.domain.implementation_tasks import TaskStatus

# Other names that implementation statuses go by in what clients send.
IMPLEMENTATION_STATUS_ALIASES = {
    "NEEDS_ATTENTION": ImplementationStatus.NEEDS_ATTN,
    "NONE": ImplementationStatus.BLANK,
}

_CLEARABLE = Meta(extra_json_schema={"x-clearable": True})

ImplementationStatusIn = Annotated[
    str,
    bounds(
        "How the implementation stands; NEEDS_ATTENTION and NONE are other names of NEEDS_ATTN and BLANK.",
        enum=[*ImplementationStatus, *IMPLEMENTATION_STATUS_ALIASES],
    ),
]
WorkspaceNumber = (
    Annotated[int, bounds("The workspace's number.", minimum=0, maximum=999_999_999)]
    | Annotated[str, bounds("The same in quotes.", pattern="^[0-9]{1,9}$")]
)
Comment = Annotated[str, bounds("It stands in the change's history.", maxLength=limits.COMMENT_MAX)]


class ReferenceIn(msgspec.Struct):
    """An object, named by its guid; what stands beside that is passed over."""

    guid: Guid


class PrefixIn(msgspec.Struct):
    """A number sequence, named by its value or by its guid."""

    value: str | UnsetType = UNSET
    guid: Guid | UnsetType = UNSET


class AttributeValueIn(msgspec.Struct, rename="camel"):
    """The value of an additional attribute, which is named by its guid or by its API name."""

    guid: Guid | UnsetType = UNSET
    api_name: str | UnsetType = UNSET
    value: Annotated[Any, Meta(description="As the attribute's field type has it. Null as elsewhere.")] = None


class AssigneeIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """One of the three, or nobody, which is an empty object."""

    user: ReferenceIn | UnsetType | None = UNSET
    user_group: ReferenceIn | UnsetType | None = UNSET
    supplier: ReferenceIn | UnsetType | None = UNSET


class StatusValueIn(msgspec.Struct):
    """An implementation status; null clears it."""

    value: ImplementationStatusIn | UnsetType | None = UNSET


class LoginIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Who logs in, and to which workspace: by default the one they used last."""

    email: str | UnsetType | None = UNSET
    password: str | UnsetType | None = UNSET
    workspace_id: WorkspaceNumber | UnsetType | None = UNSET


class ChangeIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a change is to be. An attribute left out is left alone."""

    title: Annotated[Title | None, _CLEARABLE] | UnsetType = UNSET
    description: Annotated[Description | None, _CLEARABLE] | UnsetType = UNSET
    category: ReferenceIn | UnsetType | None = UNSET
    number_sequence_prefix: PrefixIn | UnsetType | None = UNSET
    effectivity_type: Effectivity | UnsetType | None = UNSET
    effectivity_planned_date_time: Instant | UnsetType | None = UNSET
    expiration_date_time: Instant | UnsetType | None = UNSET
    approval_deadline_date_time: Annotated[Instant | None, _CLEARABLE] | UnsetType = UNSET
    enforce_approval_deadline: bool | UnsetType | None = UNSET
    implementation_status: Annotated[ImplementationStatusIn | None, _CLEARABLE] | UnsetType = UNSET
    routings: tuple[ReferenceIn, ...] | UnsetType | None = UNSET
    additional_attributes: tuple[AttributeValueIn, ...] | UnsetType | None = UNSET
    guid: Any = UNSET
    number: Any = UNSET
    creator: Any = UNSET
    creation_date_time: Any = UNSET
    effective_date_time: Any = UNSET
    lifecycle_status: Any = UNSET
    lifecycle_date_time: Any = UNSET
    implementation_status_date_time: Any = UNSET
    implementation_status_editor: Any = UNSET
    administrators: Any = UNSET
    submission_date_time: Any = UNSET
    submitter: Any = UNSET
    progress: Any = UNSET
    url: Any = UNSET


class StatusChangeIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a change is asked to become."""

    change: ReferenceIn | UnsetType | None = UNSET
    status: Asked | UnsetType | None = UNSET
    comment: Comment | UnsetType | None = UNSET
    administrators: tuple[ReferenceIn, ...] | ReferenceIn | UnsetType | None = UNSET
    implementation_status: StatusValueIn | UnsetType | None = UNSET


class VoteIn(msgspec.Struct, forbid_unknown_fields=True):
    """A vote of somebody whose approval a change needs."""

    vote: Literal["APPROVE", "REJECT"] | UnsetType | None = UNSET
    comment: Comment | UnsetType | None = UNSET


class ImplementationTaskIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What an implementation task is to be. An attribute left out is left alone."""

    name: TaskName | UnsetType | None = UNSET
    assignee: Annotated[AssigneeIn | None, _CLEARABLE] | UnsetType = UNSET
    due_date: Annotated[Instant | None, _CLEARABLE] | UnsetType = UNSET
    status: TaskStatus | UnsetType | None = UNSET
    warning_hours: Annotated[WarningHours | None, _CLEARABLE] | UnsetType = UNSET
    guid: Any = UNSET


class NoteIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a note is to say. An attribute left out is left alone."""

    note: NoteText | UnsetType | None = UNSET
    private: bool | UnsetType | None = UNSET
    label: Annotated[Label | None, _CLEARABLE] | UnsetType = UNSET
    guid: Any = UNSET
    creation_date_time: Any = UNSET


class TaskFileIn(msgspec.Struct, forbid_unknown_fields=True):
    """Which file a task is to have."""

    file: ReferenceIn | UnsetType | None = UNSET
    guid: Any = UNSET


class AuthorIn(msgspec.Struct, rename="camel"):
    """Who wrote a file; what stands beside the name is passed over."""

    full_name: AuthorName


class FileIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a file is to be. An attribute left out is left alone."""

    title: FileTitle | UnsetType | None = UNSET
    description: Annotated[FileDescription | None, _CLEARABLE] | UnsetType = UNSET
    edition: Edition | UnsetType | None = UNSET
    format: Annotated[Format | None, _CLEARABLE] | UnsetType = UNSET
    private: bool | UnsetType | None = UNSET
    storage_method_name: StorageMethod | UnsetType | None = UNSET
    location: Annotated[Location | None, _CLEARABLE] | UnsetType = UNSET
    author: Annotated[AuthorIn | None, _CLEARABLE] | UnsetType = UNSET
    category: Annotated[ReferenceIn | None, _CLEARABLE] | UnsetType = UNSET
    guid: Any = UNSET
    number: Any = UNSET
    name: Any = UNSET
    mime_type: Any = UNSET
    size: Any = UNSET
    creation_date_time: Any = UNSET
    last_modified_date_time: Any = UNSET
    latest: Any = UNSET
    locked: Any = UNSET
    has_markup: Any = UNSET


_FORM_NAMES = {
    "storage_method_name": "storageMethodName",
    "category_guid": "category.guid",
    "author_full_name": "author.fullName",
}


class ContentForm(msgspec.Struct, rename=_FORM_NAMES, kw_only=True, forbid_unknown_fields=True):
    """Content, and what else is to be said of its file, each a part of a multipart form."""

    content: Annotated[
        str,
        bounds(
            f"The content, of at most {limits.FILE_MAX} bytes, with its name as the part's `filename`.",
            contentMediaType="application/octet-stream",
        ),
    ]
    title: FileTitle | UnsetType = UNSET
    description: FileDescription | UnsetType = UNSET
    edition: Edition | UnsetType = UNSET
    format: Format | UnsetType = UNSET
    private: bool | UnsetType = UNSET
    storage_method_name: Literal["FILE"] | UnsetType = UNSET
    category_guid: Guid | UnsetType = UNSET
    author_full_name: AuthorName | UnsetType = UNSET


class FileForm(ContentForm, rename=_FORM_NAMES, kw_only=True, forbid_unknown_fields=True):
    """Content of a new file, and what else is to be said of it, each a part of a multipart form."""

    title: FileTitle
