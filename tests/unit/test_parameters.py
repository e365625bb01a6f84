"""Query parameters: how each kind of text is read, and what is said of one that cannot be."""

import datetime as dt
from enum import StrEnum

import pytest

from punchlist.api.common import parameters as read
from punchlist.api.common.parameters import Parameter, read_query
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks.parameters import TASK_LIST, USER_LIST
from punchlist.domain import limits
from punchlist.domain.problems import Reason, Rejected
from punchlist.domain.queries import Order


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


DECLARED = (
    Parameter("limit", read.whole_number(1, 100), {}, ""),
    Parameter("colour", read.one_or_more_of(Colour), {}, ""),
    Parameter("search", read.text(3, 5), {}, ""),
)


def problems_in(query: str, declared: tuple[Parameter, ...] = DECLARED) -> dict[str, StrEnum]:
    with pytest.raises(Rejected) as caught:
        read_query(query, declared)
    assert caught.value.kind is HttpKind.INVALID_PARAMETERS
    return {problem.field: problem.reason for problem in caught.value.problems}


def refusal(reader, text: str) -> StrEnum:
    with pytest.raises(read.BadValueError) as caught:
        reader(text)
    return caught.value.reason


# --- the query as a whole -----------------------------------------------------------------------------


def test_an_empty_query_has_no_values():
    assert read_query("", DECLARED) == {}


def test_each_parameter_is_read_as_what_it_is():
    assert read_query("limit=7&colour=BLUE,RED&search=%C3%A9t%C3%A9", DECLARED) == {
        "limit": 7,
        "colour": (Colour.BLUE, Colour.RED),
        "search": "été",
    }


def test_all_that_is_wrong_is_named_at_once():
    assert problems_in("limit=0&colour=GREEN&search=x&size=1") == {
        "limit": Reason.MALFORMED,
        "colour": Reason.NOT_ONE_OF,
        "search": Reason.TOO_SHORT,
        "size": Reason.UNKNOWN,
    }


def test_a_parameter_is_given_once():
    assert problems_in("limit=1&limit=1") == {"limit": Reason.REPEATED}


@pytest.mark.parametrize("query", ["LIMIT=1", "limit[]=1", "limit%00=1", "%20limit=1", "=1"])
def test_a_name_is_the_name_and_nothing_like_it(query):
    assert Reason.UNKNOWN in problems_in(query).values()


def test_an_unknown_parameter_is_told_those_that_exist():
    with pytest.raises(Rejected) as caught:
        read_query("size=1", DECLARED)
    assert caught.value.problems[0].facts["known"] == ["colour", "limit", "search"]
    with pytest.raises(Rejected) as caught:
        read_query("size=1", ())
    assert caught.value.problems[0].facts["known"] == "no parameter"


@pytest.mark.parametrize("query", ["search=%FF", "search=%ED%A0%80", "%FF=1", "search=%C3"])
def test_what_is_not_utf8_is_malformed(query):
    assert problems_in(query) == {"query": Reason.MALFORMED}


def test_a_query_has_fifty_parameters_at_most():
    fifty = "&".join(f"x{place}=1" for place in range(limits.QUERY_PARAMETERS_MAX))
    assert len(problems_in(fifty)) == 50
    assert problems_in(fifty + "&y=1") == {"query": Reason.MALFORMED}


# --- values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("100", 100), ("007", 7)])
def test_a_whole_number_lies_within_its_bounds(text, value):
    assert read.whole_number(1, 100)(text) == value


@pytest.mark.parametrize(
    "text", ["", "0", "101", "-1", "+1", "1.0", "1e1", " 1", "٣", "0x1", "1_0", "1" * 11, "9" * 5_000]
)
def test_any_other_number_is_refused(text):
    assert refusal(read.whole_number(1, 100), text) is Reason.MALFORMED


def test_the_largest_offset_is_read_and_one_more_is_not():
    offset = read.whole_number(0, limits.OFFSET_MAX)
    assert offset(str(limits.OFFSET_MAX)) == 2**31 - 1
    assert refusal(offset, str(limits.OFFSET_MAX + 1)) is Reason.MALFORMED


def test_a_truth_is_true_or_false_and_nothing_like_it():
    assert read.boolean("true") is True
    assert read.boolean("false") is False
    for text in ("", "True", "1", "yes", "true "):
        assert refusal(read.boolean, text) is Reason.NOT_ONE_OF


def test_a_text_has_so_many_characters_once_trimmed():
    reader = read.text(3, 5)
    assert reader("  abc ") == "abc"
    assert reader("abcde") == "abcde"
    assert refusal(reader, " ab ") is Reason.TOO_SHORT
    assert refusal(reader, "abcdef") is Reason.TOO_LONG
    assert refusal(reader, "a\0bc") is Reason.NOT_STORABLE


