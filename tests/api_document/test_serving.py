"""/openapi.json and /docs over HTTP: open to everybody, cached, compressed, and contacting nobody."""

import gzip
import re

import httpx
import pytest

from punchlist.api import openapi
from tests.support.client import refused


def assets_of(page: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/docs/assets/[^"]+)"', page)


def test_the_document_is_served_to_anybody(http: httpx.Client):
    answer = http.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == openapi.document()
    assert answer.headers["x-request-id"]


def test_the_document_is_not_sent_again_to_whom_has_it(http: httpx.Client):
    tag = http.get("/openapi.json").headers["etag"]
    answer = http.get("/openapi.json", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert http.get("/openapi.json", headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("gzip", "gzip"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("gzip; q=0.000", None),
        ("br", None),
        ("", None),
    ],
)
def test_the_document_is_compressed_for_whom_takes_it(http: httpx.Client, asked, coding):
    with http.stream("GET", "/openapi.json", headers={"accept-encoding": asked}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "accept-encoding"
    assert (gzip.decompress(sent) if coding else sent) == openapi.encoded()


def test_the_page_is_html_that_may_load_from_this_server_only(http: httpx.Client):
    answer = http.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    parts = answer.headers["content-security-policy"].split("; ")
    policy = dict(part.split(" ", 1) for part in parts)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "//" not in answer.text.replace("<!doctype html>", "")
    assert "<style" not in answer.text
    assert "<script>" not in answer.text


def test_the_page_is_the_same_with_a_slash_behind_it(http: httpx.Client):
    assert http.get("/docs/").text == http.get("/docs").text


def test_everything_that_the_page_loads_is_there_and_can_be_kept_for_good(http: httpx.Client):
    types = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
    names = assets_of(http.get("/docs").text)
    assert len(names) == 5
    for name in names:
        answer = http.get(name)
        assert answer.status_code == 200
        assert answer.content
        assert answer.headers["content-type"] == types[name.rpartition(".")[2]]
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_draws_this_servers_document_and_asks_no_validator(http: httpx.Client):
    names = assets_of(http.get("/docs").text)
    text = http.get(next(name for name in names if re.search(r"/page\.\w+\.js", name))).text
    assert 'url: "/openapi.json"' in text
    assert "validatorUrl: null" in text
    assert "http" not in text


@pytest.mark.parametrize("name", ["nothing.js", "..%2f__init__.py", "swagger.js", "%00", "page.css/more"])
def test_an_asset_that_is_not_there_is_refused_like_any_other_path(http: httpx.Client, name):
    refused(404, "resource_not_found", http.get(f"/docs/assets/{name}"))


def test_the_paths_take_no_other_method(http: httpx.Client):
    for path in ("/openapi.json", "/docs", "/health/live"):
        answer = http.post(path)
        refused(405, "method_not_allowed", answer)
        assert answer.headers["allow"] == "GET, OPTIONS"
