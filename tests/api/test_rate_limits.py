"""Rate limits: the plans, what a caller is told of them, and what is refused."""

import datetime as dt
import time

import httpx
import pytest

from punchlist.domain.plans import Plan
from punchlist.settings import Settings
from tests.support.builders import instant, nobodys_id
from tests.support.client import Caller, expect, refused
from tests.support.crowd import at_once
from tests.support.servers import in_thread

PLANS = {"free": (60, 10_000), "standard": (120, 50_000), "professional": (300, 150_000)}
HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


def told(answer):
    return tuple(int(answer.headers[name]) for name in HEADERS)


def within_one_minute(cast, act, **wish):
    """What `act` returns for somebody new, done anew where the clock's minute turned while it acted.

    The windows are those of the clock, so a burst may straddle two of them, once.
    """
    for n in range(3):
        minute = time.time() // 60
        done = act(cast.joins(f"Nina{n}", "admin", **wish))
        if time.time() // 60 == minute:
            return done
    raise AssertionError("no burst fitted into a minute")


@pytest.mark.parametrize("plan", PLANS)
def test_each_answer_tells_the_limit_what_remains_and_when_it_starts_anew(cast, plan):
    def act(nina):
        return [nina.get("/tasks") for _ in range(3)]

    now = time.time()
    answers = within_one_minute(cast, act, plan=Plan(plan))
    limit, _ = PLANS[plan]
    assert [told(answer)[:2] for answer in answers] == [(limit, limit - n) for n in (1, 2, 3)]
    for answer in answers:
        reset = told(answer)[2]
        assert reset % 60 == 0
        assert now < reset <= time.time() + 60


def test_every_authenticated_answer_tells_it_whatever_became_of_the_request(cast):
    def act(nina):
        task = nina.post("/tasks", {"title": "Weld"})
        path = f"/tasks/{task.json()['id']}"
        return [
            task,
            nina.get(path),
            nina.get(path, headers={"if-none-match": "*"}),
            nina.patch(path, {"title": ""}),
            nina.patch(path, {"title": "X"}, headers={"if-match": '"9"'}),
            nina.send("PATCH", path, content=b"{"),
            nina.get("/tasks", nonsense="x"),
            nina.get(f"/tasks/{nobodys_id()}"),
            nina.get("/tasks", headers={"accept": "text/html"}),
            nina.get("/users"),
            nina.delete(path),
        ]

    answers = within_one_minute(cast, act, plan=Plan.FREE)
    assert [answer.status_code for answer in answers] == [
        201,
        200,
        304,
        422,
        412,
        400,
        400,
        404,
        406,
        200,
        204,
    ]
    assert [told(answer)[1] for answer in answers] == list(range(59, 48, -1))


def test_an_unlimited_plan_and_a_stranger_are_told_nothing(cast, mia):
    for answer in (
        mia.get("/tasks"),
        cast.with_key(mia, plan=Plan.UNLIMITED).get("/tasks"),
        cast.nobody.get("/tasks"),
    ):
        assert not set(HEADERS) & set(answer.headers)
    assert cast.backstage.value("SELECT count(*) FROM rate_counters WHERE user_id = $1", mia.id) == 0


def test_the_sixty_first_request_of_a_minute_is_refused_and_does_nothing(cast, ada):
    def act(nina):
        answers = [nina.post("/tasks", {"title": f"{n}"}) for n in range(62)]
        return nina, answers, time.time()

    nina, answers, now = within_one_minute(cast, act, plan=Plan.FREE)
    assert [answer.status_code for answer in answers] == [201] * 60 + [429] * 2
    error = refused(429, "rate_limit_exceeded", answers[-1])
    _, _, reset = told(answers[-1])
    assert error["details"] == {
        "limit": 60,
        "remaining": 0,
        "resetAt": instant(dt.datetime.fromtimestamp(reset, dt.UTC)),
    }
    assert told(answers[-1])[:2] == (60, 0)
    assert reset - now - 1 <= int(answers[-1].headers["retry-after"]) <= 61
    assert expect(200, ada.get("/tasks", createdBy=nina.id))["pagination"]["total"] == 60


def test_a_burst_from_many_sides_is_counted_exactly(cast):
    def act(nina):
        return at_once([lambda: nina.get("/tasks").status_code for _ in range(80)])

    statuses = within_one_minute(cast, act, plan=Plan.FREE)
    assert (statuses.count(200), statuses.count(429)) == (60, 20)


