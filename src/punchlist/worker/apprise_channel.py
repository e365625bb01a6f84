"""Apprise: a notification to the services whose addresses its recipient gave.

Apprise speaks by itself to wherever an address, a name server or a redirection leads it. So what is allowed
is checked where the connection is made: an audit hook sees the very address, after all names are resolved,
and refuses it for the thread that sends.
"""

import asyncio
import ipaddress
import logging
import sys
import threading
from typing import Any

from punchlist.domain.addresses import is_public
from punchlist.domain.notice_preferences import fingerprint
from punchlist.domain.notice_texts import headline, message
from punchlist.settings import Settings
from punchlist.store.notification_deliveries import Outgoing
from punchlist.worker.channels import ChannelError

_log = logging.getLogger("punchlist.worker")
_SECONDS = 10  # to connect, and again to be answered


class _Guard(threading.local):
    closed = False


_guard = _Guard()
_hooked = threading.Lock()


class PrivateAddressError(OSError):
    """A connection led into a private network."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _guard.closed:
        address = arguments[1]
        # A socket of this machine's file system has no pair of address and port.
        if not isinstance(address, tuple) or not is_public(ipaddress.ip_address(address[0])):
            raise PrivateAddressError("connections into private networks are not allowed")


def _hook() -> None:
    """Sets the hook, once in a process: it cannot be taken off again."""
    if _hooked.acquire(blocking=False):
        sys.addaudithook(_watch)


async def send_one(settings: Settings, outgoing: Outgoing, url: str) -> None:
    """Sends a notification to one address; raises ChannelError where that fails."""
    _hook()
    text = message(outgoing.notification, settings.public_url)
    private = settings.webhook_allow_private
    if not await asyncio.to_thread(_send, url, headline(outgoing.notification), text, private=private):
        raise ChannelError(f"the service behind {fingerprint(url)} does not take it")


def _send(url: str, title: str, body: str, *, private: bool) -> bool:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would log addresses, which are secrets
    # Nothing of it on disk, nothing of the message taken for an address of a file.
    asset = apprise.AppriseAsset(async_mode=False, http_redirects=False, storage_mode="memory")
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        return False
    service.socket_connect_timeout = service.socket_read_timeout = float(_SECONDS)
    _guard.closed = not private
    try:
        return bool(service.notify(body=body, title=title, notify_type=apprise.NotifyType.INFO))
    except Exception:
        _log.warning("Apprise failed", extra={"address": fingerprint(url)}, exc_info=True)
        return False
    finally:
        _guard.closed = False
