"""Health, metrics and documentation, as one process serves them. Across workers: test_workers.py."""

import re

import httpx

from punchlist.settings import Settings
from punchlist.store import migrate
from tests.support.builders import nobodys_id
from tests.support.client import expect, refused
from tests.support.servers import in_thread


def figures(http):
    """The figures of /metrics by name and labels."""
    answer = http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def counted(http, method, route, status):
    name = f'punchlist_http_requests_total{{method="{method}",route="{route}",status="{status}"}}'
    return figures(http).get(name, 0)


def test_health_asks_for_no_key_and_may_not_be_cached(http):
    for path in ("/health/live", "/health/ready"):
        answer = http.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"]
    assert http.get("/health/live").json() == {"status": "live"}
    assert http.get("/health/ready").json() == {"status": "ready", "schema": migrate.head()}


def test_a_server_without_its_database_lives_but_is_not_ready(tmp_path):
    nowhere = f"postgresql://punchlist@/punchlist?host={tmp_path}&port=5432"
    with in_thread(Settings(), nowhere) as url, httpx.Client(base_url=url, trust_env=False) as http:
        assert http.get("/health/live").status_code == 200
        answer = http.get("/health/ready")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json() == {"status": "unready", "reason": "the database cannot be reached"}
        headers = {"authorization": f"Bearer pl_1_{'a' * 32}"}
        for method, path in (
            ("GET", "/v1/tasks"),
            ("GET", f"/v1/tasks/{nobodys_id()}"),
            ("PATCH", f"/v1/tasks/{nobodys_id()}"),
        ):
            answer = http.request(method, path, headers=headers, json={} if method == "PATCH" else None)
            error = refused(503, "service_unavailable", answer)
            assert error["message"] == "The database cannot be reached; try again shortly"
            assert int(answer.headers["retry-after"]) >= 1


def test_a_server_on_a_database_of_another_schema_is_not_ready(dsn, backstage):
    backstage.execute("CREATE SCHEMA IF NOT EXISTS older")
    backstage.execute("CREATE TABLE IF NOT EXISTS older.alembic_version (version_num text)")
    backstage.execute("INSERT INTO older.alembic_version VALUES ('0000')")
    try:
        with (
            in_thread(Settings(), f"{dsn}&search_path=older") as url,
            httpx.Client(base_url=url, trust_env=False) as http,
        ):
            answer = http.get("/health/ready")
            assert answer.status_code == 503
            assert answer.json() == {
                "status": "unready",
                "reason": f"the schema is 0000, not {migrate.head()}",
            }
    finally:
        backstage.execute("DROP SCHEMA older CASCADE")


def test_metrics_count_each_answer_by_method_route_and_status(mia, http):
    task = mia.makes_a_task()
    route = "/v1/tasks/{task_id}"
    before = counted(http, "GET", route, 200), counted(http, "GET", route, 404)
    for _ in range(3):
        mia.get(f"/tasks/{task['id']}")
    mia.get(f"/tasks/{nobodys_id()}")
    after = counted(http, "GET", route, 200), counted(http, "GET", route, 404)
    assert (after[0] - before[0], after[1] - before[1]) == (3, 1)


def test_metrics_measure_time_and_what_is_in_flight(mia, http):
    mia.get("/tasks")
    known = figures(http)
    assert known['punchlist_http_request_seconds_count{method="GET",route="/v1/tasks"}'] >= 1
    assert known["punchlist_http_requests_in_flight"] == 1  # this very request


def test_no_path_id_key_or_made_up_method_becomes_a_label(mia, http):
    mia.get(f"/tasks/{nobodys_id()}")
    mia.send("PROPFIND", "/tasks")
    mia.http.get("/nothing/here/at/all")
    labels = set(re.findall(r'(?:route|method)="([^"]*)"', http.get("/metrics").text))
    assert "none" in labels
    assert not [label for label in labels if re.search("[0-9A-Z]{20}", label)]
    assert not {"PROPFIND", "/nothing/here/at/all", "/v1/nothing"} & labels
    assert mia.token not in http.get("/metrics").text


def test_the_openapi_document_and_its_page_are_served_from_here(http, server):
    document = http.get("/openapi.json")
    assert document.status_code == 200
    assert document.json()["openapi"].startswith("3.1")
    assert (
        "/v1/tasks/{taskId}" in document.json()["paths"] or "/v1/tasks/{task_id}" in document.json()["paths"]
    )
    page = http.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    for address in loaded:
        assert not re.match(r"(https?:)?//", address), f"{address} is not served from here"
        assert http.get(httpx.URL(server).join("/docs").join(address)).status_code == 200, address


def test_the_openapi_document_names_every_path_and_method_that_is_served(http, mia):
    paths = http.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        address = re.sub(r"\{[^}]+\}", nobodys_id(), path)
        allowed = http.options(address).headers.get("allow", "GET, OPTIONS")
        documented = {
            method.upper() for method in methods if method in ("get", "post", "patch", "delete", "put")
        }
        assert documented == set(allowed.split(", ")) - {"OPTIONS"}, path
    expect(200, mia.get("/tasks"))
