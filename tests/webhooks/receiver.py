"""A receiver of webhooks: a real HTTP server in a thread, which answers what it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from standardwebhooks import Webhook

from tests.support.servers import PATIENCE_SECONDS


class Received(NamedTuple):
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """The message, as the specification's own library accepts it."""
        return Webhook(secret).verify(self.body, self.headers)


class Reply(NamedTuple):
    """What to answer, and what to wait for before."""

    status: int = 204
    headers: dict[str, str] | None = None
    body: bytes = b""
    after: threading.Event | None = None


class Receiver:
    """The server; `reply` says what each request is answered, and may be changed at any time."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.at_once = 0
        self.most_at_once = 0
        self.reply: Callable[[Received], Reply] = lambda _: Reply()
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver._answer(self)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Received(handler.path, headers, body)
        with self._lock:
            self.received.append(request)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        reply = self.reply(request)
        if reply.after is not None:
            reply.after.wait(PATIENCE_SECONDS)
        with self._lock:
            self.at_once -= 1
        try:
            handler.send_response(reply.status)
            for name, value in ({"content-length": str(len(reply.body))} | (reply.headers or {})).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(reply.body)
        except OSError:  # whoever asked waits no longer
            handler.close_connection = True

    def answers(self, *statuses: int, **options: Any) -> None:
        """Answers these statuses one after the other, and the last of them from then on."""
        left = list(statuses)

        def reply(_: Received) -> Reply:
            with self._lock:
                status = left.pop(0) if len(left) > 1 else left[0]
            return Reply(status, **options)

        self.reply = reply

    def waits(self, count: int) -> None:
        """Waits until so many requests have come."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"only {len(self.received)} of {count} came"
            time.sleep(0.01)

    def close(self) -> None:
        """Stops, and closes the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_SECONDS)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for the block."""
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()
