"""Somebody who watches: a stream that is read in a thread of its own, and what came over it."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx

from tests.support.client import Thing
from tests.support.people import Person
from tests.support.servers import eventually


class Watch:
    """A stream that is open, and all that it has said so far."""

    def __init__(self, url: str, token: str, headers: dict[str, str], params: dict[str, Any]) -> None:
        self.events: list[Thing] = []
        self.ids: list[str] = []
        self.comments: list[str] = []
        self.ended = threading.Event()
        self.response: httpx.Response | None = None
        self._client = httpx.Client(trust_env=False, timeout=60)
        self._sent = {"authorization": f"Bearer {token}", "accept": "text/event-stream"} | headers
        self._asked = (f"{url}/v1/events/stream", params)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        address, params = self._asked
        asked = self._client.stream("GET", address, headers=self._sent, params=params)
        with contextlib.suppress(httpx.HTTPError), asked as response:
            self.response = response
            event: dict[str, str] = {}
            for line in response.iter_lines():
                self._hear(line, event)
        self.ended.set()

    def _hear(self, line: str, event: dict[str, str]) -> None:
        name, _, value = line.partition(": ")
        if line == "":
            if "id" in event:
                self.ids.append(event["id"])
            if "data" in event:
                told = json.loads(event["data"])
                assert (str(told["position"]), told["type"]) == (event["id"], event["event"])
                self.events.append(told)
            event.clear()
        elif name == "":
            self.comments.append(value)
        else:
            event[name] = value

    def is_open(self) -> bool:
        """Whether it has begun to tell."""
        return bool(self.ids)

    def sees(self, count: int) -> list[Thing]:
        """Waits for so many events, and returns all that came."""
        eventually(lambda: len(self.events) >= count)
        return self.events

    def types(self) -> list[tuple[str, str]]:
        """The types of what came, with what it is about."""
        return [(event["type"], event["entityId"]) for event in self.events]

    def close(self) -> None:
        """Hangs up."""
        if self.response is not None:
            # Closing alone would not wake the thread that reads.
            with contextlib.suppress(OSError):
                stream = self.response.extensions["network_stream"]
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        self._client.close()


@contextlib.contextmanager
def watching(
    person: Person, *, url: str | None = None, after: str | int | None = None, **params: Any
) -> Iterator[Watch]:
    """Watches in somebody's name, from now on or after a position, until the block ends."""
    headers = {} if after is None else {"last-event-id": str(after)}
    watch = Watch(url or str(person.http.base_url), person.token or "", headers, params)
    try:
        eventually(lambda: watch.is_open() or watch.ended.is_set())
        yield watch
    finally:
        watch.close()
