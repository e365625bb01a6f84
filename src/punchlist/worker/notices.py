"""Notices at work: the record is followed, alarms go off, and what goes out by mail or Apprise is sent."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable

import msgspec

from punchlist.domain import limits
from punchlist.domain.notice_preferences import fingerprint, offered
from punchlist.domain.notices import Channel, SendState, still_makes_sense
from punchlist.domain.problems import Unavailable
from punchlist.services import notices
from punchlist.services.notifications import Errand
from punchlist.services.workspaces import find_workspaces
from punchlist.store import notification_deliveries as deliveries
from punchlist.store import watched
from punchlist.store.notification_deliveries import Outgoing
from punchlist.worker import apprise_channel, mail
from punchlist.worker.channels import ChannelError
from punchlist.worker.retrying import Retry
from punchlist.worker.state import WorkerState

_log = logging.getLogger("punchlist.worker")

# A minute, then two, four … up to four hours.
_FIRST_WAIT = dt.timedelta(minutes=1)
_LONGEST_WAIT = dt.timedelta(hours=4)


async def ring(state: WorkerState) -> None:
    """Gives the notices that are due."""
    available = offered(mail=state.settings.smtp_host is not None)
    given = await notices.ring(state.db, state.now(), available)
    if given:
        _log.info("people were notified", extra={"count": given})


async def forget_old(state: WorkerState) -> None:
    """Removes old notifications, in every workspace."""
    for workspace in await find_workspaces(state.db, None):
        await notices.forget_old(state.db, workspace.id, state.now())


async def send(state: WorkerState, payload: bytes) -> None:
    """Makes one delivery; raises Retry where it is to be tried again.

    It is tried some hours long, and then ends with what stood in the way. What has been overtaken meanwhile
    is dropped.
    """
    errand = msgspec.json.decode(payload, type=Errand)
    found = await deliveries.find(state.db, errand.workspace_id, errand.notification_id, errand.channel)
    if found is None or found.state is not SendState.PENDING:
        return
    if not await _makes_sense(state, errand.workspace_id, found):
        await _note(state, errand, found, SendState.DROPPED, attempted=False)
        return
    try:
        await _SENDERS[errand.channel](state, errand, found)
    except Unavailable:
        raise
    except ChannelError as error:
        await _after_failure(state, errand, found, error)
    except Exception as error:
        # What nobody foresaw ends as any failure does, rather than with a delivery that nobody makes.
        _log.exception("a channel failed", extra={"channel": errand.channel.value})
        await _after_failure(state, errand, found, ChannelError(type(error).__name__))
    else:
        await _note(state, errand, found, SendState.SENT)


async def _makes_sense(state: WorkerState, workspace_id: int, outgoing: Outgoing) -> bool:
    told = outgoing.notification
    if outgoing.disabled:
        return False
    about = (told.entity, told.entity_id)
    found = await watched.find(state.db, workspace_id, [about])
    return still_makes_sense(told.kind, told.due_at, found.get(about))


async def _after_failure(state: WorkerState, errand: Errand, outgoing: Outgoing, error: ChannelError) -> None:
    attempt = outgoing.attempts + 1
    facts = {
        "notification": errand.notification_id,
        "channel": errand.channel.value,
        "attempt": attempt,
        "because": str(error),
    }
    if error.final or attempt >= limits.NOTIFICATION_ATTEMPTS_MAX:
        await _note(state, errand, outgoing, SendState.FAILED)
        _log.error("a notification could not be sent and is given up", extra=facts)
        raise error  # ends the job as one that failed, which the metrics count
    await _note(state, errand, outgoing, SendState.PENDING)
    _log.warning("a notification could not be sent yet", extra=facts)
    raise Retry(min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_WAIT)) from error


async def _note(
    state: WorkerState,
    errand: Errand,
    outgoing: Outgoing,
    how: SendState,
    *,
    attempted: bool = True,
) -> None:
    await deliveries.note(state.db, errand.workspace_id, outgoing, how, attempted=attempted, now=state.now())


async def _mail(state: WorkerState, _: Errand, outgoing: Outgoing) -> None:
    await mail.send(state.settings, outgoing)


async def _apprise(state: WorkerState, errand: Errand, outgoing: Outgoing) -> None:
    """Sends to each address that does not have it yet; what one refuses keeps none of the others from it."""
    failure: ChannelError | None = None
    for url in outgoing.apprise_urls:
        address = fingerprint(url)
        if address in outgoing.reached:
            continue
        try:
            await apprise_channel.send_one(state.settings, outgoing, url)
        except ChannelError as error:
            failure = error
        else:
            await deliveries.reach(
                state.db, errand.workspace_id, errand.notification_id, errand.channel, address
            )
    if failure is not None:
        raise failure


Sender = Callable[[WorkerState, Errand, Outgoing], Awaitable[None]]
_SENDERS: dict[Channel, Sender] = {Channel.EMAIL: _mail, Channel.APPRISE: _apprise}