def test_the_next_minute_starts_anew(cast, mia, backstage):
    nina = cast.with_key(mia, plan=Plan.FREE)
    expect(200, nina.get("/tasks"))
    full = "UPDATE rate_counters SET minute = minute - interval '1 minute', in_minute = 60 WHERE user_id = $1"
    backstage.execute(full, mia.id)
    answer = nina.get("/tasks")
    expect(200, answer)
    assert told(answer)[1] == 59


def test_a_clock_that_steps_back_locks_nobody_out(cast, mia, backstage):
    nina = cast.with_key(mia, plan=Plan.FREE)
    expect(200, nina.get("/tasks"))
    ahead = "UPDATE rate_counters SET minute = minute + interval '1 hour', in_minute = 60 WHERE user_id = $1"
    backstage.execute(ahead, mia.id)
    expect(200, nina.get("/tasks"))


@pytest.mark.parametrize("plan", PLANS)
def test_the_days_limit_is_one_of_its_own(cast, mia, backstage, plan):
    nina = cast.with_key(mia, plan=Plan(plan))
    expect(200, nina.get("/tasks"))
    _, a_day = PLANS[plan]
    backstage.execute("UPDATE rate_counters SET in_day = $2 WHERE user_id = $1", mia.id, a_day - 2)
    assert told(nina.get("/tasks"))[:2] == (a_day, 1), "told is the limit that is nearer"
    assert told(nina.get("/tasks"))[:2] == (a_day, 0)
    answer = nina.get("/tasks")
    error = refused(429, "daily_limit_exceeded", answer)
    tomorrow = told(answer)[2]
    assert tomorrow % 86_400 == 0
    assert 0 < tomorrow - time.time() <= 86_400
    assert error["details"] == {
        "limit": a_day,
        "remaining": 0,
        "resetAt": instant(dt.datetime.fromtimestamp(tomorrow, dt.UTC)),
    }
    assert abs(tomorrow - time.time() - int(answer.headers["retry-after"])) < 5
    refused(429, "daily_limit_exceeded", nina.post("/tasks", {"title": "Weld"}))
    backstage.execute("UPDATE rate_counters SET day = day - interval '1 day' WHERE user_id = $1", mia.id)
    expect(200, nina.get("/tasks"))


def test_what_is_refused_is_not_counted(cast, mia, backstage):
    nina = cast.with_key(mia, plan=Plan.FREE)
    expect(200, nina.get("/tasks"))
    backstage.execute("UPDATE rate_counters SET in_day = 10000 WHERE user_id = $1", mia.id)
    for _ in range(5):
        refused(429, "daily_limit_exceeded", nina.get("/tasks"))
    assert backstage.value("SELECT in_day FROM rate_counters WHERE user_id = $1", mia.id) == 10_000


def test_all_keys_of_a_person_share_one_count_and_other_people_have_their_own(cast, mia, bob, backstage):
    first, second = cast.with_key(mia, plan=Plan.FREE), cast.with_key(mia, plan=Plan.FREE)
    expect(200, first.get("/tasks"))
    backstage.execute("UPDATE rate_counters SET in_day = 10000 WHERE user_id = $1", mia.id)
    refused(429, "daily_limit_exceeded", second.get("/tasks"))
    expect(200, mia.get("/tasks"))  # by a key of an unlimited plan
    expect(200, cast.with_key(bob, plan=Plan.FREE).get("/tasks"))


def test_a_key_that_is_not_accepted_counts_for_nobody(cast, mia, backstage):
    nina = cast.with_key(mia, plan=Plan.FREE)
    backstage.execute("UPDATE api_keys SET revoked_at = now() WHERE id = $1", nina.key_id)
    answer = nina.get("/tasks")
    refused(401, "invalid_authentication", answer)
    assert not set(HEADERS) & set(answer.headers)
    assert backstage.value("SELECT count(*) FROM rate_counters WHERE user_id = $1", mia.id) == 0


def test_the_plan_of_keys_that_have_none_is_one_setting(cast, mia, dsn):
    with (
        in_thread(Settings(default_plan="professional"), dsn) as url,
        httpx.Client(base_url=url, trust_env=False) as http,
    ):
        assert told(Caller(http, mia.token).get("/tasks"))[0] == 300
        ours = cast.with_key(mia, plan=Plan.UNLIMITED)
        assert "x-ratelimit-limit" not in Caller(http, ours.token).get("/tasks").headers
