"""One connection and what goes over it: kept alive, pipelined, half closed, hung up."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.support.client import expect
from tests.support.raw import request
from tests.support.servers import eventually


@pytest.fixture
def line(server):
    """A connection to the server."""
    place = urlsplit(server)
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        yield connection


def headers(person, *more):
    return [
        (b"Host", b"localhost"),
        (b"Authorization", b"Bearer " + person.token.encode()),
        (b"Content-Type", b"application/json"),
        *more,
    ]


def creation(person, title, *more):
    return request(b"POST", b"/v1/tasks", headers(person, *more), json.dumps({"title": title}).encode())


def answers(line, count):
    """Reads so many answers, one after the other."""
    stream = line.makefile("rb")
    found = []
    for _ in range(count):
        response = http.client.HTTPResponse(Stream(stream))
        response.begin()
        found.append((response.status, response.read()))
    return found


class Stream:
    """What http.client takes for a socket, over one buffered stream: it would else read too far."""

    def __init__(self, stream):
        self._stream = stream

    def makefile(self, mode):
        assert mode == "rb"
        return self

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def close(self):
        pass


def titles(person):
    return sorted(task["title"] for task in expect(200, person.get("/tasks"))["data"])


def test_a_connection_is_kept_for_the_next_request_whatever_became_of_the_last(mia, line):
    for sent, status in (
        (creation(mia, "one"), 201),
        (creation(mia, ""), 422),
        (request(b"POST", b"/v1/tasks", headers(mia), b"{"), 400),
        (request(b"POST", b"/v1/tasks", headers(mia), b" " * 1_100_000), 413),
        (request(b"GET", b"/nothing", headers(mia)), 404),
        (request(b"PUT", b"/v1/tasks", headers(mia), b"{}"), 405),
        (request(b"POST", b"/v1/tasks", headers(mia, (b"Accept", b"text/html")), b"{}"), 406),
        (request(b"POST", b"/v1/tasks", [(b"Host", b"x")], b'{"title": "nobody"}'), 401),
        (creation(mia, "two"), 201),
    ):
        line.sendall(sent)
        assert answers(line, 1)[0][0] == status
    assert titles(mia) == ["one", "two"]


def test_requests_sent_all_at_once_are_answered_in_their_order(mia, line):
    line.sendall(b"".join(creation(mia, f"{n}") for n in range(8)))
    told = answers(line, 8)
    assert [status for status, _ in told] == [201] * 8
    assert [json.loads(body)["title"] for _, body in told] == [f"{n}" for n in range(8)]
    assert titles(mia) == [f"{n}" for n in range(8)]


def test_a_request_that_comes_byte_by_byte_is_one_request(mia, line):
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in creation(mia, "slow"):
        line.sendall(bytes([byte]))
    assert answers(line, 1)[0][0] == 201
    assert titles(mia) == ["slow"]


def test_a_client_that_asks_first_is_told_to_go_on(mia, line):
    head, _, body = creation(mia, "polite", (b"Expect", b"100-continue")).partition(b"\r\n\r\n")
    line.sendall(head + b"\r\n\r\n")
    assert line.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.sendall(body)
    assert answers(line, 1)[0][0] == 201


def test_a_client_that_wants_the_connection_closed_has_it_closed(mia, line):
    line.sendall(creation(mia, "last", (b"Connection", b"close")))
    assert answers(line, 1)[0][0] == 201
    assert line.recv(1) == b""


def test_what_follows_bytes_that_are_no_http_is_not_obeyed(mia, line):
    line.sendall(b"GARBAGE\r\n\r\n" + creation(mia, "smuggled"))
    assert answers(line, 1)[0][0] == 400
    line.sendall(creation(mia, "smuggled"))
    assert line.recv(1) == b""
    assert titles(mia) == []


@pytest.mark.parametrize(
    "smuggled",
    [
        [(b"Content-Length", b"4"), (b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"chunked, identity")],
        [(b"Content-Length", b"4"), (b"Content-Length", b"40")],
        [(b"Content-Length", b"+4")],
        [(b"Transfer-Encoding", b"xchunked")],
    ],
    ids=str,
)
def test_two_opinions_of_where_a_body_ends_are_none(mia, line, smuggled):
    head = request(b"POST", b"/v1/tasks", headers(mia, *smuggled))
    line.sendall(head + b"0\r\n\r\n" + creation(mia, "smuggled"))
    assert answers(line, 1)[0][0] == 400
    assert titles(mia) == []


def test_who_hangs_up_halfway_has_done_nothing_and_is_no_failure_of_ours(mia, server, caplog):
    whole = creation(mia, "half")
    place = urlsplit(server)
    for length in (1, 20, whole.index(b"\r\n\r\n") + 2, whole.index(b"\r\n\r\n") + 4, len(whole) - 1):
        with socket.create_connection((place.hostname, place.port)) as line:
            line.sendall(whole[:length])
    # Everything that was under way at the server is over when nothing is in flight but the question itself.
    eventually(lambda: "punchlist_http_requests_in_flight 1.0" in mia.http.get("/metrics").text)
    assert titles(mia) == []
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
