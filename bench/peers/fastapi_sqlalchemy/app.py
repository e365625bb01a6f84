"""The server, and two of the routes that are measured: GET and PATCH of one task."""

from typing import Any

from fastapi import FastAPI, Header, HTTPException, Response
from sqlalchemy.orm.exc import StaleDataError

from . import changes
from .auth import CurrentKey, require_access, require_assignable, require_scope
from .database import Session
from .history import as_json
from .models import Status, Task, TaskChange, User, now
from .schemas import TaskOut, TaskPatch

TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.TODO: (Status.IN_PROGRESS, Status.CANCELED),
    Status.IN_PROGRESS: (Status.REVIEW, Status.CANCELED),
    Status.REVIEW: (Status.DONE, Status.IN_PROGRESS, Status.CANCELED),
    Status.DONE: (Status.CANCELED,),
    Status.CANCELED: (),
}

app = FastAPI(title="Tasks")
app.include_router(changes.router)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/v1/tasks/{task_id}", response_model=TaskOut)
async def read_task(task_id: str, key: CurrentKey, session: Session, response: Response) -> Task:
    require_scope(key, "tasks:read")
    task = await get_task(session, task_id, key.user)
    response.headers["ETag"] = f'"{task.version}"'
    return task


@app.patch("/v1/tasks/{task_id}", response_model=TaskOut)
async def update_task(
    task_id: str,
    patch: TaskPatch,
    key: CurrentKey,
    session: Session,
    response: Response,
    if_match: str | None = Header(default=None),
) -> Task:
    require_scope(key, "tasks:write")
    task = await get_task(session, task_id, key.user)
    if if_match is not None and if_match != f'"{task.version}"':
        raise HTTPException(412, "precondition_failed")
    wish = patch.model_dump(exclude_unset=True)
    await check_wish(session, task, wish, key.user)
    changed = {name: value for name, value in wish.items() if getattr(task, name) != value}
    if changed:
        session.add(
            TaskChange(
                task=task,
                actor_id=key.user.id,
                verb="task.updated",
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
    return task


async def get_task(session: Session, task_id: str, user: User) -> Task:
    task = await session.get(Task, task_id)
    if task is None:
        raise HTTPException(404, f"Task with ID '{task_id}' not found")
    require_access(user, task)
    return task


async def check_wish(session: Session, task: Task, wish: dict[str, Any], user: User) -> None:
    """Refuses what the lifecycle, the clock or the policy does not allow; null tags mean none."""
    wanted = wish.get("status", task.status)
    if wanted != task.status and wanted not in TRANSITIONS[task.status]:
        raise HTTPException(422, f"Cannot transition from status '{task.status}' to '{wanted}'")
    if "tags" in wish:
        wish["tags"] = list(dict.fromkeys(wish["tags"] or []))
    due_date = wish.get("due_date", task.due_date)
    if due_date is None:
        if wish.get("warning_offset") is not None:
            raise HTTPException(422, "Warning offset needs a due date")
        wish["warning_offset"] = None
    elif due_date != task.due_date and due_date <= now():
        raise HTTPException(422, "Due date must be in the future")
    if wish.get("assignee_id", task.assignee_id) != task.assignee_id:
        require_assignable(user, wish["assignee_id"])
        if wish["assignee_id"] is not None and not await session.get(User, wish["assignee_id"]):
            raise HTTPException(422, f"Assignee with ID '{wish['assignee_id']}' does not exist")
