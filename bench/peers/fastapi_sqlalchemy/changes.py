"""The other two routes that are measured: GET and PUT of an implementation task."""

from typing import Any

from fastapi import APIRouter, Header, HTTPException, Query, Response
from sqlalchemy.orm.exc import StaleDataError

from .auth import CurrentKey, require_edit, require_scope
from .database import Session
from .history import as_json
from .models import (
    Change,
    ChangeStatus,
    ImplementationTask,
    ImplementationTaskChange,
    Supplier,
    User,
    UserGroup,
    now,
)
from .schemas import ImplementationTaskOut, ImplementationTaskPut

UNCATEGORIZED = "-uncategorized-"
CLOSED = (ChangeStatus.CANCELED, ChangeStatus.COMPLETED)
PATH = "/v1/changes/{change_id}/implementationtasks/{task_id}"

router = APIRouter()


@router.get(PATH)
async def read_task(
    change_id: str, task_id: str, key: CurrentKey, session: Session, response: Response
) -> ImplementationTaskOut:
    require_scope(key, "changes:read")
    task = await get_task(session, change_id, task_id)
    require_managed(task.change)
    response.headers["ETag"] = f'"{task.version}"'
    return ImplementationTaskOut.of(task)


@router.put(PATH)
async def update_task(
    change_id: str,
    task_id: str,
    body: ImplementationTaskPut,
    key: CurrentKey,
    session: Session,
    response: Response,
    set_null: bool = Query(default=False, alias="setnull"),
    if_match: str | None = Header(default=None),
) -> ImplementationTaskOut:
    require_scope(key, "changes:write")
    task = await get_task(session, change_id, task_id)
    await require_edit(session, key.user, task)
    require_open(task.change)
    if if_match is not None and if_match != f'"{task.version}"':
        raise HTTPException(412, "precondition_failed")
    wish = body.columns(set_null=set_null)
    check_warning(task, wish)
    changed = {name: value for name, value in wish.items() if getattr(task, name) != value}
    if changed:
        await check_assignee(session, task, changed)
        session.add(
            ImplementationTaskChange(
                task=task,
                actor_id=key.user.id,
                verb="implementation_task.updated",
                before={name: as_json(getattr(task, name)) for name in changed},
                after={name: as_json(value) for name, value in changed.items()},
            )
        )
        for name, value in changed.items():
            setattr(task, name, value)
        task.updated_at = now()
        try:
            await session.commit()
        except StaleDataError as lost:
            raise HTTPException(409, "resource_conflict") from lost
    response.headers["ETag"] = f'"{task.version}"'
    return ImplementationTaskOut.of(task)


async def get_task(session: Session, change_id: str, task_id: str) -> ImplementationTask:
    """The task with its change, the change's category and its assignee, in one query."""
    task = await session.get(ImplementationTask, task_id)
    if task is None or task.change_id != change_id:
        raise HTTPException(400, f'The guid "{task_id}" is not valid.')
    return task


def require_managed(change: Change) -> None:
    if not change.category.implementation_task_management:
        raise HTTPException(400, "3706")


def require_open(change: Change) -> None:
    if change.status in CLOSED or change.category.name == UNCATEGORIZED:
        raise HTTPException(400, "3708")
    require_managed(change)
    if not change.category.object_level_override:
        raise HTTPException(400, "3707")


def check_warning(task: ImplementationTask, wish: dict[str, Any]) -> None:
    """A task without a due date warns of nothing."""
    if wish.get("due_date", task.due_date) is None:
        if wish.get("warning_hours") is not None:
            raise HTTPException(400, "3003")
        wish["warning_hours"] = None


async def check_assignee(session: Session, task: ImplementationTask, changed: dict[str, Any]) -> None:
    """Whoever the task is to be given to must be there and be able to take it."""
    for name, model in (("user", User), ("group", UserGroup), ("supplier", Supplier)):
        if f"assignee_{name}_id" not in changed:
            continue
        who = changed[f"assignee_{name}_id"]
        found = None if who is None else await session.get(model, who)
        if who is not None and (found is None or not found.enabled):
            raise HTTPException(400, f"The {name} {who} is not valid.")
        if isinstance(found, UserGroup) and "CHANGES" not in found.assignability:
            raise HTTPException(400, f"The {name} {who} is not valid.")
        setattr(task, f"assignee_{name}", found)
