"""No bytes crash a door: any body, path, query or header ends in an answer that the document names, never
in a failure of the server, and what was refused left no trace."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.tasks.batch import Operation
from punchlist.api.tasks.live import EVENT_STREAM
from punchlist.api.tasks.routes import ENDPOINTS as ALL_ENDPOINTS
from punchlist.api.tasks.wire import TaskPatch
from punchlist.domain.keys import Scope
from punchlist.domain.lifecycle import Status
from punchlist.domain.permissions import Role
from punchlist.domain.plans import Plan
from punchlist.domain.tasks import Priority
from tests.api_document.reading import agree
from tests.stateful.bounds import examples
from tests.stateful.oddities import ODD_TEXTS, ODDITIES
from tests.stateful.scenery import anything
from tests.support.client import expect
from tests.support.people import Cast
from tests.support.raw import exchange, request

# An answer without an end has tests of its own, tests/live.
ENDPOINTS = [endpoint for endpoint in ALL_ENDPOINTS if endpoint.media != EVENT_STREAM]
WITH_BODY = [endpoint for endpoint in ENDPOINTS if endpoint.body is not None]


class House:
    """Things for the doors to be about, which nobody will miss."""

    def __init__(self, cast: Cast) -> None:
        self.ada = cast.ada
        self.http = cast.http
        bob = cast.bob
        self.task = self.ada.makes_a_task(title="Check the torque", assigneeId=bob.id)
        self.comment = self.ada.comments_on(self.task)
        self.key_id = bob.key_id
        self.ids = {
            "{task_id}": self.task["id"],
            "{comment_id}": self.comment["id"],
            "{user_id}": bob.id,
            "{key_id}": bob.key_id,
        }

    def path(self, endpoint: Endpoint) -> str:
        """The endpoint's path to these things."""
        path = endpoint.path
        for place, value in self.ids.items():
            path = path.replace(place, value)
        return path

    def headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"Host", b"localhost"),
            (b"Authorization", f"Bearer {self.ada.token}".encode()),
            (b"Connection", b"close"),
        ]

    def exchanges(self, data: bytes) -> httpx.Response:
        """Sends bytes as they are and reads the answer."""
        answer = exchange(str(self.http.base_url), data)
        return httpx.Response(
            answer.status_code,
            headers=answer.headers,
            content=answer.content,
            request=httpx.Request("GET", self.http.base_url),  # by which no form was sent
        )


@pytest.fixture(scope="module")
def house(company: Cast) -> House:
    return House(company)


def documented(endpoint: Endpoint, answer: httpx.Response) -> httpx.Response:
    """Demands an answer that the document names for the endpoint."""
    assert answer.status_code < 500, answer.text
    first, *rest = endpoint.name.split("_")
    return agree(first + "".join(map(str.title, rest)), answer)


def in_the_envelope(answer: httpx.Response) -> None:
    """Demands a refusal as every refusal is, where no operation is there to say what it answers."""
    assert 400 <= answer.status_code < 500, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    error = answer.json()["error"]
    assert error["code"]
    assert error["message"]


# --- bodies -------------------------------------------------------------------------------------------

STRANGE = st.sampled_from(ODDITIES)
VALUES = STRANGE | anything | st.lists(STRANGE, max_size=3)

# Nearly what a field takes, so that what is nearly right gets as far as anything can.
words = st.text(st.characters(exclude_categories=()), min_size=1, max_size=8)
moments = st.from_regex(
    r"\A[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:00:00(\.[0-9]{1,9})?(Z|[+-][01][0-9]:00)\Z"
)
numbers = st.integers(-1, 10_000) | st.floats(allow_nan=False, allow_infinity=False)
networks = st.builds(
    "{}{}{}".format,
    st.ip_addresses() | st.sampled_from(["0.0.0.0", "::", "fe80::1"]),
    st.sampled_from(["", "", "%", "%eth0", "%\0", "/"]),
    st.sampled_from(["", "", "/0", "/32", "/33", "/128", "/-1"]),
)
NEARLY: dict[str, st.SearchStrategy[Any]] = {
    "title": words,
    "description": words,
    "body": words,
    "name": words,
    "email": st.builds(
        "{}@{}".format, words | st.just("ada"), st.sampled_from(["a.co", "b", "c.local", "ü.de"])
    ),
    "status": st.sampled_from(Status),
    "priority": st.sampled_from(Priority),
    "role": st.sampled_from(Role),
    "plan": st.sampled_from(Plan),
    "scopes": st.lists(st.sampled_from(Scope), max_size=9),
    "networks": st.lists(networks, max_size=3),
    "tags": st.lists(words, max_size=11),
    "dueDate": moments,
    "expiresAt": moments,
    "warningOffset": numbers,
    "graceHours": numbers,
    "atomic": st.booleans(),
    "op": st.sampled_from(["create", "patch", "delete"]),
    "ifMatch": st.sampled_from(["*", '"1"', 'W/"1"', ""]),
}


