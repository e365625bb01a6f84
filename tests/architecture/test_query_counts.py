"""What each request asks of the database: one statement to know who asks and what for, one to write.

A number here that grows is a round trip for every client; one that grows with the data is worse.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from punchlist.api import app
from punchlist.domain.plans import Plan
from punchlist.settings import Settings
from punchlist.store import contents, idempotency, keys, workspaces
from tests.architecture.recording import RecordedDatabase, Statement
from tests.support.backstage import Backstage
from tests.support.people import Cast, Person
from tests.support.servers import in_thread

# What the server does by itself, every few seconds or every hour.
HOUSEKEEPING = {keys._MARK_USED, idempotency._PURGE, workspaces._LIST, contents._DOOM_OLD}


@pytest.fixture(scope="module")
def noted(dsn: str) -> Iterator[tuple[str, list[Statement]]]:
    """A server whose statements are noted, and the notes."""
    opened: list[RecordedDatabase] = []

    class Noting(RecordedDatabase):
        def __init__(self, pool: Any) -> None:
            super().__init__(pool)
            opened.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Database", Noting)
        with in_thread(Settings(), dsn) as url:
            yield url, opened[0].noted


@pytest.fixture(scope="module")
def company(backstage: Backstage, noted: tuple[str, list[Statement]]) -> Iterator[Cast]:
    with httpx.Client(base_url=noted[0], trust_env=False, timeout=60) as client:
        yield Cast(backstage, client)


class Count:
    """Counts the statements of requests."""

    def __init__(self, noted: list[Statement]) -> None:
        self._noted = noted

    def of(
        self, status: int, person: Person, method: str, path: str, body: Any = None, **headers: str
    ) -> int:
        before = len(self._noted)
        answer = person.send(method, path, body, headers={k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status_code == status, answer.text
        return sum(statement.sql not in HOUSEKEEPING for statement in self._noted[before:])


@pytest.fixture
def count(noted: tuple[str, list[Statement]]) -> Count:
    return Count(noted[1])


def test_reading_a_task_is_one_statement(count: Count, company: Cast):
    path = f"/tasks/{company.mia.makes_a_task()['id']}"
    assert count.of(200, company.mia, "GET", path) == 1
    assert count.of(200, company.mia, "GET", f"{path}?fields=id,title") == 1
    assert count.of(200, company.mia, "GET", f"{path}/transitions") == 1
    assert count.of(304, company.mia, "GET", path, if_none_match='"1"') == 1
    assert count.of(403, company.charlie, "GET", path) == 1
    assert count.of(404, company.ada, "GET", f"/tasks/{'A' * 20}") == 1


def test_changing_a_task_is_two_and_one_where_nothing_changes(count: Count, company: Cast):
    path = f"/tasks/{company.mia.makes_a_task()['id']}"
    assert count.of(200, company.mia, "PATCH", path, {"status": "IN_PROGRESS", "priority": "HIGH"}) == 2
    assert count.of(200, company.mia, "PATCH", path, {"status": "REVIEW"}, if_match='"2"') == 2
    assert count.of(200, company.mia, "PATCH", path, {"status": "REVIEW"}) == 1
    assert count.of(200, company.mia, "PATCH", path, {"assigneeId": None}) == 1
    assert count.of(422, company.mia, "PATCH", path, {"status": "TODO"}) == 1
    assert count.of(403, company.charlie, "PATCH", path, {"title": "x"}) == 1
    assert count.of(200, company.ada, "PATCH", path, {"assigneeId": company.bob.id}) == 3
    assert count.of(200, company.ada, "PATCH", path, {"assigneeId": company.bob.id, "title": "New"}) == 2
    assert count.of(204, company.ada, "DELETE", path) == 2


def test_making_a_task_is_two_and_one_more_for_an_assignee(count: Count, company: Cast):
    assert count.of(201, company.ada, "POST", "/tasks", {"title": "x"}) == 2
    assert count.of(201, company.ada, "POST", "/tasks", {"title": "x", "assigneeId": company.bob.id}) == 3
    assert count.of(422, company.ada, "POST", "/tasks", {}) == 1


def test_a_list_is_two_however_long_it_is(count: Count, company: Cast):
    for _ in range(15):
        company.max.makes_a_task(assigneeId=company.bob.id)
    for limit in (1, 10, 100):
        assert count.of(200, company.bob, "GET", f"/tasks?limit={limit}") == 2
        assert count.of(200, company.ada, "GET", f"/users?limit={limit}") == 2
        assert count.of(200, company.ada, "GET", f"/api-keys?limit={limit}") == 2
    assert count.of(200, company.charlie, "GET", "/tasks") == 3  # an empty page has no row to bear the count


def test_history_and_comments_are_two_however_many_there_are(count: Count, company: Cast):
    task = company.mia.makes_a_task()
    for place in range(5):
        company.mia.comments_on(task, f"Remark {place}")
    path = f"/tasks/{task['id']}"
    assert count.of(200, company.mia, "GET", f"{path}/history") == 2
    assert count.of(200, company.mia, "GET", f"{path}/comments") == 2
    assert count.of(201, company.mia, "POST", f"{path}/comments", {"body": "x"}) == 2


def test_notifications_are_two_however_many_there_are(count: Count, company: Cast):
    assert count.of(200, company.bob, "GET", "/notifications/unread-count") == 2
    assert count.of(200, company.bob, "GET", "/notifications/preferences") == 2
    assert count.of(200, company.bob, "POST", "/notifications/read", {}) == 2
    assert count.of(404, company.bob, "GET", f"/notifications/{'A' * 20}") == 2
    # An empty page has no row to bear the count.
    assert count.of(200, company.bob, "GET", "/notifications?limit=100") == 3


def test_a_refusal_before_the_key_is_known_asks_nothing(count: Count, company: Cast):
    nobody: Any = company.nobody
    assert count.of(401, nobody, "GET", "/tasks") == 0
    assert count.of(404, nobody, "GET", "/nothing") == 0
    assert count.of(401, nobody, "GET", "/tasks", authorization="Bearer nonsense") == 0


def test_counting_requests_costs_one_more_under_a_limited_plan(count: Count, company: Cast):
    limited = company.with_key(company.mia, plan=Plan.STANDARD)
    task = company.mia.makes_a_task()
    assert count.of(200, limited, "GET", f"/tasks/{task['id']}") == 2
    assert count.of(200, limited, "PATCH", f"/tasks/{task['id']}", {"title": "New"}) == 3


def test_doing_something_once_costs_four_more(count: Count, company: Cast):
    """Lock, look, keep, unlock; and lock, look, unlock for the repetition."""
    assert count.of(201, company.ada, "POST", "/tasks", {"title": "x"}, idempotency_key="once") == 6
    assert count.of(201, company.ada, "POST", "/tasks", {"title": "x"}, idempotency_key="once") == 4
