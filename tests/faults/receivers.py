"""The world outside: a receiver of webhooks that checks signatures, and a mail server."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from email import message_from_bytes
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class WebhookReceiver:
    """Takes deliveries, each a little slowly, and counts them by their id. One of ten it refuses once."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.forged = 0
        self.secret = ""
        self.url = ""
        self._refused: set[str] = set()

    async def take(self, request: web.Request) -> web.Response:
        """Answers one delivery."""
        body = await request.text()
        try:
            Webhook(self.secret).verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.forged += 1
            return web.Response(status=400)
        delivery = request.headers["webhook-id"]
        await asyncio.sleep(0.02)
        if delivery.endswith("7") and delivery not in self._refused:
            self._refused.add(delivery)
            return web.Response(status=500)
        self.taken[delivery] += 1
        return web.Response(status=204)


@contextlib.asynccontextmanager
async def receiving_webhooks() -> AsyncIterator[WebhookReceiver]:
    """Runs a receiver on loopback."""
    receiver = WebhookReceiver()
    app = web.Application()
    app.router.add_post("/hooks", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hooks"
    try:
        yield receiver
    finally:
        await runner.cleanup()


class Mailbox:
    """A mail server that keeps how often each message, by its Message-ID, came for each recipient."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()
        self.port = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content)
        for recipient in envelope.rcpt_tos:
            self.taken[str(message["Message-ID"]), recipient] += 1
        return "250 OK"


@contextlib.contextmanager
def receiving_mail():
    """Runs a mail server on loopback, in a thread of its own."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        assert controller.server is not None
        mailbox.port = controller.server.sockets[0].getsockname()[1]
        yield mailbox
    finally:
        controller.stop()