def fields_of(
    wire: Any, *, required: tuple[str, ...] = (), nearly: dict[str, st.SearchStrategy[Any]] = NEARLY
) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the fields that a body has, most of them nearly right, and with one that is not."""
    known = {name: nearly.get(name, VALUES) for name in wire.__struct_encode_fields__}
    needed = {name: known.pop(name) for name in required}
    spoiled = st.dictionaries(st.sampled_from(list(known)) | st.text(max_size=3), VALUES, max_size=1)
    objects = st.fixed_dictionaries(needed, optional=known)
    return st.builds(lambda one, other: one | other, objects, spoiled | st.just({}))


OPERATIONS = st.lists(
    fields_of(Operation, required=("op",), nearly=NEARLY | {"task": fields_of(TaskPatch)}) | VALUES,
    max_size=4,
)


@st.composite
def broken(draw: st.DrawFn, text: bytes) -> bytes:
    """A text with a few bytes of it lost, doubled or replaced."""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.binary(max_size=3)) + text[place + draw(st.integers(0, 3)) :]
    return text


def bodies_for(endpoint: Endpoint) -> st.SearchStrategy[bytes]:
    nearly = NEARLY | {"operations": OPERATIONS}
    values = fields_of(endpoint.body, required=endpoint.required_fields, nearly=nearly)
    objects = values.map(lambda value: json.dumps(value).encode())
    raw = values.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    other = anything.map(lambda value: json.dumps(value).encode())
    return st.one_of(objects, objects, objects, raw, objects.flatmap(broken), st.binary(max_size=100), other)


@examples(60)
@pytest.mark.parametrize("endpoint", WITH_BODY, ids=lambda endpoint: endpoint.name)
@given(data=st.data())
def test_any_body_is_answered_as_documented(house: House, endpoint: Endpoint, data: st.DataObject):
    body = data.draw(bodies_for(endpoint))
    task = house.ada.sees(house.task)
    answer = house.ada.send(endpoint.method, house.path(endpoint).removeprefix("/v1"), content=body)
    documented(endpoint, answer)
    if answer.status_code >= 400:
        assert house.ada.sees(house.task) == task


GOOD = {"title": "T", "body": "B", "name": "N", "operations": []}


@pytest.mark.parametrize(
    ("endpoint", "field"),
    [(endpoint, field) for endpoint in WITH_BODY for field in endpoint.body.__struct_encode_fields__],
    ids=lambda value: getattr(value, "name", value),
)
def test_any_oddity_in_any_field_is_answered_as_documented(house: House, endpoint: Endpoint, field: str):
    path = house.path(endpoint).removeprefix("/v1")
    needed = {name: GOOD.get(name) for name in endpoint.required_fields}
    for place, oddity in enumerate(ODDITIES):
        if "email" in needed:
            needed["email"] = f"{field}{place}@example.com"
        body = json.dumps(needed | {field: oddity}).encode()
        documented(endpoint, house.ada.send(endpoint.method, path, content=body))


@examples(60)
@given(text=st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_text_that_json_can_spell_is_kept_to_the_letter_or_refused(house: House, text: str):
    answer = house.ada.patch(f"/tasks/{house.task['id']}", {"description": text})
    if any(
        "\ud800" <= letter <= "\udfff"
        for letter in text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    ):
        assert answer.status_code == 400
    elif "\0" in text:
        assert answer.status_code == 422
    else:
        assert expect(200, answer)["description"] == text


# --- paths --------------------------------------------------------------------------------------------

SEGMENTS = st.one_of(
    st.sampled_from(
        ["v1", "tasks", "users", "api-keys", "batch", "comments", "history", "rotate", "..", ".", "", "%"]
    ),
    st.sampled_from(
        ["A" * 20, "a" * 20, "%00", "%2e%2e", "%2F", "%ff", "%C3%A9", "%ED%A0%80", "{task_id}", "%zz"]
    ),
    st.text(max_size=8).map(lambda text: quote(text, safe="")),
    st.binary(max_size=8).map(lambda some: quote(some, safe="")),
)


@examples(150)
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE", "PROPFIND"]),
    segments=st.lists(SEGMENTS, max_size=6),
    below=st.sampled_from(["/v1/tasks/", "/v1/users/", "/v1/api-keys/", "/v1/", "/"]),
)
def test_any_path_is_answered(house: House, method: str, segments: list[str], below: str):
    target = (below + "/".join(segments)).encode("ascii")
    answer = house.exchanges(request(method.encode(), target, house.headers()))
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        in_the_envelope(answer)


@examples(100)
@given(target=st.binary(max_size=30))
def test_any_bytes_for_a_path_are_answered(house: House, target: bytes):
    answer = house.exchanges(request(b"GET", b"/v1/tasks/" + target, house.headers()) + b"\r\n\r\n")
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        in_the_envelope(answer)


@examples(60)
@pytest.mark.parametrize("place", ["{task_id}", "{comment_id}", "{user_id}", "{key_id}"])
@given(data=st.data())
def test_whatever_is_no_id_is_the_id_of_nothing(house: House, place: str, data: st.DataObject):
    endpoint = data.draw(st.sampled_from([each for each in ENDPOINTS if place in each.path]))
    segment = data.draw(
        st.text(min_size=1, max_size=25).filter(lambda text: text not in (".", "..", "batch"))
    )
    path = house.path(endpoint).replace(house.ids[place], quote(segment, safe=""))
    content = None if endpoint.body is None else b"{}"
    answer = house.ada.send(endpoint.method, path.removeprefix("/v1"), content=content)
    assert answer.status_code == 404
    in_the_envelope(answer)


# --- queries ------------------------------------------------------------------------------------------

QUERY_VALUES = (st.sampled_from(ODD_TEXTS) | st.text(max_size=10)).map(
    lambda text: quote(text, safe="")
) | st.binary(max_size=10).map(lambda some: quote(some, safe=""))


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [(endpoint, parameter.name) for endpoint in ENDPOINTS for parameter in endpoint.parameters],
    ids=lambda value: getattr(value, "name", value),
)
def test_any_oddity_in_any_parameter_is_answered_as_documented(house: House, endpoint: Endpoint, name: str):
    path = house.path(endpoint).removeprefix("/v1").replace(house.ids["{user_id}"], "0" * 20)
    for text in ODD_TEXTS:
        query = f"{path}?{quote(name, safe='[]')}={quote(text, safe='')}"
        documented(endpoint, house.ada.send(endpoint.method, query))


@examples(80)
@pytest.mark.parametrize(
    "endpoint",
    [endpoint for endpoint in ENDPOINTS if endpoint.method == "GET"],
    ids=lambda endpoint: endpoint.name,
)
@given(data=st.data())
def test_any_query_is_answered_as_documented(house: House, endpoint: Endpoint, data: st.DataObject):
    names = st.sampled_from([parameter.name for parameter in endpoint.parameters] or ["limit"])
    pairs = data.draw(st.lists(st.tuples(names | st.text(max_size=3), QUERY_VALUES), max_size=4))
    query = "&".join(f"{quote(name, safe='[]')}={value}" for name, value in pairs)
    target = f"{house.path(endpoint)}?{query}".encode("ascii")
    documented(endpoint, house.exchanges(request(b"GET", target, house.headers())))


@examples(60)
@given(query=st.binary(max_size=30))
def test_any_bytes_for_a_query_are_answered(house: House, query: bytes):
    answer = house.exchanges(request(b"GET", b"/v1/tasks?" + query, house.headers()) + b"\r\n\r\n")
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        in_the_envelope(answer)


# --- headers ------------------------------------------------------------------------------------------

HEADERS: dict[bytes, list[bytes]] = {
    b"Accept": [b"application/json;q=0", b"*/*;q=0", b"text/html", b";;;", b"application/json;q=x"],
    b"Accept-Encoding": [b"gzip", b"identity;q=0, *;q=0", b"br;q=1.0.0"],
    b"Authorization": [
        b"Bearer",
        b"Bearer ",
        b"Basic YTpi",
        b"Bearer pl_",
        b"bearer pl_zzzzzzzz_" + b"a" * 32,
    ],
    b"Content-Encoding": [b"gzip", b"identity", b"deflate, identity"],
    b"Content-Length": [b"0", b"1", b"-1", b"99999999999999999999", b"0x1", b"1, 1"],
    b"Content-Type": [b"text/plain", b"application/json; charset=utf-16", b";", b"multipart/form-data"],
    b"Cookie": [b"a=b; c", b"=", b";;;"],
    b"Expect": [b"100-continue", b"200-ok"],
    b"Host": [b"", b":", b"[::1]:x", b"a b", b"x" * 300, b"localhost:99999", b"@", b"a/b?c#d", b"a, b"],
    b"Idempotency-Key": [b"", b" ", b"x" * 255, b"x" * 256, b"\x7f"],
    b"If-Match": [b"*", b'"1"', b'W/"1"', b'"', b",", b'"1", *', b'"99999999999999999999"'],
    b"If-None-Match": [b"*", b'"1"', b'W/"1"', b'"', b","],
    b"Range": [b"bytes=0-1", b"bytes=-1,0-"],
    b"Transfer-Encoding": [b"chunked", b"gzip, chunked", b"identity", b"chunked, chunked"],
    b"Upgrade": [b"h2c", b"websocket", b"TLS/1.0"],
    b"X-Forwarded-For": [b"192.0.2.1", b"unknown", b",,,", b"::1%eth0"],
    b"X-Request-Id": [b"abc", b"a b", b"x" * 129, b"\"'\\"],
}
TOKENS = st.from_regex(rb"\ABearer pl_[0-9a-z]{1,8}_[0-9A-Za-z]{32}\Z")


@examples(25)
@pytest.mark.parametrize("name", HEADERS)
@given(data=st.data())
def test_any_header_is_answered(house: House, name: bytes, data: st.DataObject):
    names = ("get_task", "update_task", "list_tasks", "create_comment", "get_api_key")
    endpoint = data.draw(st.sampled_from([each for each in ENDPOINTS if each.name in names]))
    values = st.sampled_from(HEADERS[name]) | st.text(max_size=20).map(str.encode) | st.binary(max_size=20)
    value = data.draw(values | TOKENS if name == b"Authorization" else values)
    value = value.replace(b"\r", b"").replace(b"\n", b"")
    others = [pair for pair in house.headers() if pair[0] != name]
    other = (data.draw(st.sampled_from(list(HEADERS)) | st.binary(min_size=1, max_size=4)), value)
    added = data.draw(st.sampled_from([[(name, value)], [(name, value)] * 2, [(name, value), other]]))
    body = None if endpoint.body is None else b'{"title": "Check the torque"}'
    head = request(endpoint.method.encode(), house.path(endpoint).encode(), [*others, *added], body)
    # A body that is announced longer than it is would be waited for; what follows makes up for that.
    answer = house.exchanges(head + b"\r\n0\r\n\r\n" * 20)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        in_the_envelope(answer)


@pytest.mark.parametrize("hosts", [[b"a", b"b"], [b"a", b"\xff"], [b"a", b'x>; rel="next"'], [b"a,b"]])
def test_a_host_is_named_once_because_links_lead_there(house: House, hosts: list[bytes]):
    headers = [*house.headers()[1:], *((b"Host", host) for host in hosts)]
    answer = house.exchanges(request(b"GET", b"/v1/tasks", headers))
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == {"Host": "Host must be given once"}


# --- anything -----------------------------------------------------------------------------------------


@examples(150)
@given(
    start=st.sampled_from(
        [b"", b"GET ", b"GET /v1/tasks HTTP/1.1\r\n", b"POST /v1/tasks HTTP/1.1\r\nHost: x\r\n", b"\x16\x03"]
    ),
    rest=st.binary(max_size=60),
)
def test_bytes_that_may_not_even_be_http_are_refused_in_the_envelope(house: House, start: bytes, rest: bytes):
    # Two requests that are none: whatever the bytes before were the beginning of, it cannot go on so.
    answer = house.exchanges(start + rest + b"\r\n\r\n\0 \0\r\n\r\n\0 \0\r\n\r\n")
    in_the_envelope(answer)


def test_after_all_that_the_house_stands(house: House):
    assert expect(200, house.ada.get(f"/tasks/{house.task['id']}"))["id"] == house.task["id"]
    assert house.http.get("/health/ready").json()["status"] == "ready"
