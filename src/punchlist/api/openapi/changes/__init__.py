"""The change dialect as the document shows it: what its tables and structs leave unsaid."""

from itertools import combinations

from punchlist.api.changes import shapes, wire
from punchlist.api.changes.door import refusals_of, refused_inside
from punchlist.api.changes.errors import ERRORS_MAX, REASONS, WORDS
from punchlist.api.changes.routes import ENDPOINTS
from punchlist.api.openapi.changes import examples, refusals, world
from punchlist.api.openapi.changes.headers import HEADERS, headers_of
from punchlist.api.openapi.changes.prose import OUTSIDE, TAGS, description
from punchlist.api.openapi.dialect import Dialect, Examples, PathParameter, Schema, ref
from punchlist.api.openapi.tasks.examples import GRACE_ID
from punchlist.domain import ids

_GUID: Schema = {"type": "string", "pattern": ids.PATTERN}


def _page(entry: Schema) -> Schema:
    return {
        "description": "A list, or a page of one.",
        "type": "object",
        "properties": {
            "count": {"description": "How many results are here.", "type": "integer", "minimum": 0},
            "results": {"type": "array", "items": entry},
        },
        "required": ["count", "results"],
    }


_ERROR_SCHEMAS: dict[str, Schema] = {
    "ChangeErrorCode": {
        "description": "For programs to go by; a code never changes its meaning.",
        "type": "integer",
        "enum": sorted({words.code for words in (*WORDS.values(), *REASONS.values())}),
    },
}

_NAMES = {
    "ChangeStatus": "LifecycleStatusType",
    "Asked": "AskedStatus",
    "NumberedOut": "NumberedChange",
    "MovedOut": "StatusChange",
    "EventOut": "ChangeEvent",
    "EventActorOut": "ChangeEventActor",
    "AttributeChangeOut": "AttributeChange",
    "AddressesOut": "ChangeAddresses",
    "EntryOut": "ErrorEntry",
    "RefusalOut": "ChangeError",
    "UserOut": "SettingsUser",
    "GroupOut": "UserGroup",
    "PrefixOut": "NumberSequence",
    "TemplateOut": "ImplementationTemplate",
    "AttributeOut": "AdditionalAttribute",
    "AttributeValueOut": "AdditionalAttributeValue",
    "ImplementationStatusOut": "NamedImplementationStatus",
    "AuthorOut": "FileAuthor",
    "AuthorIn": "FileAuthorWish",
    "ReferenceIn": "Reference",
    "PrefixIn": "NumberSequenceReference",
    "AttributeValueIn": "AdditionalAttributeWish",
    "AssigneeIn": "AssigneeReference",
    "StatusValueIn": "StatusValueWish",
}


def _complete(schemas: dict[str, Schema]) -> None:
    """Adds what structs cannot say: which fields go together, and the codes that there are."""
    schemas["ErrorEntry"]["properties"]["code"] = ref("schemas", "ChangeErrorCode")
    schemas["ChangeError"]["properties"]["errors"] |= {"minItems": 1, "maxItems": ERRORS_MAX}
    schemas["Assignee"]["maxProperties"] = 1
    for name, fields in (
        ("NumberSequenceReference", ("value", "guid")),
        ("AdditionalAttributeWish", ("guid", "apiName")),
    ):
        schemas[name]["anyOf"] = [{"required": [field]} for field in fields]
    # Of the kinds of assignees one may be named; null beside it names none.
    schemas["AssigneeReference"]["not"] = {
        "anyOf": [
            {"required": pair, "properties": {kind: {"type": "object"} for kind in pair}}
            for pair in map(list, combinations(wire.ASSIGNEE_KINDS, 2))
        ]
    }


DIALECT = Dialect(
    description=description(),
    tags=TAGS,
    prefix="Change",
    endpoints=ENDPOINTS,
    path_parameters={
        "change_id": PathParameter("The change's guid.", _GUID, world.CHANGE_ID),
        "task_id": PathParameter("The implementation task's guid.", _GUID, world.TASK_ID),
        "note_id": PathParameter("The note's guid.", _GUID, world.NOTE_ID),
        "file_id": PathParameter("The file's guid.", _GUID, world.FILE_ID),
        "association_id": PathParameter("The guid of a task's file.", _GUID, world.TASK_FILE_ID),
        "user_id": PathParameter("The user's guid.", _GUID, GRACE_ID),
        "group_id": PathParameter("The user group's guid.", _GUID, world.GROUP_ID),
        "category_id": PathParameter("The category's guid.", _GUID, world.CATEGORY_ID),
        "template_id": PathParameter("The template's guid.", _GUID, world.TEMPLATE_ID),
        "routing_id": PathParameter("The routing's guid.", _GUID, world.ROUTING_ID),
        "supplier_id": PathParameter("The supplier's guid.", _GUID, world.SUPPLIER_ID),
    },
    headers=HEADERS,
    headers_of=headers_of,
    errors=dict(WORDS),
    error_name="ChangeError",
    error_schemas=_ERROR_SCHEMAS,
    outside=OUTSIDE,
    meanings={400: "Something about the request is wrong, or may not be just now"},
    refusals_of=refusals_of,
    refused_inside=refused_inside,
    refuse=refusals.answer,
    names=_NAMES,
    page=_page,
    further_structs=(shapes.RefusalOut,),
    complete=_complete,
    examples=Examples(
        bodies=examples.BODIES,
        forms=examples.FORMS,
        answers=examples.ANSWERS,
        refusal=refusals.example,
    ),
)
