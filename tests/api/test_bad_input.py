"""Whatever the bytes: a documented 4xx in the envelope, and nothing half-written."""

import json

import pytest

from punchlist.domain.limits import UNKNOWN_FIELDS_NAMED_MAX
from tests.support.builders import every_field
from tests.support.client import expect, invalid, refused
from tests.support.raw import exchange, request

NOT_JSON = {
    "nothing": b"",
    "white space": b" \n ",
    "a word": b"hello",
    "half an object": b'{"title": "Weld"',
    "half a string": b'{"title": "Wel',
    "two objects": b'{"title": "Weld"}{"title": "Weld"}',
    "something after": b'{"title": "Weld"} x',
    "a trailing comma": b'{"title": "Weld",}',
    "no colon": b'{"title" "Weld"}',
    "single quotes": b"{'title': 'Weld'}",
    "a bare key": b'{title: "Weld"}',
    "a comment": b'{"title": "Weld" /* x */}',
    "a byte order mark": b'\xef\xbb\xbf{"title": "Weld"}',
    "UTF-16": '{"title": "Weld"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"title": "Weld"}'.encode("utf-16-le"),
    "UTF-32": '{"title": "Weld"}'.encode("utf-32"),
    "Latin-1": '{"title": "Größe"}'.encode("latin-1"),
    "a stray byte": b'{"title": "\xff"}',
    "a truncated character": b'{"title": "\xc3"}',
    "an overlong slash": b'{"title": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"title": "\xed\xa0\x80"}',
    "a lone high surrogate": b'{"title": "\\ud800"}',
    "a lone low surrogate": b'{"title": "\\udc00"}',
    "a reversed pair": b'{"title": "\\udc00\\ud800"}',
    "a lone surrogate in a key": b'{"\\ud800": 1}',
    "a bad escape": b'{"title": "\\x41"}',
    "half an escape": b'{"title": "\\u00"}',
    "a raw control character": b'{"title": "a\nb"}',
    "a raw NUL": b'{"title": "a\0b"}',
    "a NUL before": b'\0{"title": "Weld"}',
    "NaN": b'{"title": "Weld", "warningOffset": NaN}',
    "Infinity": b'{"title": "Weld", "warningOffset": Infinity}',
    "minus Infinity": b'{"title": "Weld", "warningOffset": -Infinity}',
    "1e999": b'{"title": "Weld", "warningOffset": 1e999}',
    "minus 1e999": b'{"title": "Weld", "warningOffset": -1e999}',
    "a number with a leading zero": b'{"title": "Weld", "warningOffset": 024}',
    "a number in hexadecimal": b'{"title": "Weld", "warningOffset": 0x18}',
    "20,000 brackets": b"[" * 20_000,
    "20,000 brackets, closed": b"[" * 20_000 + b"]" * 20_000,
    "20,000 braces": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "20,000 brackets in a field": b'{"title": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "20,000 brackets in an ignored field": b'{"title": "x", "id": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "20,000 brackets in an unknown field": b'{"title": "x", "y": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "a million brackets": b"[" * 1_000_000,
    "a form": b"title=Weld&status=TODO",
    "XML": b"<task><title>Weld</title></task>",
    "random bytes": bytes(range(256)) * 8,
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}
NOT_AN_OBJECT = {
    "null": b"null",
    "true": b"true",
    "a number": b"42",
    "a string": b'"title"',
    "an array": b"[]",
    "an array of objects": b'[{"title": "Weld"}]',
}
MALFORMED = NOT_JSON | NOT_AN_OBJECT


def doors(ada):
    """Every way in for a JSON body: method, path, and the thing that it must leave as it is."""
    task = ada.makes_a_task(**every_field())
    comment = ada.comments_on(task)
    return task, [
        ("POST", "/tasks"),
        ("PATCH", f"/tasks/{task['id']}"),
        ("POST", "/tasks/batch"),
        ("POST", f"/tasks/{task['id']}/comments"),
        ("PATCH", f"/tasks/{task['id']}/comments/{comment['id']}"),
        ("POST", "/users"),
        ("PATCH", f"/users/{ada.id}"),
        ("POST", "/api-keys"),
        ("POST", f"/api-keys/{ada.key_id}/rotate"),
    ]


TABLES = ("tasks", "comments", "users", "api_keys", "events")


def everything(cast):
    """All that is stored of a workspace, but for when keys were last used."""
    row = "(to_jsonb(t) - 'last_used_at')::text"
    statement = f"SELECT string_agg({row}, ',' ORDER BY {row}) FROM {{}} t WHERE workspace_id = $1"
    return [cast.backstage.value(statement.format(table), cast.workspace_id) for table in TABLES]


@pytest.mark.parametrize("what", MALFORMED)
def test_a_body_that_is_no_json_object_in_utf8_is_malformed_at_every_door(cast, ada, what):
    _, ways = doors(ada)
    before = everything(cast)
    for method, path in ways:
        if what == "nothing" and path.endswith("/rotate"):
            continue  # the one door that needs no body
        error = refused(400, "invalid_format", ada.send(method, path, content=MALFORMED[what]))
        assert error["message"].startswith("The request body cannot be read: ")
    assert everything(cast) == before


@pytest.mark.parametrize("depth", [100, 500])
def test_a_body_that_is_deep_but_readable_is_judged_by_its_fields(mia, depth):
    nested = b"[" * depth + b"]" * depth
    details = invalid(mia.send("POST", "/tasks", content=b'{"title": %s}' % nested))
    assert details == {"title": "Title must be a string"}


JUNK: list[object] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**400,
    "",
    "x",
    "\0",
    "\U0010ffff",
    [],
    [[]],
    [None],
    {},
    {"a": {}},
]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: f"{junk!r:.12}")
def test_any_value_in_any_field_is_answered_and_a_refusal_changes_nothing(cast, ada, junk):
    task = ada.makes_a_task(**every_field())
    fields = {
        f"/tasks/{task['id']}": ["title", "description", "status", "priority", "assigneeId", "dueDate",
                                 "warningOffset", "tags", "unknown"],
        f"/users/{cast.bob.id}": ["name", "email", "role", "unknown"],
    }  # fmt: skip
    for path, names in fields.items():
        for name in names:
            before = everything(cast)
            answer = ada.patch(path, {name: junk})
            if answer.status_code != 200:
                status = answer.status_code
                refused(status, {400: "invalid_format", 422: "validation_error"}[status], answer)
                assert everything(cast) == before
    # What was taken must be readable again.
    expect(200, ada.get(f"/tasks/{task['id']}"))
    expect(200, ada.get("/users"))