@pytest.mark.parametrize(
    "text",
    [
        "2035-06-01T17:00:00Z",
        "2035-06-01T17:00:00.000Z",
        "2035-06-01t17:00:00z",
        "2035-06-01T19:00:00+02:00",
        "2035-06-01T19:00:00 02:00",
        "2035-06-01T12:00:00-05:00",
    ],
)
def test_an_instant_has_an_offset_and_becomes_utc(text):
    found = read.instant(text)
    assert found == dt.datetime(2035, 6, 1, 17, tzinfo=dt.UTC)
    assert found.tzinfo is dt.UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2035-06-01",
        "2035-06-01T17:00:00",
        "2035-13-01T17:00:00Z",
        "2035-06-01T17:00:00+99:00",
        "2061529200",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00 14:00",
    ],
)
def test_any_other_instant_is_refused(text):
    assert refusal(read.instant, text) is Reason.NOT_AN_INSTANT


def test_a_choice_may_be_of_several_and_of_none_but_those_there_are():
    reader = read.one_or_more_of(Colour)
    assert reader("RED") == (Colour.RED,)
    assert reader(" BLUE , RED ") == (Colour.BLUE, Colour.RED)
    for text in ("", "red", "RED,", "RED,GREEN", "RED;BLUE"):
        assert refusal(reader, text) is Reason.NOT_ONE_OF


def test_texts_in_a_list_are_trimmed_and_none_is_empty_or_too_long():
    reader = read.one_or_more_texts(5)
    assert reader("a, b c ,12345") == ("a", "b c", "12345")
    assert refusal(reader, "a,,b") is Reason.TOO_SHORT
    assert refusal(reader, "123456") is Reason.TOO_LONG


def test_a_list_has_a_hundred_values_at_most():
    hundred = ",".join(["a"] * limits.FILTER_VALUES_MAX)
    assert len(read.one_or_more_texts(5)(hundred)) == 100
    assert refusal(read.one_or_more_texts(5), hundred + ",a") is Reason.TOO_MANY


def test_ids_have_the_form_of_ids():
    one, other = "A" * 20, "B" * 20
    assert read.one_or_more_ids(f"{one}, {other}") == (one, other)
    assert read.one_id(one) == one
    for text in ("", "x", one.lower(), f"{one},", f"{one};{other}"):
        assert refusal(read.one_or_more_ids, text) is Reason.MALFORMED
        assert refusal(read.one_id, text) is Reason.MALFORMED


FIELDS = {"dueDate": "due_at", "title": "title", "priority": "priority"}


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("title", [("title", False)]),
        ("-title", [("title", True)]),
        ("+title", [("title", False)]),
        (" title", [("title", False)]),
        ("-dueDate, title,+priority", [("due_at", True), ("title", False), ("priority", False)]),
    ],
)
def test_an_order_names_fields_with_minus_for_descending(text, orders):
    assert read.order_by(FIELDS)(text) == tuple(Order(*order) for order in orders)


@pytest.mark.parametrize("text", ["", "-", "due_at", "--title", "title,", "title,-title", "title desc", "id"])
def test_any_other_order_is_refused(text):
    assert refusal(read.order_by(FIELDS), text) is Reason.MALFORMED


def test_a_choice_of_names_comes_back_in_their_own_order():
    reader = read.some_of(("id", "title", "status"))
    assert reader("status, id") == ("id", "status")
    assert reader("id,id") == ("id",)
    for text in ("", "id,", "ID", "version"):
        assert refusal(reader, text) is Reason.NOT_ONE_OF


# --- the lists ----------------------------------------------------------------------------------------


def test_tasks_and_users_can_be_filtered_and_sorted_by_what_is_promised():
    assert {parameter.name for parameter in TASK_LIST} == {
        "limit", "offset", "sort", "fields", "status", "priority", "tags", "assigneeId", "createdBy",
        "dueDate[gt]", "dueDate[lt]", "dueDate[exists]", "search",
    }  # fmt: skip
    assert {parameter.name for parameter in USER_LIST} == {"limit", "offset", "sort", "email", "name", "role"}
    tasks = {parameter.name: parameter for parameter in TASK_LIST}
    users = {parameter.name: parameter for parameter in USER_LIST}
    assert len(tasks["sort"].read("title,status,priority,dueDate,createdAt,updatedAt")) == 6
    assert len(users["sort"].read("name,email,createdAt,updatedAt")) == 4


def test_a_search_has_three_characters_at_least():
    search = next(parameter for parameter in TASK_LIST if parameter.name == "search")
    assert search.read("abc") == "abc"
    assert refusal(search.read, "ab") is Reason.TOO_SHORT
