"""The demo's team tasks: forty, in every status, each with the history that leads there."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from punchlist.domain.comments import CommentChanges
from punchlist.domain.context import Context
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Actor, Role
from punchlist.domain.tasks import Priority, TaskChanges
from punchlist.domain.users import User
from punchlist.services import comments, tasks
from punchlist.store.database import Executor

_ON_THE_WAY = {
    Status.TODO: (),
    Status.IN_PROGRESS: (Status.IN_PROGRESS,),
    Status.REVIEW: (Status.IN_PROGRESS, Status.REVIEW),
    Status.DONE: (Status.IN_PROGRESS, Status.REVIEW, Status.DONE),
    Status.CANCELED: (Status.CANCELED,),
}

# creator, assignee, status, priority, due in days, tags, title
_TASKS = """
Max | Mia     | TODO        | HIGH   |   5 | supplier          | Ask the second supplier for gasket samples
Max | Bob     | TODO        | MEDIUM |  12 | test, thermal     | Repeat the thermal cycle at -40 °C
Mia | Mia     | TODO        | LOW    |     | docs              | Put the new torque table into the manual
Mia |         | TODO        | MEDIUM |     | cad               | Remove the unused holes from the base plate
Max | Charlie | TODO        | URGENT |   2 | line, tooling     | Order a spare nozzle for the dispensing robot
Ada | Max     | TODO        | HIGH   |   9 | review            | Prepare the design review of the power board
Bob | Bob     | TODO        | MEDIUM |  20 | firmware          | Log the reason of each watchdog reset
Max |         | TODO        | LOW    |  45 | cost              | Compare costs of milled and cast brackets
Mia | Bob     | TODO        | HIGH   |   7 | test              | Write the drop test procedure
Max | Mia     | TODO        | MEDIUM |  15 | label             | Update the type label for the 230 V variant
Max | Bob     | IN_PROGRESS | URGENT |   1 | line, quality     | Find out why connectors are not seated
Mia | Mia     | IN_PROGRESS | HIGH   |   4 | cad, enclosure    | Widen the cable gland to 12 mm
Ada | Max     | IN_PROGRESS | MEDIUM |  10 | compliance        | Collect the papers for the CE file
Max | Charlie | IN_PROGRESS | MEDIUM |   8 | bom               | Replace the discontinued 4.7 µF capacitor
Bob | Bob     | IN_PROGRESS | LOW    |  30 | firmware          | Shorten the boot by skipping the lamp test
Max | Mia     | IN_PROGRESS | HIGH   |   6 | supplier, quality | Agree on the sampling plan with the anodiser
Mia | Charlie | IN_PROGRESS | MEDIUM |     | packaging         | Try the pulp tray in place of the foam
Max | Bob     | IN_PROGRESS | HIGH   |   3 | test, emc         | Find the source of the 48 MHz peak
Max | Mia     | REVIEW      | HIGH   |   2 | cad               | Check the tolerance chain of the hinge
Mia | Mia     | REVIEW      | MEDIUM |   6 | docs              | Assembly instruction for the new fan
Max | Bob     | REVIEW      | URGENT |   1 | firmware, safety  | Interlock must stop the motor within 200 ms
Ada | Max     | REVIEW      | MEDIUM |  11 | cost              | Quotation for a second set of moulds
Bob | Bob     | REVIEW      | LOW    |     | tooling           | Drawing of the press-fit jig
Max | Charlie | REVIEW      | HIGH   |   4 | bom               | Approve the alternate magnet
Max | Mia     | DONE        | HIGH   |  -3 | enclosure         | Move the screw boss clear of the antenna
Mia | Mia     | DONE        | MEDIUM |  -6 | docs              | Exploded view for the spare parts list
Max | Bob     | DONE        | URGENT |  -8 | safety            | Fuse rating after the new inrush measurement
Ada | Max     | DONE        | HIGH   |  -2 | compliance        | Sign the declaration for the first lot
Bob | Bob     | DONE        | MEDIUM |  -5 | firmware          | Keep the clock over a battery change
Max | Charlie | DONE        | LOW    |     | line              | Label the bins at station four
Max | Mia     | DONE        | MEDIUM |  -9 | supplier          | First article inspection of the heat sink
Mia | Bob     | DONE        | HIGH   |  -1 | test              | Salt spray, 96 hours
Max | Bob     | DONE        | MEDIUM |  -4 | emc               | Ferrite on the display cable
Mia | Mia     | DONE        | LOW    |     | cad               | Unify the radii of the front cover
Max | Mia     | CANCELED    | MEDIUM |   9 | cost              | Glue the lens in place of the clip
Mia |         | CANCELED    | LOW    |     | docs              | Translate the quick guide into Esperanto
Max | Bob     | CANCELED    | HIGH   |  -7 | firmware          | Port the bootloader to the old processor
Ada | Max     | CANCELED    | MEDIUM |     | line              | Second shift in August
Bob | Bob     | CANCELED    | LOW    |  14 | tooling           | Wooden mock-up of the fixture
Max | Charlie | CANCELED    | URGENT |  -9 | supplier          | Fly the missing screws in
"""

_REMARKS = {
    Status.REVIEW: "Ready to be looked at; the measurements are in the folder of this week.",
    Status.DONE: "Looks right to me.",
    Status.CANCELED: "Not worth it any more, see the minutes of Monday.",
}


class _Row(NamedTuple):
    creator: str
    assignee: str
    status: Status
    priority: Priority
    due_in_days: int | None
    tags: tuple[str, ...]
    title: str


def _rows() -> Iterator[_Row]:
    for line in _TASKS.strip().splitlines():
        creator, assignee, status, priority, due, tags, title = (cell.strip() for cell in line.split("|"))
        yield _Row(
            creator,
            assignee,
            Status(status),
            Priority(priority),
            int(due) if due else None,
            tuple(tag.strip() for tag in tags.split(",")),
            title,
        )


async def make_tasks(db: Executor, workspace_id: int, people: Mapping[str, User], now: dt.datetime) -> None:
    """Makes all of them, the first three weeks ago."""
    for place, row in enumerate(_rows()):
        await _make_task(db, workspace_id, people, row, now - dt.timedelta(days=21, minutes=-13 * place))


async def _make_task(
    db: Executor, workspace_id: int, people: Mapping[str, User], row: _Row, began: dt.datetime
) -> None:
    """Makes a task and takes it to its status, a day and a half a step, each by whoever would."""

    def by(name: str, days: float) -> Context:
        person = people[name]
        return Context(Actor(workspace_id, person.id, person.role), began + dt.timedelta(days=days))

    assignee = people[row.assignee].id if row.assignee else None
    # A member gives tasks to themselves only; for anybody else the manager does it the next morning.
    at_once = people[row.creator].role is not Role.MEMBER or row.assignee == row.creator
    wish = TaskChanges(
        title=row.title,
        priority=row.priority,
        tags=row.tags,
        assignee_id=assignee if at_once else None,
        due_at=None if row.due_in_days is None else began + dt.timedelta(days=21 + row.due_in_days),
        warning_hours=24.0 if row.due_in_days is not None and row.priority is Priority.URGENT else None,
    )
    task = await tasks.create_task(db, by(row.creator, 0), wish)
    if task.assignee_id != assignee:
        given = TaskChanges(assignee_id=assignee)
        task = await tasks.update_task(db, by("Max", 0.5), task.id, given, found=task)
    worker = row.assignee or row.creator
    for step, status in enumerate(_ON_THE_WAY[row.status], start=1):
        context = by(worker, 1.5 * step)
        task = await tasks.update_task(db, context, task.id, TaskChanges(status=status), found=task)
    if row.status in _REMARKS:
        await comments.create_comment(db, by(worker, 7), task, CommentChanges(body=_REMARKS[row.status]))
