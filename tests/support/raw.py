"""HTTP by hand: bytes to a socket, for what no decent client would send."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit


class Answer:
    """What came back, as far as the tests of refusals look at it."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status_code = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.content = response.read()
        self.text = self.content.decode()

    def json(self) -> Any:
        return json.loads(self.text)


def exchange(url: str, data: bytes) -> Answer:
    """Sends bytes on a connection of their own and reads one answer."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=30) as connection:
        connection.sendall(data)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return Answer(response)


def request(
    method: bytes, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes | None = None
) -> bytes:
    """The bytes of a request, with a Content-Length where there is a body."""
    if body is not None:
        headers = [*headers, (b"Content-Length", b"%d" % len(body))]
    head = b"".join(b"%s: %s\r\n" % header for header in headers)
    return b"%s %s HTTP/1.1\r\n%s\r\n%s" % (method, target, head, body or b"")