def test_a_name_given_twice_counts_once(mia):
    task = expect(201, mia.send("POST", "/tasks", content=b'{"title": "first", "title": "second"}'))
    assert task["title"] == "second"


def test_a_very_long_unknown_name_is_repeated_only_in_part(mia):
    answer = mia.post("/tasks", {"title": "Weld", "x" * 500_000: 1})
    assert list(invalid(answer)) == ["x" * 100]
    assert len(answer.content) < 2_000


def test_of_a_thousand_unknown_fields_the_first_are_named_in_a_bounded_answer(mia):
    details = invalid(mia.post("/tasks", {f"field{n}": n for n in range(1_000)} | {"title": "Weld"}))
    assert set(details) == {f"field{n}" for n in range(UNKNOWN_FIELDS_NAMED_MAX)}


# ── ids of any shape ─────────────────────────────────────────────────────────────────────────────────────

IDS = ["x", "0" * 19, "0" * 21, "0" * 20, "a" * 20, "Ä" * 20, "null", "undefined", "-1", "1e9", "*", "%",
       "_" * 20, "'; DROP TABLE tasks; --", "\"", "<script>", "{task_id}", "%00", "%0A", "%ff",
       "%C3%28", "%ED%A0%80", "%u0041", "%E2%80%AE", " ", "0 OR 1=1", "x" * 8_000,
       "＃" * 20, "٠" * 20]  # fmt: skip


