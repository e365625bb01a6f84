"""What is to be told of a task at an instant: values in, a verdict out."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain.events import Entity
from punchlist.domain.limits import ASSIGNMENT_NEWS_HOURS, OVERDUE_NEWS_DAYS
from punchlist.domain.notices import (
    Assignment,
    NoticeKind,
    Verdict,
    Watched,
    judge,
    judge_assignment,
    still_makes_sense,
)

DUE = dt.datetime(2030, 5, 17, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
BOB, MIA = "B" * 20, "M" * 20

TASK = Watched(Entity.TASK, "T" * 20, None, "Check the torque", True, DUE, 24.0, (BOB,))


def task(**fields) -> Watched:
    return msgspec.structs.replace(TASK, **fields)


def told(verdict: Verdict) -> list[tuple[NoticeKind, str]]:
    return [(notice.kind, notice.recipient_id) for notice in verdict.notices]


@pytest.mark.parametrize(
    ("before", "expected", "again"),
    [
        (dt.timedelta(days=30), None, DUE - 24 * HOUR),
        (24 * HOUR + dt.timedelta(microseconds=1), None, DUE - 24 * HOUR),
        (24 * HOUR, NoticeKind.REMINDER, DUE),
        (dt.timedelta(microseconds=1), NoticeKind.REMINDER, DUE),
        (dt.timedelta(0), NoticeKind.OVERDUE, None),
        (dt.timedelta(days=-OVERDUE_NEWS_DAYS), NoticeKind.OVERDUE, None),
        (dt.timedelta(days=-OVERDUE_NEWS_DAYS, microseconds=-1), None, None),
    ],
)
def test_what_is_told_and_when_to_look_again(before, expected, again):
    verdict = judge(TASK, DUE - before)
    assert told(verdict) == ([] if expected is None else [(expected, BOB)])
    assert verdict.again_at == again


@pytest.mark.parametrize("fields", [{"open": False}, {"due_at": None, "warning_hours": None}])
@pytest.mark.parametrize("at", [DUE - 30 * HOUR, DUE - HOUR, DUE + HOUR])
def test_of_what_is_not_open_or_not_due_nothing_is_told(fields, at):
    assert judge(task(**fields), at) == Verdict()


def test_without_an_offset_only_the_due_date_counts():
    undated = task(warning_hours=None)
    assert judge(undated, DUE - HOUR) == Verdict(again_at=DUE)
    assert told(judge(undated, DUE)) == [(NoticeKind.OVERDUE, BOB)]


def test_each_recipient_is_told_and_a_task_of_nobody_tells_nobody():
    assert told(judge(task(recipient_ids=(BOB, MIA)), DUE)) == [
        (NoticeKind.OVERDUE, BOB),
        (NoticeKind.OVERDUE, MIA),
    ]
    assert told(judge(task(recipient_ids=()), DUE)) == []


def test_what_is_given_once_is_the_same_for_one_due_date_and_another_for_the_next():
    def once(of: Watched, at: dt.datetime) -> str:
        return judge(of, at).notices[0].once

    later = task(due_at=DUE + HOUR)
    assert once(TASK, DUE - HOUR) == once(task(title="Another", warning_hours=3.0), DUE - 2 * HOUR)
    keys = {once(TASK, DUE - HOUR), once(TASK, DUE), once(later, DUE), once(later, DUE + HOUR)}
    assert len(keys) == 4
    assert all(len(key) <= 200 for key in keys)


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_no_trouble(year):
    early = task(due_at=dt.datetime(year, 1, 1, tzinfo=dt.UTC), warning_hours=8760.0)
    for at in (dt.datetime(1, 1, 1, tzinfo=dt.UTC), DUE, dt.datetime(9999, 12, 31, tzinfo=dt.UTC)):
        judge(early, at)


INSTANTS = st.datetimes(
    dt.datetime(2030, 1, 1),  # noqa: DTZ001
    dt.datetime(2030, 12, 31),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)


@given(due=INSTANTS, hours=st.none() | st.floats(0, 8760), now=INSTANTS)
def test_to_look_again_is_always_later_and_leads_to_the_overdue_notice_at_last(due, hours, now):
    one = task(due_at=due, warning_hours=hours)
    seen = []
    at: dt.datetime | None = now
    while at is not None:
        verdict = judge(one, at)
        seen += [notice.kind for notice in verdict.notices]
        assert verdict.again_at is None or verdict.again_at > at
        at = verdict.again_at
    late = now - due > dt.timedelta(days=OVERDUE_NEWS_DAYS)
    assert seen[-1:] == ([] if late else [NoticeKind.OVERDUE])
    assert len(set(seen)) == len(seen) <= 2


ASSIGNED = Assignment(MIA, 7, DUE - 48 * HOUR)


def test_who_gave_a_task_is_not_told_of_it_and_the_others_are():
    group = task(recipient_ids=(BOB, MIA))
    assert told(judge_assignment(group, ASSIGNED, ASSIGNED.at)) == [(NoticeKind.ASSIGNED, BOB)]
    by_nobody = msgspec.structs.replace(ASSIGNED, actor_id=None)
    assert len(told(judge_assignment(group, by_nobody, ASSIGNED.at))) == 2


@pytest.mark.parametrize(("hours", "is_news"), [(0, True), (ASSIGNMENT_NEWS_HOURS, True), (25, False)])
def test_an_assignment_is_news_for_so_long(hours, is_news):
    assert bool(told(judge_assignment(TASK, ASSIGNED, ASSIGNED.at + hours * HOUR))) is is_news


def test_an_assignment_of_what_is_done_is_none():
    assert judge_assignment(task(open=False), ASSIGNED, ASSIGNED.at) == Verdict()


def test_another_assignment_is_told_anew():
    again = msgspec.structs.replace(ASSIGNED, seq=8)
    once = [judge_assignment(TASK, each, ASSIGNED.at).notices[0].once for each in (ASSIGNED, again)]
    assert once[0] != once[1]


@pytest.mark.parametrize("kind", [NoticeKind.REMINDER, NoticeKind.OVERDUE, NoticeKind.ASSIGNED])
def test_what_says_something_of_a_task_makes_sense_while_that_is_open(kind):
    assert still_makes_sense(kind, DUE, TASK)
    assert not still_makes_sense(kind, DUE, task(open=False))
    assert not still_makes_sense(kind, DUE, None)


def test_what_says_something_of_a_due_date_makes_sense_while_it_stands():
    put_off = task(due_at=DUE + HOUR)
    assert not still_makes_sense(NoticeKind.REMINDER, DUE, put_off)
    assert not still_makes_sense(NoticeKind.OVERDUE, DUE, put_off)
    assert still_makes_sense(NoticeKind.ASSIGNED, DUE, put_off)


def test_what_is_of_no_task_makes_sense_whatever_becomes_of_tasks():
    assert still_makes_sense(NoticeKind.WEBHOOK_DISABLED, None, None)
