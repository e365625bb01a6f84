"""The order of lists, and their pages laid end to end."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.client import expect, refused
from tests.support.raw import exchange

STATUSES = ["TODO", "IN_PROGRESS", "REVIEW", "DONE", "CANCELED"]
PRIORITIES = ["LOW", "MEDIUM", "HIGH", "URGENT"]


def column(caller, field, **parameters):
    listed = expect(200, caller.get("/tasks", **({"limit": 100} | parameters)))
    return [task[field] for task in listed["data"]]


def links(answer):
    found = re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])
    assert ", ".join(f'<{url}>; rel="{relation}"' for url, relation in found) == answer.headers["link"]
    return {relation: url for url, relation in found}


def offsets(answer):
    return {
        relation: int(parse_qs(urlsplit(url).query)["offset"][0]) for relation, url in links(answer).items()
    }


def test_the_newest_come_first_unless_asked_otherwise(mia):
    made = [mia.makes_a_task()["id"] for _ in range(3)]
    assert column(mia, "id") == made[::-1]
    assert column(mia, "id", sort="createdAt") == made
    assert column(mia, "id", sort="-createdAt") == made[::-1]


def test_the_latest_changed_come_first_or_last_by_updated_at(mia):
    first, second = mia.makes_a_task(), mia.makes_a_task()
    mia.changes(first, title="Changed")
    assert column(mia, "id", sort="-updatedAt") == [first["id"], second["id"]]
    assert column(mia, "id", sort="updatedAt") == [second["id"], first["id"]]


def test_status_sorts_by_the_lifecycle_and_not_by_letter(mia):
    for status in sorted(STATUSES):
        mia.makes_a_task(status=status)
    assert column(mia, "status", sort="status") == STATUSES
    assert column(mia, "status", sort="-status") == STATUSES[::-1]


def test_priority_sorts_by_rank_and_not_by_letter(mia):
    for priority in sorted(PRIORITIES):
        mia.makes_a_task(priority=priority)
    assert column(mia, "priority", sort="priority") == PRIORITIES
    assert column(mia, "priority", sort="-priority") == PRIORITIES[::-1]


def test_no_due_date_is_last_ascending_and_first_descending(mia):
    early, late = "2035-01-01T00:00:00Z", "2036-01-01T00:00:00Z"
    for due in (late, None, early):
        mia.makes_a_task(dueDate=due)
    assert column(mia, "dueDate", sort="dueDate") == [early, late, None]
    assert column(mia, "dueDate", sort="-dueDate") == [None, late, early]


def test_titles_sort_without_regard_to_case(mia):
    for title in ("beta", "Alpha", "Gamma", "alpha"):
        mia.makes_a_task(title=title)
    assert column(mia, "title", sort="title") == ["Alpha", "alpha", "beta", "Gamma"]
    assert column(mia, "title", sort="-title") == ["Gamma", "beta", "alpha", "Alpha"]


@pytest.mark.parametrize(
    "sort", ["priority,-title", "+priority,-title", " priority,-title", "priority, -title"]
)
def test_a_second_field_orders_what_the_first_leaves_equal(mia, sort):
    for priority, title in (("HIGH", "a"), ("LOW", "b"), ("HIGH", "c"), ("LOW", "d")):
        mia.makes_a_task(priority=priority, title=title)
    assert column(mia, "title", sort=sort) == ["d", "b", "c", "a"]


def test_a_plus_in_the_url_is_taken_as_ascending_raw_and_encoded(mia):
    made = [mia.makes_a_task()["id"] for _ in range(3)]
    for sort in ("+createdAt", "%2BcreatedAt", "%20createdAt"):
        listed = expect(200, mia.send("GET", f"/tasks?sort={sort}"))
        assert [task["id"] for task in listed["data"]] == made


def test_ties_are_broken_by_id(mia):
    made = sorted(mia.makes_a_task(title="same")["id"] for _ in range(8))
    assert column(mia, "id", sort="title") == made
    assert column(mia, "id", sort="-priority") == made


@pytest.mark.parametrize(
    "sort",
    ["assigneeId", "tags", "id", "", ",", "title,", "--title", "title,-title", "-", "Title", "title desc"],
)
def test_an_unknown_sort_field_is_refused_and_told_which_exist(mia, sort):
    error = refused(400, "invalid_parameters", mia.get("/tasks", sort=sort))
    assert set(error["details"]) == {"sort"}
    for field in ("title", "status", "priority", "dueDate", "createdAt", "updatedAt"):
        assert field in error["details"]["sort"]


@pytest.mark.parametrize("sort", ["status", "-dueDate,title", "createdAt", "-title"])
def test_pages_laid_end_to_end_are_the_whole_sorted_list(mia, sort):
    for n in range(11):
        due = None if n % 3 else "2035-01-01T00:00:00Z"
        mia.makes_a_task(title=f"t{n % 2}", status=STATUSES[n % 5], dueDate=due)
    whole = column(mia, "id", sort=sort)
    assert len(set(whole)) == 11
    paged = []
    for offset in range(0, 12, 4):
        paged += column(mia, "id", sort=sort, limit=4, offset=offset)
    assert paged == whole


def test_a_page_says_how_many_there_are_and_whether_more_follow(mia):
    for _ in range(12):
        mia.makes_a_task()
    first = expect(200, mia.get("/tasks"))
    assert len(first["data"]) == 10
    assert first["pagination"] == {"total": 12, "limit": 10, "offset": 0, "hasMore": True}
    last = expect(200, mia.get("/tasks", limit=5, offset=10))
    assert len(last["data"]) == 2
    assert last["pagination"] == {"total": 12, "limit": 5, "offset": 10, "hasMore": False}
    exact = expect(200, mia.get("/tasks", limit=6, offset=6))
    assert len(exact["data"]) == 6
    assert exact["pagination"]["hasMore"] is False


@pytest.mark.parametrize("offset", [3, 4, 1000, 2**31 - 1])
def test_a_page_past_the_end_is_empty_and_says_so(mia, offset):
    for _ in range(3):
        mia.makes_a_task()
    listed = expect(200, mia.get("/tasks", offset=offset))
    assert listed["data"] == []
    assert listed["pagination"] == {"total": 3, "limit": 10, "offset": offset, "hasMore": False}


@pytest.mark.parametrize("limit", [1, 100])
def test_a_limit_at_its_bounds_is_taken(mia, limit):
    mia.makes_a_task()
    assert expect(200, mia.get("/tasks", limit=limit))["pagination"]["limit"] == limit


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", value) for value in ("0", "101", "-1", "1.5", "ten", "", "1e1", "٣", "99999999999", "+5")]
    + [("offset", value) for value in ("-1", "x", "", "1.0", "2147483648", "9" * 400)],
)
def test_a_limit_or_offset_past_its_bounds_is_refused(mia, name, value):
    for path in ("/tasks", "/users"):
        error = refused(400, "invalid_parameters", mia.get(path, **{name: value}))
        assert set(error["details"]) == {name}


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, {"first": 0, "next": 5, "last": 10}),
        (5, {"first": 0, "prev": 0, "next": 10, "last": 10}),
        (10, {"first": 0, "prev": 5, "last": 10}),
        (3, {"first": 0, "prev": 0, "next": 8, "last": 10}),
        (7, {"first": 0, "prev": 2, "last": 10}),
        (50, {"first": 0, "prev": 10, "last": 10}),
    ],
)
def test_links_lead_to_the_pages_that_exist_and_to_no_other(mia, offset, expected):
    for _ in range(12):
        mia.makes_a_task()
    answer = mia.get("/tasks", limit=5, offset=offset)
    assert offsets(answer) == expected


def test_the_last_link_of_a_list_that_fills_its_pages_is_no_empty_page(mia):
    for _ in range(10):
        mia.makes_a_task()
    assert offsets(mia.get("/tasks", limit=5))["last"] == 5


def test_a_list_of_nothing_has_a_first_and_a_last_page_and_they_are_one(mia):
    assert offsets(mia.get("/tasks")) == {"first": 0, "last": 0}


def test_links_are_absolute_and_keep_the_other_parameters(mia, server):
    for _ in range(3):
        mia.makes_a_task(title="a & b = c", tags=["ä"])
    parameters = {"search": "a & b", "tags": "ä", "sort": "-title,createdAt", "status": "TODO,DONE"}
    answer = mia.get("/tasks", limit=2, **parameters)
    target = links(answer)["next"]
    assert target.startswith(f"{server}/v1/tasks?")
    kept = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    assert kept == parameters | {"limit": "2", "offset": "2"}


def test_links_are_absolute_also_for_a_client_that_names_no_host(mia, server):
    head = f"GET /v1/tasks HTTP/1.0\r\nAuthorization: Bearer {mia.token}\r\n\r\n"
    answer = exchange(server, head.encode())
    expect(200, answer)
    assert answer.headers["link"].startswith(f"<{server}/v1/tasks?")


def test_following_next_walks_the_whole_list_once(mia):
    made = {mia.makes_a_task()["id"] for _ in range(7)}
    seen = []
    target = "/v1/tasks?limit=3&sort=+title"
    while target:
        answer = mia.http.get(target, headers={"authorization": f"Bearer {mia.token}"})
        seen += [task["id"] for task in expect(200, answer)["data"]]
        target = links(answer).get("next")
    assert len(seen) == 7
    assert set(seen) == made


def test_every_list_has_pages_and_links(ada):
    task = ada.makes_a_task()
    for _ in range(3):
        ada.comments_on(task)
    paths = (f"/tasks/{task['id']}/comments", f"/tasks/{task['id']}/history", "/users", "/api-keys")
    for path in paths:
        answer = ada.get(path, limit=2, offset=1)
        listed = expect(200, answer)
        assert len(listed["data"]) == 2, path
        assert listed["pagination"]["total"] >= 3
        assert {"first", "prev", "last"} <= set(links(answer)), path
        assert expect(200, ada.get(path, offset=1000))["data"] == []
