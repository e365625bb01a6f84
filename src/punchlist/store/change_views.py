"""Changes as they are shown: with the names of all that they refer to."""

import datetime as dt
from typing import Any

import msgspec

from punchlist.domain.changes import Change
from punchlist.domain.queries import Page
from punchlist.store.changes import SELECTED, from_row
from punchlist.store.database import Executor
from punchlist.store.text import like


class Person(msgspec.Struct, frozen=True):
    id: str
    email: str
    name: str


class Named(msgspec.Struct, frozen=True):
    id: str
    name: str


class ShownAttribute(msgspec.Struct, frozen=True):
    id: str
    api_name: str
    name: str
    field_type: str
    value: Any


class ShownChange(msgspec.Struct, frozen=True):
    """A change with the names of what it refers to, and how far its tasks are."""

    change: Change
    category_path: tuple[str, ...]
    creator: Person | None
    submitter: Person | None
    editor: Person | None
    routings: tuple[Named, ...]
    administrators: tuple[Person, ...]
    attributes: tuple[ShownAttribute, ...]
    total: int
    done: int
    overdue: int


_WIDTH = len(Change.__struct_fields__)
# How far the implementation tasks of a change `c` are, at the instant $2.
PROGRESS = """
CROSS JOIN LATERAL (
    SELECT count(*) AS total, count(*) FILTER (WHERE t.status = 'DONE') AS done,
        count(*) FILTER (WHERE t.status IN ('NOT_STARTED', 'IN_PROGRESS', 'BEHIND') AND t.due_at < $2)
            AS overdue
    FROM implementation_tasks t WHERE t.workspace_id = c.workspace_id AND t.change_id = c.id
) p"""
_PERSON = "CASE WHEN {0}.id IS NOT NULL THEN jsonb_build_array({0}.id, {0}.email, {0}.name) END"
_COLUMNS = f"""{SELECTED}, g.path,
    {_PERSON.format("cu")}, {_PERSON.format("su")}, {_PERSON.format("eu")},
    (SELECT jsonb_agg(jsonb_build_array(r.id, r.name) ORDER BY array_position(c.routing_ids, r.id))
     FROM routings r WHERE r.workspace_id = c.workspace_id AND r.id = ANY(c.routing_ids)),
    (SELECT jsonb_agg(jsonb_build_array(a.id, a.email, a.name)
                      ORDER BY array_position(c.administrator_ids, a.id))
     FROM users a WHERE a.workspace_id = c.workspace_id AND a.id = ANY(c.administrator_ids)),
    (SELECT jsonb_agg(jsonb_build_array(a.id, a.api_name, a.name, a.field_type, c.attributes -> a.id)
                      ORDER BY ca.position, a.id)
     FROM category_attributes ca
     JOIN change_attributes a ON a.workspace_id = ca.workspace_id AND a.id = ca.attribute_id
     WHERE ca.workspace_id = c.workspace_id AND ca.category_id = c.category_id),
    p.total, p.done, p.overdue"""
_JOINED = f"""
FROM changes c
JOIN change_categories g ON g.workspace_id = c.workspace_id AND g.id = c.category_id
LEFT JOIN users cu ON cu.workspace_id = c.workspace_id AND cu.id = c.creator_id
LEFT JOIN users su ON su.workspace_id = c.workspace_id AND su.id = c.submitter_id
LEFT JOIN users eu ON eu.workspace_id = c.workspace_id AND eu.id = c.implementation_status_editor_id
{PROGRESS}"""


async def find(db: Executor, workspace_id: int, change_id: str, now: dt.datetime) -> ShownChange | None:
    """The change as it is shown, or None when there is none of that id."""
    statement = f"SELECT {_COLUMNS} {_JOINED} WHERE c.workspace_id = $1 AND c.id = $3"
    row = await db.fetchrow(statement, workspace_id, now, change_id)
    return None if row is None else _shown(row)


class ChangeFilter(msgspec.Struct, frozen=True):
    """Which changes: every filter given must hold. Texts match in any case, `*` at an end is anything."""

    number: str | None = None
    title: str | None = None
    category_id: str | None = None
    creator_id: str | None = None
    implementation_status: str | None = None
    status: str | None = None
    effective_from: dt.datetime | None = None
    effective_to: dt.datetime | None = None
    expiration_from: dt.datetime | None = None
    expiration_to: dt.datetime | None = None


_EQUAL = {
    "category_id": "c.category_id",
    "creator_id": "c.creator_id",
    "implementation_status": "c.implementation_status",
    "status": "c.status",
}
_RANGES = {
    "effective_from": "c.effective_at >=",
    "effective_to": "c.effective_at <=",
    "expiration_from": "c.expiration_at >=",
    "expiration_to": "c.expiration_at <=",
}


async def list_(
    db: Executor, workspace_id: int, wanted: ChangeFilter, page: Page, now: dt.datetime
) -> list[ShownChange]:
    """The changes of one page, newest first."""
    parameters: list[Any] = [workspace_id, now]
    conditions = ["c.workspace_id = $1"]

    def bind(condition: str, value: Any) -> None:
        parameters.append(value)
        conditions.append(f"{condition} ${len(parameters)}")

    for name in ("number", "title"):
        text = getattr(wanted, name)
        if text is not None:
            bind(f"c.{name} ILIKE", like(text))
    for name, column in _EQUAL.items():
        if getattr(wanted, name) is not None:
            bind(f"{column} =", getattr(wanted, name))
    for name, comparison in _RANGES.items():
        if getattr(wanted, name) is not None:
            bind(comparison, getattr(wanted, name))
    rows = await db.fetch(
        f"SELECT {_COLUMNS} {_JOINED} WHERE {' AND '.join(conditions)}"
        f" ORDER BY c.created_at DESC, c.id LIMIT {page.limit:d} OFFSET {page.offset:d}",
        *parameters,
    )
    return [_shown(row) for row in rows]


def _decoded(text: str | None) -> list[Any]:
    return [] if text is None else list(msgspec.json.decode(text))


def _person(text: str | None) -> Person | None:
    return None if text is None else Person(*msgspec.json.decode(text))


def _shown(row: Any) -> ShownChange:
    rest = row[_WIDTH:]
    return ShownChange(
        change=from_row(row[:_WIDTH]),
        category_path=tuple(rest[0]),
        creator=_person(rest[1]),
        submitter=_person(rest[2]),
        editor=_person(rest[3]),
        routings=tuple(Named(*each) for each in _decoded(rest[4])),
        administrators=tuple(Person(*each) for each in _decoded(rest[5])),
        attributes=tuple(ShownAttribute(*each) for each in _decoded(rest[6])),
        total=rest[7],
        done=rest[8],
        overdue=rest[9],
    )
