"""What the change dialect answers: one object is complete at its first level and compact below.

A field that is UNSET stays away from the wire; every other is there, as null where there is nothing to say.
"""

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from punchlist.domain import ids, limits
from punchlist.domain.categories import FieldType, ImplementationStatus
from punchlist.domain.change_lifecycle import Asked, ChangeStatus, Effectivity, RoutingMethod
from punchlist.domain.events import Entity
from punchlist.domain.files import StorageMethod
from punchlist.domain.implementation_tasks import TaskStatus
from punchlist.domain.sessions import UserType


def bounds(description: str, **schema: Any) -> Meta:
    """Words and bounds for readers of the document; it is the rules that enforce them."""
    return Meta(description=description, extra_json_schema=schema)


Guid = Annotated[str, bounds("An identifier.", pattern=ids.PATTERN)]
Instant = Annotated[dt.datetime, Meta(tz=True, description="RFC 3339; any offset in, UTC out.")]
Address = Annotated[str, bounds("A URL.", format="uri")]
Count = Annotated[int, Meta(ge=0)]
Title = Annotated[str, bounds("Trimmed.", maxLength=limits.CHANGE_TITLE_MAX)]
Description = Annotated[str, bounds("Plain text.", maxLength=limits.DESCRIPTION_MAX)]
TaskName = Annotated[str, bounds("Trimmed.", minLength=1, maxLength=limits.IMPLEMENTATION_TASK_NAME_MAX)]
WarningHours = Annotated[
    float,
    bounds(
        "Hours before the due date at which a reminder goes out; needs a due date.",
        minimum=0,
        maximum=limits.WARNING_HOURS_MAX,
    ),
]
NoteText = Annotated[str, bounds("Plain text.", minLength=1, maxLength=limits.NOTE_MAX)]
Label = Annotated[str, bounds("A word or two about the note.", maxLength=limits.LABEL_MAX)]
CategoryPath = Annotated[str, Meta(description="The names from the root down, with `\\` between them.")]


class ResultsOut(msgspec.Struct):
    """A page of a list; `count` is the number of results on it."""

    count: int
    results: list[Any]


class PersonOut(msgspec.Struct, rename="camel"):
    """A user, compact."""

    guid: Guid
    email: str
    full_name: str


class NamedOut(msgspec.Struct):
    """Whatever goes by guid and name."""

    guid: Guid
    name: str


class ChangeCategoryOut(msgspec.Struct):
    """The category of a change."""

    guid: Guid
    name: str
    path: CategoryPath


class LifecycleStatusOut(msgspec.Struct):
    """Where a change stands."""

    type: ChangeStatus


class AttributeValueOut(msgspec.Struct, rename="camel"):
    """What a change says of an additional attribute of its category."""

    guid: Guid
    api_name: str
    name: str
    field_type: FieldType
    value: Annotated[Any, Meta(description="A text, or a number; null where nothing is said.")]


class ProgressOut(msgspec.Struct):
    """How many of a change's implementation tasks are DONE, how many there are, and how many are late."""

    done: Count
    total: Count
    overdue: Count


class AddressesOut(msgspec.Struct):
    """Where a change is: for programs, and for people."""

    api: Address
    app: Address


class ChangeOut(msgspec.Struct, rename="camel", kw_only=True):
    """A change, complete."""

    guid: Guid
    number: Annotated[str, Meta(description="The next of its number sequence.")]
    title: Title | None
    description: Description | None
    category: ChangeCategoryOut
    creator: PersonOut | None
    creation_date_time: Instant
    effectivity_type: Effectivity
    effectivity_planned_date_time: Instant | None
    expiration_date_time: Instant | None
    effective_date_time: Instant | None
    approval_deadline_date_time: Instant | None
    enforce_approval_deadline: bool
    lifecycle_status: LifecycleStatusOut
    lifecycle_date_time: Instant
    implementation_status: ImplementationStatus | None
    implementation_status_date_time: Instant | None
    implementation_status_editor: PersonOut | None
    routings: list[NamedOut]
    administrators: list[PersonOut]
    submission_date_time: Instant | None
    submitter: PersonOut | None
    additional_attributes: list[AttributeValueOut]
    progress: ProgressOut
    url: AddressesOut


class CompactChangeOut(msgspec.Struct, rename="camel", kw_only=True):
    """A change, compact, as lists have it."""

    guid: Guid
    number: str
    title: Title | None
    category: NamedOut
    creator: PersonOut | None
    creation_date_time: Instant
    effectivity_type: Effectivity
    effectivity_planned_date_time: Instant | None
    expiration_date_time: Instant | None
    effective_date_time: Instant | None
    lifecycle_status: LifecycleStatusOut
    lifecycle_date_time: Instant
    implementation_status: ImplementationStatus | None
    submission_date_time: Instant | None
    url: AddressesOut