@pytest.mark.parametrize("shape", IDS, ids=lambda shape: f"{shape:.24}")
def test_an_id_of_any_shape_is_404_or_nothing_there_and_never_a_failure(cast, ada, shape):
    for method, path in (
        ("GET", f"/tasks/{shape}"),
        ("PATCH", f"/tasks/{shape}"),
        ("DELETE", f"/tasks/{shape}"),
        ("GET", f"/tasks/{shape}/history"),
        ("GET", f"/tasks/{shape}/transitions"),
        ("GET", f"/tasks/{shape}/comments"),
        ("POST", f"/tasks/{shape}/comments"),
        ("GET", f"/users/{shape}"),
        ("PATCH", f"/users/{shape}"),
        ("DELETE", f"/users/{shape}"),
        ("GET", f"/api-keys/{shape}"),
        ("POST", f"/api-keys/{shape}/rotate"),
        ("DELETE", f"/api-keys/{shape}"),
    ):
        body = {} if method in ("POST", "PATCH") else None
        answer = ada.send(method, path, body)
        refused(404, "resource_not_found", answer)
        assert len(answer.content) < 2_000


@pytest.mark.parametrize("shape", IDS, ids=lambda shape: f"{shape:.24}")
def test_an_assignee_of_any_shape_does_not_exist(ada, shape):
    details = invalid(ada.post("/tasks", {"title": "Weld", "assigneeId": shape}))
    assert set(details) == {"assigneeId"}
    assert len(details["assigneeId"]) < 200


# ── headers ──────────────────────────────────────────────────────────────────────────────────────────────

BODY = b'{"title": "Weld"}'


def send(server, mia, *headers, body=BODY, target=b"/v1/tasks", method=b"POST"):
    common = [
        (b"Host", b"localhost"),
        (b"Authorization", b"Bearer " + mia.token.encode()),
        (b"Content-Type", b"application/json"),
    ]
    return exchange(server, request(method, target, [*common, *headers], body))


def nothing_happened(mia):
    return expect(200, mia.get("/tasks"))["data"] == []


@pytest.mark.parametrize(
    "header",
    [
        (b"X-Unknown", b"\x80\xff\xfe binary"),
        (b"X-Request-Id", b"\xff\xfe"),
        (b"User-Agent", "ünïcode".encode()),
        (b"Cookie", b"a=b; " * 1_000),
        (b"X-Long", b"a" * 32_000),
        (b"If-None-Match", b'"\xff\xfe"'),
        (b"Accept-Language", b"\xc3\x28"),
        (b"Range", b"bytes=0-1"),
        (b"X-Forwarded-For", b"\xff, , ,"),
        (b"X-Http-Method-Override", b"DELETE"),
        (b"Expect", b"100-continue"),
        (b"Upgrade", b"h2c"),
        (b"Content-Length-Not", b"1"),
    ],
    ids=lambda header: header[0].decode(),
)
def test_a_header_that_means_nothing_here_is_ignored_whatever_it_holds(server, mia, header):
    assert expect(201, send(server, mia, header))["title"] == "Weld"


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ((b"Accept", b"\xff\xfe"), 406, "not_acceptable"),
        ((b"Content-Encoding", b"\xff\xfe"), 415, "unsupported_media_type"),
        ((b"Idempotency-Key", b"\xff\xfe"), 400, "invalid_parameters"),
        ((b"Idempotency-Key", b"a" * 256), 400, "invalid_parameters"),
        ((b"Idempotency-Key", b""), 400, "invalid_parameters"),
    ],
    ids=lambda value: f"{value!r:.40}",
)
def test_a_header_that_means_something_must_make_sense(server, mia, header, status, code):
    refused(status, code, send(server, mia, header))
    assert nothing_happened(mia)


