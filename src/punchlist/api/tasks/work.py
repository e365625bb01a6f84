"""The endpoint for one's own work: its parameters, its shape, its row of the route table, what it does."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from punchlist.api.common import parameters as read
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.parameters import Parameter
from punchlist.api.tasks.handlers import page_answer
from punchlist.api.tasks.parameters import PAGE, any_of, page_of
from punchlist.api.tasks.wire import Id, Instant
from punchlist.domain.implementation_tasks import TaskStatus
from punchlist.domain.keys import Scope
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Actor
from punchlist.domain.tasks import Priority
from punchlist.domain.work import Urgency, Work, WorkFilter, WorkKind, next_statuses
from punchlist.services import work

_PARAMETERS = (
    *PAGE,
    Parameter("kind", read.one_or_more_of(WorkKind), any_of(WorkKind), "Of any of these kinds."),
    Parameter("urgency", read.one_or_more_of(Urgency), any_of(Urgency), "Of any of these urgencies."),
)

AnyStatus = Annotated[
    str,
    Meta(
        description="A status of a task or of an implementation task.",
        extra_json_schema={"enum": list(dict.fromkeys([*map(str, Status), *map(str, TaskStatus)]))},
    ),
]


class WorkGroupOut(msgspec.Struct, rename="camel"):
    """The group whose task it is."""

    id: Id
    name: str


class WorkOut(msgspec.Struct, rename="camel"):
    """A task that is yours to do, or your group's. What only the other kind has is null."""

    kind: WorkKind
    id: Id
    change_id: Id | None
    change_number: str | None
    title: str
    status: AnyStatus
    due_date: Instant | None
    priority: Priority | None
    urgency: Urgency
    assigned_to: Literal["me", "group"]
    group: WorkGroupOut | None
    allowed_statuses: Annotated[
        tuple[AnyStatus, ...], Meta(description="What you may make of it now; none: nothing.")
    ]


def render_work(actor: Actor, entry: Work) -> WorkOut:
    """A piece of work as the wire shows it to whose it is."""
    group = None
    if entry.group_id is not None:
        group = WorkGroupOut(entry.group_id, entry.group_name or "")
    return WorkOut(
        kind=entry.kind,
        id=entry.id,
        change_id=entry.change_id,
        change_number=entry.change_number,
        title=entry.title,
        status=entry.status.value,
        due_date=entry.due_at,
        priority=entry.priority,
        urgency=entry.urgency,
        assigned_to="me" if group is None else "group",
        group=group,
        allowed_statuses=tuple(status.value for status in next_statuses(actor, entry)),
    )


async def list_work(call: Call) -> Answer:
    wanted = WorkFilter(call.parameters.get("kind"), call.parameters.get("urgency"))
    found, total = await work.list_work(call.db, call.context, wanted, page_of(call))
    return page_answer(call, [render_work(call.context.actor, entry) for entry in found], total)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/v1/work", handler=list_work, name="list_work", tag="Work",
             summary="List what you have to do",
             description="Your open tasks, and the open implementation tasks of you and your groups: overdue,"
             " then due soon, then in review, then the others; in each by due date. Tasks of changes that are"
             " completed or canceled are not there. A key that may not read changes gets no implementation"
             " tasks.",
             scope=Scope.TASKS_READ, answers={200: list[WorkOut]}, parameters=_PARAMETERS, paged=True),
)  # fmt: skip
