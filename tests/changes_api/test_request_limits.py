"""How many requests a workspace has a day, counted where its days begin: at midnight Pacific."""

import datetime as dt
import re

import pytest

from punchlist.domain.keys import KeyWish
from punchlist.domain.plans import Plan
from tests.support.backstage import new_key
from tests.support.client import Caller, expect
from tests.support.crowd import at_once
from tests.support.plant import refusal

UNLIMITED = 2_147_483_647
RESET = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-20\d\d"
    r" 00:00:00 GMT(-0700 \(PDT\)|-0800 \(PST\))"
).fullmatch


def left(answer) -> int:
    return int(answer.headers["x-arena-requests-remaining"])


@pytest.fixture
def limited(fresh, backstage):
    def limit(requests: int | None):
        backstage.execute(
            "UPDATE workspaces SET request_limit = $2, requests_made = 0, requests_day = NULL WHERE id = $1",
            fresh.workspace_id,
            requests,
        )
        return fresh

    return limit


def test_without_a_limit_there_is_the_largest_number_that_clients_take(plant, mia):
    for answer in (mia.get("/changes"), mia.get("/changes/x"), plant.nobody.get("/changes")):
        assert answer.headers["x-arena-requests-remaining"] == str(UNLIMITED)


def test_the_reset_is_the_next_midnight_pacific(mia):
    text = mia.get("/changes").headers["x-arena-next-request-limit-reset"]
    assert RESET(text), text
    zone = dt.timezone(dt.timedelta(hours=-7 if "PDT" in text else -8))
    instant = dt.datetime.strptime(text[5:25], "%d-%b-%Y %H:%M:%S").replace(tzinfo=zone)
    assert dt.timedelta(0) < instant - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=25)
    assert text.startswith(f"{instant:%a}")


def test_every_request_of_anybody_in_the_workspace_is_counted_and_then_no_more(limited, backstage):
    plant = limited(5)
    assert left(plant.mia.get("/changes")) == 4
    assert left(plant.bob.post("/changes", {"title": "Case melting"})) == 3
    assert left(plant.mia.get(f"/changes/{'0' * 20}")) == 2  # a refusal costs one too
    assert left(plant.mia.get("/settings/users")) == 1
    assert left(plant.mia.get("/changes")) == 0
    for _ in range(2):
        answer = plant.ada.get("/changes")
        [error] = refusal(answer, 4084)
        assert left(answer) == 0
        assert "5" in error["message"]
        assert re.search(r"20\d\d-\d\d-\d\dT0[78]:00:00Z", error["message"])
        assert 0 < int(answer.headers["retry-after"]) <= 25 * 3600
    backstage.execute(
        "UPDATE workspaces SET requests_day = requests_day - 1 WHERE id = $1", plant.workspace_id
    )
    assert left(plant.mia.get("/changes")) == 4


def test_who_is_refused_for_it_changes_nothing(limited, backstage):
    plant = limited(1)
    expect(200, plant.mia.get("/changes"))
    refusal(plant.mia.post("/changes", {"title": "Case melting"}), 4084)
    assert backstage.value("SELECT count(*) FROM changes WHERE workspace_id = $1", plant.workspace_id) == 0


def test_who_is_nobody_is_not_counted(limited):
    plant = limited(1)
    for _ in range(3):
        refusal(plant.nobody.get("/changes"), 401)
        refusal(plant.nobody.post("/login", {"email": "mia@example.com", "password": "x"}), 4001)
    assert left(plant.mia.get("/changes")) == 0


def test_requests_at_the_same_moment_are_each_counted_once(limited):
    plant = limited(20)
    answers = at_once([lambda: plant.mia.get("/changes")] * 32)
    admitted = [left(answer) for answer in answers if answer.status_code == 200]
    assert sorted(admitted) == list(range(20))
    assert [answer.status_code for answer in answers].count(429) == 12


def test_a_workspace_has_its_own_limit_and_a_login_tells_it(limited, plant, backstage):
    limited(1)
    expect(200, plant.mia.get("/changes"))
    expect(200, plant.mia.get("/changes"))


def test_a_limit_that_is_taken_away_binds_nobody_any_more(limited):
    plant = limited(1)
    expect(200, plant.mia.get("/changes"))
    refusal(plant.mia.get("/changes"), 4084)
    limited(None)
    assert left(plant.mia.get("/changes")) == UNLIMITED


def test_the_plan_of_a_key_binds_here_too_by_the_same_number(plant, mia, backstage):
    wish = KeyWish(name="A key", plan=Plan.FREE)
    made = backstage.run(new_key(backstage.db, plant.workspace_id, mia.id, wish))
    caller = Caller(mia.http, made.token)
    expect(200, caller.get("/changes"))
    minute = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
    for begun in (minute, minute + dt.timedelta(minutes=1)):
        backstage.execute(
            "UPDATE rate_counters SET minute = $2, in_minute = 60 WHERE workspace_id = $1",
            plant.workspace_id,
            begun,
        )
        if caller.get("/changes").status_code == 429:
            break
    answer = caller.get("/changes")
    refusal(answer, 4084)
    assert left(answer) == 0
    expect(200, mia.get("/changes"))
