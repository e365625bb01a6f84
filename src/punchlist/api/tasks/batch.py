"""POST /v1/tasks/batch: up to a hundred operations, each answered on its own, or all or nothing."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.api.common.bodies import convert, decode
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.etags import etag, wanted_versions
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import wire
from punchlist.api.tasks.errors import refuse
from punchlist.api.tasks.handlers import created_task, no_content, ok
from punchlist.api.tasks.names import wire_name
from punchlist.domain import limits
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.services import tasks
from punchlist.store.database import Executor


class Operation(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """One create, patch or delete. `task` is the body that POST or PATCH would have."""

    op: Literal["create", "patch", "delete"]
    id: wire.Id | UnsetType = UNSET
    task: dict[str, Any] | UnsetType = UNSET
    if_match: str | UnsetType = UNSET


class BatchIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Operations, done in order. `atomic`: all of them or none."""

    operations: list[dict[str, Any]] | UnsetType = UNSET
    atomic: bool = False


class BatchResult(msgspec.Struct, rename="camel"):
    """What one operation would have been answered on its own."""

    status: int
    body: Any


class BatchOut(msgspec.Struct, rename="camel"):
    """The results, in the order of the operations."""

    results: list[BatchResult]


async def run_batch(call: Call) -> Answer:
    """Answers 200 with a result for each operation; of an atomic batch that failed, 422 with them."""
    batch, found = decode(call.body, BatchIn)
    problems = list(found)
    operations = [] if batch.operations is UNSET else batch.operations
    if batch.operations is UNSET and not problems:
        problems.append(Problem("operations", Reason.REQUIRED))
    if len(operations) > limits.BATCH_MAX:
        problems.append(Problem("operations", Reason.TOO_MANY, {"max": limits.BATCH_MAX}))
    if problems:
        raise Rejected(Kind.INVALID, problems)
    run = _all_or_none if batch.atomic else _each
    return ok(BatchOut(await run(call, operations)))


async def _each(call: Call, operations: list[dict[str, Any]]) -> list[BatchResult]:
    return [_result(await _answer(call, call.db, operation)) for operation in operations]


async def _all_or_none(call: Call, operations: list[dict[str, Any]]) -> list[BatchResult]:
    results: list[BatchResult] = []
    try:
        async with call.db.transaction() as tx:
            named = [given.get("id") for given in operations]
            await tasks.hold_tasks(tx, call.context, [each for each in named if isinstance(each, str)])
            for operation in operations:
                answer = await _answer(call, tx, operation)
                results.append(_result(answer))
                if answer.status >= 400:
                    raise _FailedError
    except _FailedError:
        failed = len(results) - 1
        withdrawn = _result(_refused(call, Rejected(HttpKind.NOT_APPLIED)))
        told = [withdrawn] * failed + results[-1:] + [withdrawn] * (len(operations) - len(results))
        raise Rejected(HttpKind.BATCH_REJECTED, index=failed, results=told) from None
    return results


class _FailedError(Exception):
    """Rolls an atomic batch back."""


async def _answer(call: Call, db: Executor, given: dict[str, Any]) -> Answer:
    try:
        operation, problems = convert(given, Operation)
        if problems:
            raise Rejected(Kind.INVALID, problems)
        return await _perform(call, db, operation)
    except Rejected as rejected:
        return _refused(call, rejected)


async def _perform(call: Call, db: Executor, operation: Operation) -> Answer:
    _check_parts(operation)
    task_id = "" if operation.id is UNSET else operation.id
    versions = wanted_versions(None if operation.if_match is UNSET else operation.if_match)
    found = None if operation.op == "create" else await tasks.find_task(db, call.context, task_id)
    if operation.op == "delete":
        await tasks.delete_task(db, call.context, task_id, found=found, versions=versions)
        return no_content()
    patch, problems = convert({} if operation.task is UNSET else operation.task, wire.TaskPatch)
    changes = wire.task_changes(patch, problems)
    if operation.op == "create":
        return created_task(await tasks.create_task(db, call.context, changes))
    task = await tasks.update_task(db, call.context, task_id, changes, found=found, versions=versions)
    return ok(wire.render_task(task), headers={"etag": etag(task.version)})


# What each kind of operation must have, and what it may.
PARTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "create": (frozenset({"task"}), frozenset({"task"})),
    "patch": (frozenset({"id", "task"}), frozenset({"id", "task", "ifMatch"})),
    "delete": (frozenset({"id"}), frozenset({"id", "ifMatch"})),
}


def _check_parts(operation: Operation) -> None:
    """Raises Rejected unless the operation has what it needs, and nothing that it would not heed."""
    required, allowed = PARTS[operation.op]
    parts = {"id": operation.id, "task": operation.task, "ifMatch": operation.if_match}
    given = {name for name, value in parts.items() if value is not UNSET}
    problems = [Problem(name, Reason.REQUIRED) for name in sorted(required - given)]
    problems += [
        Problem(name, Reason.UNKNOWN, {"known": sorted(map(wire_name, {"op", *allowed}))})
        for name in sorted(given - allowed)
    ]
    if problems:
        raise Rejected(Kind.INVALID, problems)


def _refused(call: Call, rejected: Rejected) -> Answer:
    return refuse(rejected, request_id=call.request_id, now=call.now)


def _result(answer: Answer) -> BatchResult:
    return BatchResult(answer.status, msgspec.Raw(answer.body) if answer.body else None)