class NumberedOut(msgspec.Struct):
    """A change by its guid and number."""

    guid: Guid
    number: str


class StatusValueOut(msgspec.Struct):
    """An implementation status, as it goes with a change of status."""

    value: ImplementationStatus | None


class MovedOut(msgspec.Struct, rename="camel", kw_only=True):
    """What was asked of a change, with what it became."""

    change: NumberedOut
    status: ChangeStatus
    comment: str | None
    administrators: list[PersonOut] | UnsetType = UNSET
    implementation_status: StatusValueOut | UnsetType = UNSET
    url: AddressesOut


class PossibleMoveOut(msgspec.Struct):
    """A status to ask for, and what would come of it; `code` and `reason` are null where it is allowed."""

    status: Asked
    result: ChangeStatus | None
    allowed: bool
    code: int | None
    reason: str | None


class PossibleMovesOut(msgspec.Struct):
    """Where a change stands, and where the caller may move it."""

    current: ChangeStatus
    moves: list[PossibleMoveOut]


class AssigneeOut(msgspec.Struct, rename="camel"):
    """Whose a task is: one of the three, or nobody, which is an empty object."""

    user: PersonOut | UnsetType = UNSET
    user_group: NamedOut | UnsetType = UNSET
    supplier: NamedOut | UnsetType = UNSET


class ImplementationTaskOut(msgspec.Struct, rename="camel"):
    """A task that stands between a change and its completion."""

    guid: Guid
    name: TaskName
    assignee: AssigneeOut
    due_date: Instant | None
    status: TaskStatus
    warning_hours: WarningHours | None


class NoteOut(msgspec.Struct):
    """A note on an implementation task. Private ones are for their author and change administrators."""

    guid: Guid
    note: NoteText
    private: bool
    label: Label | None


FileTitle = Annotated[str, bounds("Trimmed.", minLength=1, maxLength=limits.FILE_TITLE_MAX)]
FileDescription = Annotated[str, bounds("Plain text.", maxLength=limits.FILE_DESCRIPTION_MAX)]
Edition = Annotated[str, bounds("Trimmed; 1 by default.", minLength=1, maxLength=limits.FILE_EDITION_MAX)]
Format = Annotated[str, bounds("In a word of yours.", maxLength=limits.FILE_FORMAT_MAX)]
AuthorName = Annotated[str, bounds("Who wrote it.", maxLength=limits.NAME_MAX)]
Location = Annotated[
    str, bounds("An address on the web or an FTP server.", maxLength=limits.FILE_LOCATION_MAX)
]
FileName = Annotated[str, bounds("What its sender called the content.", maxLength=limits.FILE_NAME_MAX)]


class AuthorOut(msgspec.Struct, rename="camel"):
    """Who wrote a file."""

    full_name: AuthorName


class FileCategoryOut(msgspec.Struct):
    """What a file is filed under."""

    guid: Guid


class FileOut(msgspec.Struct, rename="camel", kw_only=True):
    """A file: content that is here, a link to where it is (`location`), or a place holder."""

    guid: Guid
    number: Annotated[str, Meta(description="The next of the workspace's.")]
    title: FileTitle
    description: FileDescription | None
    edition: Edition
    format: Format | None
    private: Annotated[bool, Meta(description="For its creator and change administrators only.")]
    storage_method_name: StorageMethod
    location: Location | None
    name: FileName | None
    mime_type: Annotated[str | None, Meta(description="As the name's ending tells.")]
    size: Annotated[Count | None, Meta(description="In bytes.")]
    author: AuthorOut | None
    category: FileCategoryOut | None
    creation_date_time: Instant
    last_modified_date_time: Instant
    # Editions of one file are not kept apart here, and nothing locks a file or marks it up.
    latest: Annotated[bool, Meta(description="Always true.")] = True
    locked: Annotated[bool, Meta(description="Always false.")] = False
    has_markup: Annotated[bool, Meta(description="Always false.")] = False


class CompactFileOut(msgspec.Struct, rename="camel", kw_only=True):
    """A file, compact: with its name if its content is here, else with its location."""

    guid: Guid
    number: str
    edition: Edition
    name: FileName | UnsetType = UNSET
    location: Location | UnsetType | None = UNSET
    storage_method_name: StorageMethod
    title: FileTitle


class TaskFileOut(msgspec.Struct):
    """That an implementation task has a file; the guid is that of their association."""

    guid: Guid
    file: CompactFileOut


