"""Reports: which days they are about, what adds up in them, and tables that run nothing."""

import csv
import datetime as dt
import io

import pytest

from punchlist.api.common.parameters import BadValueError, date
from punchlist.api.common.tables import table, wants_table
from punchlist.api.tasks.reports import wanted_window
from punchlist.api.tasks.wire_reports import StatusCountsOut
from punchlist.domain.lifecycle import Status
from punchlist.domain.problems import Rejected
from punchlist.domain.reports import Interval, Step, cumulated, window_of

DAY, WEEK = Interval.DAY, Interval.WEEK
TODAY = dt.date(2030, 5, 17)  # a Friday


def days(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "last", "interval", "starts", "ends", "buckets"),
    [
        ("2030-05-01", "2030-05-03", DAY, "2030-05-01", "2030-05-03", 3),
        ("2030-05-03", "2030-05-03", DAY, "2030-05-03", "2030-05-03", 1),
        ("2030-05-16", "2031-01-01", DAY, "2030-05-16", "2030-05-17", 2),  # of the future nothing is known
        (None, None, DAY, "2030-04-18", "2030-05-17", 30),
        (None, "2030-05-03", DAY, "2030-04-04", "2030-05-03", 30),
        ("2030-05-01", "2030-05-13", WEEK, "2030-04-29", "2030-05-19", 3),
        ("2030-05-13", "2030-05-19", WEEK, "2030-05-13", "2030-05-19", 1),
        (None, None, WEEK, "2030-02-18", "2030-05-19", 13),
    ],
)
def test_a_window_is_whole_buckets_around_the_days_that_are_asked_for(
    first, last, interval, starts, ends, buckets
):
    asked = [None if each is None else days(each) for each in (first, last)]
    window = window_of(*asked, interval, today=TODAY)
    assert (window.first, window.last, window.buckets) == (days(starts), days(ends), buckets)
    assert window.start_of(0) == window.first
    assert window.start_of(buckets) == window.last + dt.timedelta(days=1)
    assert window.starts_at == dt.datetime.combine(window.first, dt.time(), tzinfo=dt.UTC)
    assert window.ends_at == dt.datetime.combine(window.start_of(buckets), dt.time(), tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("first", "last", "interval", "fits"),
    [
        ("2029-05-17", "2030-05-17", DAY, True),
        ("2029-05-16", "2030-05-17", DAY, False),
        ("2023-05-15", "2030-05-17", WEEK, True),
        ("2023-05-08", "2030-05-17", WEEK, False),
        ("1970-01-01", None, DAY, False),
        ("2030-05-02", "2030-05-01", DAY, False),
        ("2030-05-18", None, DAY, False),
        ("2999-12-31", "2999-12-31", WEEK, False),
    ],
)
def test_a_window_has_at_most_366_buckets_and_at_least_one(first, last, interval, fits):
    parameters = {"from": days(first), "to": last and days(last), "interval": interval.value}
    if fits:
        assert wanted_window(parameters, TODAY).buckets in (365, 366)
        return
    with pytest.raises(Rejected) as caught:
        wanted_window(parameters, TODAY)
    assert [problem.field for problem in caught.value.problems] == ["from"]


@pytest.mark.parametrize("text", ["2030-05-17", "1970-01-01", "2999-12-31", "2028-02-29"])
def test_a_day_is_read(text):
    assert date(text) == days(text)


@pytest.mark.parametrize(
    "text",
    ["", "today", "2030-5-17", "20300517", "2030-W20-5", "2030-02-30", "2030-05-17T00:00:00Z", "1969-12-31",
     "3000-01-01", "0001-01-01", " 2030-05-17", "２０３０-05-17"],
)  # fmt: skip
def test_what_is_no_day_is_not(text):
    with pytest.raises(BadValueError):
        date(text)


def test_what_changes_adds_up_from_before_the_first_bucket_on():
    steps = [
        Step(2, Status.DONE, 2),
        Step(2, Status.TODO, -2),
        Step(-1, Status.TODO, 3),
        Step(0, Status.TODO, 1),
    ]
    found = cumulated(steps, 4)
    assert [each[Status.TODO] for each in found] == [4, 4, 2, 2]
    assert [each[Status.DONE] for each in found] == [0, 0, 2, 2]
    assert all(list(each) == list(Status) for each in found)


def test_every_status_is_counted():
    assert list(StatusCountsOut.__struct_encode_fields__) == [status.value for status in Status]


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────


def lines_of(answer):
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    return answer.body.decode()


def test_a_table_is_lines_with_headings_as_rfc_4180_has_them():
    moment = dt.datetime(2030, 5, 17, 14, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    rows = [("a", 'say "x", then\ny', None, 1.5, moment, TODAY)]
    answer = table("flow", ("one", "two", "three", "four", "five", "six"), rows)
    assert lines_of(answer) == (
        'one,two,three,four,five,six\r\na,"say ""x"", then\ny",,1.5,2030-05-17T12:00:00Z,2030-05-17\r\n'
    )
    assert answer.headers["content-disposition"] == 'attachment; filename="flow.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
    ],
)
def test_no_cell_is_a_formula(text):
    written = lines_of(table("x", ("h",), [(text,)]))
    [_, [cell]] = csv.reader(io.StringIO(written, newline=""))
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["a=1", "1-1", "mia@example.com", "'quoted'", "", "Ünï"])
def test_other_texts_stay_as_they_are(text):
    written = lines_of(table("x", ("h", "i"), [(text, "-")]))
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == [text, "'-"]


def test_a_number_is_no_text():
    assert lines_of(table("x", ("h",), [(-1,)])) == "h\r\n-1\r\n"


@pytest.mark.parametrize(
    ("accept", "chosen", "wanted"),
    [
        ("text/csv", None, True),
        ("text/csv;header=present, */*;q=0.1", None, True),
        ("TEXT/CSV", None, True),
        ("application/json, text/csv", None, False),
        ("*/*", None, False),
        ("", None, False),
        ("application/json", "csv", True),
        ("text/csv", "json", False),
    ],
)
def test_a_table_is_what_is_asked_for_as_one(accept, chosen, wanted):
    assert wants_table({"accept": accept} if accept else {}, chosen) is wanted
