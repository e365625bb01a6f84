"""What may be asked of the comments on a task. Each function takes the task as the actor may see it."""

from punchlist.domain import comments as rules
from punchlist.domain import events as record
from punchlist.domain import ids, limits
from punchlist.domain.comments import Comment, CommentChanges
from punchlist.domain.context import Context
from punchlist.domain.events import Entity
from punchlist.domain.permissions import Action, to_comment, to_task
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.queries import Page
from punchlist.domain.tasks import Task
from punchlist.services.access import require
from punchlist.store import comments
from punchlist.store.database import Executor


async def list_comments(db: Executor, context: Context, task: Task, page: Page) -> tuple[list[Comment], int]:
    """The comments of one page, oldest first, and how many there are on all pages."""
    return await comments.list_(db, context.actor.workspace_id, task.id, page)


async def get_comment(db: Executor, context: Context, task: Task, comment_id: str) -> Comment:
    """One comment of the task; else Rejected."""
    workspace_id = context.actor.workspace_id
    comment = await comments.find(db, workspace_id, task.id, comment_id) if ids.is_id(comment_id) else None
    if comment is None:
        raise Rejected(Kind.NOT_FOUND, entity=Entity.COMMENT, id=comment_id)
    return comment


async def create_comment(db: Executor, context: Context, task: Task, changes: CommentChanges) -> Comment:
    """Adds a comment; raises Rejected with every problem found."""
    relations = to_task(context.actor, created_by=task.created_by, assignee_id=task.assignee_id)
    require(context.actor, Action.CREATE_COMMENT, relations)
    comment = rules.create(
        changes,
        comment_id=ids.new_id(),
        task_id=task.id,
        author_id=context.actor.id or None,
        now=context.now,
    )
    event = record.created(Entity.COMMENT, comment, context.now, parent_id=task.id)
    if not await comments.insert(db, context, comment, event):
        raise Rejected(Kind.NOT_FOUND, entity=Entity.TASK, id=task.id)
    return comment


async def update_comment(
    db: Executor, context: Context, task: Task, comment_id: str, changes: CommentChanges
) -> Comment:
    """Edits a comment, which only its author may."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        comment = await get_comment(db, context, task, comment_id)
        require(context.actor, Action.UPDATE_COMMENT, to_comment(context.actor, comment.author_id))
        changed = rules.apply(comment, changes, now=context.now)
        if changed is comment:
            return comment
        event = record.updated(Entity.COMMENT, comment, changed, changed.updated_at, parent_id=task.id)
        if await comments.save(db, context, changed, event):
            return changed
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def delete_comment(db: Executor, context: Context, task: Task, comment_id: str) -> None:
    """Removes a comment; what it said stays in the task's history."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        comment = await get_comment(db, context, task, comment_id)
        require(context.actor, Action.DELETE_COMMENT, to_comment(context.actor, comment.author_id))
        event = record.deleted(Entity.COMMENT, comment, context.now, parent_id=task.id)
        if await comments.delete(db, context, event):
            return
    raise Rejected(Kind.CONCURRENT_CHANGE)
