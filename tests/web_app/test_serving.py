"""The web app's files over HTTP: its page at every address of its own, and never in the API's place."""

import gzip
import re
from pathlib import Path

import httpx
import pytest

from punchlist.api import web_app
from tests.support.client import refused

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def assets_of(page: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)


@pytest.mark.parametrize("path", ["/", "/tasks", "/board?assigneeId=X", "/changes/ABC", "/no/such/page"])
def test_a_browser_gets_the_app_at_every_address_of_the_apps_own(http: httpx.Client, path):
    answer = http.get(path, headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert '<div id="root">' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/nothing",
        "/docs/nothing",
        "/health/nothing",
        "/metrics/nothing",
        "/openapi.json/x",
        "/assets/x",
    ],
)
def test_nobody_gets_the_app_where_something_else_lives(http: httpx.Client, path):
    refused(404, "resource_not_found", http.get(path, headers=BROWSER))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_an_address_of_the_apps_is_only_read(http: httpx.Client, method):
    refused(404, "resource_not_found", http.request(method, "/tasks", headers=BROWSER))


def test_a_program_that_asks_for_no_page_is_told_that_nothing_is_there(http: httpx.Client):
    refused(404, "resource_not_found", http.get("/tasks", headers={"accept": "application/json"}))


def test_the_page_allows_no_script_and_no_style_but_its_files(http: httpx.Client):
    answer = http.get("/")
    parts = answer.headers["content-security-policy"].split("; ")
    policy = dict(part.split(" ", 1) for part in parts)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=", answer.text)


def test_the_files_are_kept_for_good_and_sent_compressed(http: httpx.Client):
    for path in assets_of(http.get("/").text):
        with http.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            sent = b"".join(answer.iter_raw())
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert gzip.decompress(sent) == http.get(path, headers={"accept-encoding": "identity"}).content


@pytest.mark.parametrize(
    ("suffix", "kind"), [("js", "text/javascript"), ("css", "text/css"), ("svg", "image/svg+xml")]
)
def test_a_file_is_called_what_it_is(http: httpx.Client, suffix, kind):
    path = next(path for path in assets_of(http.get("/").text) if path.endswith(f".{suffix}"))
    assert http.get(path).headers["content-type"].startswith(kind)


def test_the_page_is_not_sent_again_to_whom_has_it(http: httpx.Client):
    tag = http.get("/").headers["etag"]
    answer = http.get("/tasks", headers=BROWSER | {"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("name", ["%2e%2e%2findex.html", "..%2f..%2fapp.py", ".built-from"])
def test_no_path_leads_out_of_the_apps_files(http: httpx.Client, name):
    assert http.get(f"/assets/{name}").status_code == 404


def test_a_server_without_the_app_says_how_it_is_built(tmp_path: Path):
    status, headers, body = web_app.page({}, tmp_path)
    assert status == 404
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert b"make web" in body
    assert web_app.asset("index.js", tmp_path) is None
