"""The world outside: a receiver of webhooks that checks signatures."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class WebhookReceiver:
    """Takes deliveries, each a little slowly, and counts them by their id. One of ten it refuses once."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.forged = 0
        self.secret = ""
        self.url = ""
        self._refused: set[str] = set()

    def wait_for_more(self, count: int = 100, seconds: float = 30.0) -> None:
        """Waits, in a thread of its own, until so many deliveries more have come, or for so long."""
        enough = self.taken.total() + count
        deadline = time.monotonic() + seconds
        while self.taken.total() < enough and time.monotonic() < deadline:
            time.sleep(0.02)

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