@pytest.mark.parametrize("value", [b"\xff\xfe", b'"\xff\xfe"', b'"' * 1_000, b"," * 1_000, b"a" * 30_000])
def test_an_if_match_that_is_no_tag_of_ours_matches_nothing(server, mia, value):
    task = mia.makes_a_task()
    target = f"/v1/tasks/{task['id']}".encode()
    answer = send(server, mia, (b"If-Match", value), target=target, method=b"PATCH", body=b'{"title": "X"}')
    refused(412, "precondition_failed", answer)
    assert mia.sees(task) == task


def padding(size):
    """Headers of so many bytes together with those of `send`."""
    return (b"X-Pad", b"a" * size)


@pytest.mark.parametrize("size", [65_536, 1_000_000, 4_000_000])
def test_headers_without_end_are_refused(server, mia, size):
    refused(431, "headers_too_large", send(server, mia, padding(size)))
    assert nothing_happened(mia)


def test_many_headers_are_refused_past_a_hundred(server, mia):
    # Host, Authorization, Content-Type and Content-Length are four.
    expect(201, send(server, mia, *[(b"X-%d" % n, b"y") for n in range(96)]))
    refused(431, "headers_too_large", send(server, mia, *[(b"X-%d" % n, b"y") for n in range(97)]))
    refused(431, "headers_too_large", send(server, mia, *[(b"X-%d" % n, b"y") for n in range(1_000)]))
    assert expect(200, mia.get("/tasks"))["pagination"]["total"] == 1


def test_an_address_without_end_is_refused(server, mia):
    answer = send(server, mia, target=b"/v1/tasks?search=" + b"a" * 65_536, method=b"GET", body=None)
    refused(431, "headers_too_large", answer)


def test_headers_that_trickle_in_without_end_are_refused_too(server, mia):
    head = b"GET /v1/tasks HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    refused(431, "headers_too_large", exchange(server, head + b"a" * 300_000))


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET /v1/tasks HTTP/9.9\r\n\r\n",
        b"FROB /v1/tasks HTTP/1.1\r\n\r\n",
        b"GET /v1/tasks HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /v1/tasks HTTP/1.1\r\nX Space: y\r\n\r\n",
        b"GET /v1/tasks HTTP/1.1\r\nX: a\0b\r\n\r\n",
        b"GET /v1/tasks HTTP/1.1\r\nX: a\x01b\r\n\r\n",
        b"GET /v1/\xff\xfe HTTP/1.1\r\n\r\n",
        b"GET /v1/tasks?a=\xff HTTP/1.1\r\n\r\n",
        b"GET /v1/tasks?a=b c HTTP/1.1\r\n\r\n",
        b"POST /v1/tasks HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/tasks HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/tasks HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /v1/tasks HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"POST /v1/tasks HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST /v1/tasks HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=lambda sent: f"{sent!r:.60}",
)
def test_bytes_that_are_no_http_are_told_so(server, sent):
    error = refused(400, "invalid_format", exchange(server, sent))
    assert error["message"] == "The request cannot be read: it is not HTTP/1.1"


@pytest.mark.parametrize("host", [b"\xff\xfe", b"a b", b"evil>; rel=x", b"x/../y", b"x?y", b"x\\y"])
def test_a_host_that_is_none_is_refused(server, mia, host):
    headers = [(b"Host", host), (b"Authorization", b"Bearer " + mia.token.encode())]
    error = refused(400, "invalid_parameters", exchange(server, request(b"GET", b"/v1/tasks", headers)))
    assert set(error["details"]) == {"Host"}


def test_the_server_still_serves_after_all_of_it(server, mia):
    for sent in (b"\0" * 100, b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000, b"{" * 100):
        exchange(server, sent)
    assert expect(201, send(server, mia))["title"] == "Weld"
    assert json.loads(mia.http.get("/health/ready").text)["status"] == "ready"
