"""What the endpoints for tasks do: read the wire, ask a service, write the wire."""

from typing import Any

import msgspec

from punchlist.api.common.bodies import decode
from punchlist.api.common.calls import JSON, Answer, Call
from punchlist.api.common.etags import etag, is_known, wanted_versions
from punchlist.api.tasks import wire
from punchlist.api.tasks.parameters import link_header, page_of, pagination, task_filter
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.queries import TASK_SORT_DEFAULT
from punchlist.domain.tasks import Task
from punchlist.services import comments, tasks


def ok(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, wire.encode(value), {"content-type": JSON} | (headers or {}))


def no_content() -> Answer:
    """An answer that says no more than that it is done."""
    return Answer(204)


def page_answer(call: Call, entries: list[Any], total: int) -> Answer:
    """One page of a list, with where the others are."""
    page = page_of(call)
    body = {"data": entries, "pagination": pagination(page, total)}
    return ok(body, headers={"link": link_header(call, page, total)})


def grace_of(call: Call, shape: Any, most: float) -> float:
    """The hours that a rotated secret works beside its successor, of a body that need not be there."""
    wanted, problems = decode(call.body or b"{}", shape)
    if not problems and not 0 <= wanted.grace_hours <= most:
        problems = (Problem("grace_hours", Reason.OUT_OF_RANGE, {"min": 0, "max": most}),)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return float(wanted.grace_hours)


def _chosen(task: Task, fields: tuple[str, ...] | None) -> Any:
    shown = wire.render_task(task)
    if fields is None:
        return shown
    return {name: value for name, value in msgspec.to_builtins(shown).items() if name in fields}


async def list_tasks(call: Call) -> Answer:
    order = call.parameters.get("sort", TASK_SORT_DEFAULT)
    wanted = task_filter(call.parameters)
    found, total = await tasks.list_tasks(call.db, call.context, wanted, order, page_of(call))
    fields = call.parameters.get("fields")
    return page_answer(call, [_chosen(task, fields) for task in found], total)


async def create_task(call: Call) -> Answer:
    patch, problems = decode(call.body, wire.TaskPatch)
    task = await tasks.create_task(call.db, call.context, wire.task_changes(patch, problems))
    return created_task(task)


def created_task(task: Task) -> Answer:
    """The answer to a task's creation."""
    headers = {"location": f"/v1/tasks/{task.id}", "etag": etag(task.version)}
    return ok(wire.render_task(task), 201, headers)


async def get_task(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    headers = {"etag": etag(task.version)}
    if is_known(call.headers.get("if-none-match"), task.version):
        return Answer(304, None, headers)
    return ok(_chosen(task, call.parameters.get("fields")), headers=headers)


async def patch_task(call: Call) -> Answer:
    patch, problems = decode(call.body, wire.TaskPatch)
    task = await tasks.update_task(
        call.db,
        call.context,
        call.path_parameters["task_id"],
        wire.task_changes(patch, problems),
        found=call.found,
        versions=wanted_versions(call.headers.get("if-match")),
    )
    return ok(wire.render_task(task), headers={"etag": etag(task.version)})


async def delete_task(call: Call) -> Answer:
    await tasks.delete_task(
        call.db,
        call.context,
        call.path_parameters["task_id"],
        found=call.found,
        versions=wanted_versions(call.headers.get("if-match")),
    )
    return no_content()


async def task_history(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    entries, total = await tasks.task_history(call.db, call.context, task, page_of(call))
    return page_answer(call, [wire.render_event(entry) for entry in entries], total)


async def task_transitions(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    return ok(wire.TransitionsOut(task.status, tasks.next_statuses(call.context, task)))


async def list_comments(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    found, total = await comments.list_comments(call.db, call.context, task, page_of(call))
    return page_answer(call, [wire.render_comment(comment) for comment in found], total)


async def create_comment(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    patch, problems = decode(call.body, wire.CommentPatch)
    changes = wire.comment_changes(patch, problems)
    comment = await comments.create_comment(call.db, call.context, task, changes)
    headers = {"location": f"/v1/tasks/{task.id}/comments/{comment.id}"}
    return ok(wire.render_comment(comment), 201, headers)


async def get_comment(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    comment = await comments.get_comment(call.db, call.context, task, call.path_parameters["comment_id"])
    return ok(wire.render_comment(comment))


async def patch_comment(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    patch, problems = decode(call.body, wire.CommentPatch)
    comment = await comments.update_comment(
        call.db,
        call.context,
        task,
        call.path_parameters["comment_id"],
        wire.comment_changes(patch, problems),
    )
    return ok(wire.render_comment(comment))


async def delete_comment(call: Call) -> Answer:
    task = tasks.see_task(call.context, call.path_parameters["task_id"], call.found)
    await comments.delete_comment(call.db, call.context, task, call.path_parameters["comment_id"])
    return no_content()
