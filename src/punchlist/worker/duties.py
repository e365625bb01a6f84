"""The duties of a worker, in three tables: who reads along the record, which jobs there are, and what is
looked after at intervals."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from punchlist.services.deliveries import JOB
from punchlist.services.notices import follow
from punchlist.services.notifications import SEND
from punchlist.services.publishing import Reader
from punchlist.worker import deliveries, notices, upkeep
from punchlist.worker.messages import write_messages
from punchlist.worker.state import WorkerState


class Job(NamedTuple):
    """What is done about a job of the queue. `do` may raise Retry; anything else it raises ends the job."""

    name: str
    do: Callable[[WorkerState, bytes], Awaitable[None]]


class Round(NamedTuple):
    """What is done again and again, by one worker at a time; `when` is in cron's form, seconds last."""

    name: str
    when: str
    do: Callable[[WorkerState], Awaitable[None]]


class Duties(NamedTuple):
    """All that a worker does."""

    readers: tuple[Reader, ...] = ()
    jobs: tuple[Job, ...] = ()
    rounds: tuple[Round, ...] = ()


READERS: tuple[Reader, ...] = (
    Reader("notices", follow),
    Reader("webhooks", write_messages),
)
JOBS: tuple[Job, ...] = (Job(SEND, notices.send), Job(JOB, deliveries.deliver))
ROUNDS: tuple[Round, ...] = (
    Round("move changes by the clock", "* * * * * */10", upkeep.move_changes),
    Round("give the notices that are due", "* * * * * */5", notices.ring),
    Round("forget old notifications", "41 3 * * *", notices.forget_old),
    Round("find lost deliveries", "* * * * * 30", deliveries.find_lost),
    Round("forget old deliveries", "47 3 * * *", deliveries.forget_old),
    Round("forget old jobs", "17 * * * *", upkeep.forget_old_jobs),
)

DUTIES = Duties(READERS, JOBS, ROUNDS)