class EventActorOut(msgspec.Struct, rename="camel"):
    """Who did it; the name is null once that user is deleted."""

    guid: Guid
    full_name: str | None


class AttributeChangeOut(msgspec.Struct, rename={"before": "from", "after": "to"}):
    """One attribute that an event changed."""

    attribute: str
    before: Any
    after: Any


class EventOut(msgspec.Struct, rename="camel"):
    """One thing that happened to a change, its tasks or their notes. `actor` is null for the command line
    and for the clock."""

    id: str
    verb: str
    entity: Entity
    guid: Guid
    actor: EventActorOut | None
    changes: list[AttributeChangeOut]
    date_time: Instant
    request_id: str | None


class EntryOut(msgspec.Struct):
    """One thing that is wrong, or that is worth knowing, by its number."""

    code: int
    message: Annotated[str, Meta(description="A sentence for people.")]


class RefusalOut(msgspec.Struct):
    """Why a request was refused."""

    status: Annotated[int, Meta(description="The HTTP status.")]
    errors: list[EntryOut]


_LOGIN_NAMES = {
    "session_id": "arenaSessionId",
    "workspace_id": "workspaceId",
    "workspace_name": "workspaceName",
    "workspace_request_limit": "workspaceRequestLimit",
}


class SessionOut(msgspec.Struct, rename=_LOGIN_NAMES):
    """A session. Its token goes into the header `arena_session_id` of what is asked next."""

    # Every client we know of reads the first; the wire's documentation spells the second.
    session_id: Annotated[str, Meta(description="The session's token.")]
    arena_session_id: Annotated[str, Meta(description="The session's token once more.")]
    workspace_id: Annotated[int, Meta(description="The workspace's number, of nine digits.")]
    workspace_name: str
    workspace_request_limit: Annotated[
        int, Meta(description="How many requests a day it may send; 2147483647 where there is no limit.")
    ]


class UserOut(msgspec.Struct, rename="camel"):
    """A user, complete. Names are kept whole, and come apart at their last space."""

    guid: Guid
    email: str
    full_name: str
    first_name: str
    last_name: str
    enabled: bool
    type: UserType


class GroupOut(msgspec.Struct):
    """A user group. Tasks can be given to one that is enabled and whose `assignability` has CHANGES."""

    guid: Guid
    name: str
    description: str | None
    enabled: bool
    assignability: list[str]


class SupplierOut(NamedOut):
    """A supplier."""


class ImplementationStatusOut(NamedOut):
    """An implementation status; its guid is the same in every workspace."""


class RoutingOut(msgspec.Struct):
    """A routing: whose approval a change needs."""

    guid: Guid
    name: str
    description: str | None


class PrefixOut(msgspec.Struct):
    """A number sequence, by what its numbers begin with."""

    guid: Guid
    value: str


class CategoryOut(msgspec.Struct, rename="camel", kw_only=True):
    """A category of changes with its defaults, its switches and its administrators."""

    guid: Guid
    name: str
    path: CategoryPath
    level: Annotated[int, Meta(description="How deep it is; the root has 1.")]
    activated: bool
    assignable: Annotated[bool, Meta(description="Whether changes can have this category.")]
    effectivity_type: Annotated[Effectivity | None, Meta(description="What new changes get by default.")]
    enforce_default_effectivity_type: bool
    numbering_sequence_prefix_default: PrefixOut | None
    enforce_default_number_sequence: bool
    initial_implementation_status: ImplementationStatus | None
    system_defined: bool
    creator: PersonOut | None
    creation_date_time: Instant
    implementation_task_management: Annotated[
        bool, Meta(description="Whether its changes have implementation tasks, first those of its templates.")
    ]
    object_level_override: Annotated[
        bool, Meta(description="Whether tasks of a single change can be added, edited and removed.")
    ]
    routing_method: RoutingMethod
    administrators: list[PersonOut]


class TemplateOut(msgspec.Struct, rename="camel"):
    """An implementation task that every new change of a category gets."""

    guid: Guid
    name: TaskName
    default_assignee: AssigneeOut


class OptionOut(msgspec.Struct):
    """One of the values of a drop-down."""

    value: str


class AttributeOut(msgspec.Struct, rename="camel", kw_only=True):
    """An additional attribute. `possibleValues` are told of drop-downs, to who asks for them."""

    guid: Guid
    api_name: str
    name: str
    field_type: FieldType
    custom: bool
    creatable: bool
    editable: bool
    searchable: bool
    required: bool
    allows_explicit_null_value: bool
    possible_values: list[OptionOut] | UnsetType = UNSET
