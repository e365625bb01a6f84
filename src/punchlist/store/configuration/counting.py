"""How many changes and implementation tasks hang on a piece of the configuration."""

from typing import Any

from punchlist.domain.change_lifecycle import CLOSED, ChangeStatus
from punchlist.domain.implementation_tasks import OPEN
from punchlist.domain.workspace_file.hazards import Question
from punchlist.store.database import Executor

_UNDECIDED = (
    ChangeStatus.OPEN_AND_UNLOCKED,
    ChangeStatus.OPEN_AND_LOCKED,
    ChangeStatus.SUBMITTED_FOR_ROUTING,
    ChangeStatus.SUBMITTED_FOR_APPROVAL,
    ChangeStatus.REJECTED,
)


def _listed(statuses: Any) -> str:
    return ", ".join(f"'{status}'" for status in sorted(statuses))


_UNDER_WAY = f"c.status NOT IN ({_listed(CLOSED)})"
_OPEN_TASK = f"t.status IN ({_listed(OPEN)})"


def _changes(condition: str) -> str:
    return f"SELECT count(*) FROM changes c WHERE c.workspace_id = $1 AND {condition}"


def _with_tasks(condition: str) -> str:
    return _changes(
        f"{_UNDER_WAY} AND c.category_id = $2 AND EXISTS (SELECT 1 FROM implementation_tasks t"
        f" WHERE t.workspace_id = c.workspace_id AND t.change_id = c.id AND {condition})"
    )


def _open_tasks(column: str) -> str:
    return f"""SELECT count(*) FROM implementation_tasks t
JOIN changes c ON c.workspace_id = t.workspace_id AND c.id = t.change_id
WHERE t.workspace_id = $1 AND t.{column} = $2 AND {_OPEN_TASK} AND {_UNDER_WAY}"""


_COUNTS: dict[Question, str] = {
    Question.CHANGES: _changes(_UNDER_WAY),
    Question.UNDECIDED_CHANGES_OF_ROUTING: _changes(
        f"c.status IN ({_listed(_UNDECIDED)}) AND $2::text = ANY(c.routing_ids)"
    ),
    Question.CHANGES_WITH_TASKS: _with_tasks("true"),
    Question.CHANGES_WITH_OPEN_TASKS: _with_tasks(_OPEN_TASK),
    Question.CHANGES_OF_OTHER_EFFECTIVITY: _changes(
        f"{_UNDER_WAY} AND c.category_id = $2 AND c.effectivity <> $3"
    ),
    Question.CHANGES_OF_CATEGORY_WITH_VALUE: _changes(
        f"{_UNDER_WAY} AND c.category_id = $2 AND c.attributes ? $3::text"
    ),
    Question.CHANGES_WITH_VALUE: _changes(f"{_UNDER_WAY} AND c.attributes ? $2::text"),
    Question.ALL_CHANGES_WITH_VALUE: _changes("c.attributes ? $2::text"),
    Question.CHANGES_WITH_OPTION: _changes(f"{_UNDER_WAY} AND c.attributes ->> $2::text = ANY($3::text[])"),
    Question.OPEN_TASKS_OF_GROUP: _open_tasks("assignee_group_id"),
    Question.OPEN_TASKS_OF_SUPPLIER: _open_tasks("assignee_supplier_id"),
}


async def count(db: Executor, workspace_id: int, question: Question, arguments: tuple[Any, ...]) -> int:
    """The answer to a question about data."""
    return int(await db.fetchval(_COUNTS[question], workspace_id, *arguments))
