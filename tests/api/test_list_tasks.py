"""GET /v1/tasks: what is in a list. Its order and its pages are in test_list_pages.py."""

import pytest

from tests.support.builders import in_future, nobodys_id
from tests.support.client import expect, refused


def titles(caller, **parameters):
    listed = expect(200, caller.get("/tasks", **({"limit": 100} | parameters)))
    assert listed["pagination"]["total"] == len(listed["data"])
    return {task["title"] for task in listed["data"]}


def test_a_list_holds_whole_tasks(mia):
    task = mia.makes_a_task(tags=["a"])
    assert expect(200, mia.get("/tasks")) == {
        "data": [task],
        "pagination": {"total": 1, "limit": 10, "offset": 0, "hasMore": False},
    }


def test_a_list_of_nothing_is_empty(mia):
    assert expect(200, mia.get("/tasks"))["data"] == []


def test_a_list_leaves_out_what_the_caller_may_not_see(cast):
    cast.mia.makes_a_task(title="Mia's own")
    cast.bob.makes_a_task(title="Bob's own")
    cast.max.makes_a_task(title="Max's own")
    cast.max.makes_a_task(title="Max gave Bob", assigneeId=cast.bob.id)
    cast.max.makes_a_task(title="Max gave Mia", assigneeId=cast.mia.id)
    everything = {"Mia's own", "Bob's own", "Max's own", "Max gave Bob", "Max gave Mia"}
    assert titles(cast.ada) == titles(cast.max) == everything
    assert titles(cast.mia) == {"Mia's own", "Max gave Mia"}
    assert titles(cast.bob) == {"Bob's own", "Max gave Bob"}
    assert titles(cast.charlie) == set()
    assert titles(cast.elsewhere()) == set()


def test_a_filter_never_widens_what_the_caller_may_see(cast):
    cast.bob.makes_a_task(title="Bob's own")
    assert titles(cast.mia, createdBy=cast.bob.id) == set()
    assert titles(cast.mia, search="Bob's") == set()
    assert titles(cast.charlie, status="TODO,DONE") == set()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "TODO"}, {"one"}),
        ({"status": "DONE,CANCELED"}, {"two", "four"}),
        ({"status": "DONE, CANCELED"}, {"two", "four"}),
        ({"status": "IN_PROGRESS"}, set()),
        ({"priority": "LOW"}, {"one"}),
        ({"priority": "URGENT,LOW"}, {"one", "four"}),
        ({"tags": "red"}, {"one", "two"}),
        ({"tags": "blue"}, {"two"}),
        ({"tags": "blue,green"}, {"two", "three"}),
        ({"tags": "RED"}, set()),
        ({"tags": "re"}, set()),
        ({"status": "DONE", "tags": "red"}, {"two"}),
        ({"status": "TODO", "priority": "URGENT"}, set()),
    ],
    ids=str,
)
def test_a_filter_finds_any_of_its_values_and_all_filters_must_hold(mia, filters, found):
    mia.makes_a_task(title="one", status="TODO", priority="LOW", tags=["red"])
    mia.makes_a_task(title="two", status="DONE", priority="MEDIUM", tags=["red", "blue"])
    mia.makes_a_task(title="three", status="REVIEW", priority="HIGH", tags=["green"])
    mia.makes_a_task(title="four", status="CANCELED", priority="URGENT")
    assert titles(mia, **filters) == found


def test_people_filter_by_who_has_it_and_who_made_it(cast):
    cast.ada.makes_a_task(title="Ada for Bob", assigneeId=cast.bob.id)
    cast.mia.makes_a_task(title="Mia for Mia", assigneeId=cast.mia.id)
    cast.mia.makes_a_task(title="Mia for nobody")
    ada, mia, bob = cast.ada, cast.mia, cast.bob
    assert titles(ada, assigneeId=bob.id) == {"Ada for Bob"}
    assert titles(ada, assigneeId=f"{bob.id},{mia.id}") == {"Ada for Bob", "Mia for Mia"}
    assert titles(ada, createdBy=mia.id) == {"Mia for Mia", "Mia for nobody"}
    assert titles(ada, createdBy=mia.id, assigneeId=mia.id) == {"Mia for Mia"}
    assert titles(ada, createdBy=nobodys_id()) == set()


def test_due_dates_filter_by_after_before_and_whether_there_is_one(mia):
    for title, due in (("early", "2035-01-01T00:00:00Z"), ("late", "2035-02-01T00:00:00Z"), ("never", None)):
        mia.makes_a_task(title=title, dueDate=due)
    assert titles(mia, **{"dueDate[gt]": "2035-01-15T00:00:00Z"}) == {"late"}
    assert titles(mia, **{"dueDate[lt]": "2035-01-15T00:00:00Z"}) == {"early"}
    assert titles(mia, **{"dueDate[gt]": "2035-01-01T00:00:00Z"}) == {"late"}, "gt is not ge"
    assert titles(mia, **{"dueDate[lt]": "2035-02-01T00:00:00Z"}) == {"early"}, "lt is not le"
    both = {"dueDate[gt]": "2034-12-31T23:59:59Z", "dueDate[lt]": "2035-01-01T00:00:01Z"}
    assert titles(mia, **both) == {"early"}
    assert titles(mia, **{"dueDate[exists]": "true"}) == {"early", "late"}
    assert titles(mia, **{"dueDate[exists]": "false"}) == {"never"}


def test_a_due_date_filter_takes_any_offset_also_with_a_plus_that_became_a_space(mia):
    mia.makes_a_task(title="noon", dueDate="2035-01-01T12:00:00Z")
    for bound, found in (
        ("2035-01-01T13:59:59%2B02:00", {"noon"}),
        ("2035-01-01T14:00:00+02:00", set()),
        ("2035-01-01T13:59:59+02:00", {"noon"}),
        ("2035-01-01T06:59:59-05:00", {"noon"}),
    ):
        listed = expect(200, mia.send("GET", f"/tasks?dueDate%5Bgt%5D={bound}"))
        assert {task["title"] for task in listed["data"]} == found, bound


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("torque", {"Torque the bolts"}),
        ("TORQUE", {"Torque the bolts"}),
        ("que the bo", {"Torque the bolts"}),
        ("wrench", {"Torque the bolts"}),
        ("the", {"Torque the bolts", "100% of the_holes"}),
        ("100%", {"100% of the_holes"}),
        ("0% o", {"100% of the_holes"}),
        ("the_", {"100% of the_holes"}),
        ("the%", set()),
        ("___", set()),
        ("%%%", set()),
        ("\\\\\\", set()),
        ("c:\\temp", {"Backslash"}),
        ("übermut", {"Übermut"}),
        ("'; DROP", set()),
    ],
)
def test_search_finds_text_in_title_and_description_in_any_case_and_literally(mia, search, found):
    mia.makes_a_task(title="Torque the bolts", description="Use a wrench")
    mia.makes_a_task(title="100% of the_holes")
    mia.makes_a_task(title="Backslash", description="c:\\temp")
    mia.makes_a_task(title="Übermut")
    assert titles(mia, search=search) == found


def test_a_search_needs_three_characters_and_takes_255(mia):
    long = "x" * 255
    mia.makes_a_task(title=long)
    assert titles(mia, search="xxx") == titles(mia, search=long) == {long}
    for search in ("xx", "", "  x  ", long + "x", "nul\0nul"):
        error = refused(400, "invalid_parameters", mia.get("/tasks", search=search))
        assert set(error["details"]) == {"search"}


def test_fields_picks_the_fields_of_each_task(mia):
    task = mia.makes_a_task()
    listed = expect(200, mia.get("/tasks", fields="id,title,status"))
    assert listed["data"] == [{name: task[name] for name in ("id", "title", "status")}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "todo"),
        ("status", ""),
        ("status", "TODO,"),
        ("status", "TODO;DONE"),
        ("priority", "HIGHEST"),
        ("tags", ""),
        ("tags", "x" * 51),
        ("tags", ",".join(["x"] * 101)),
        ("assigneeId", "nobody"),
        ("assigneeId", ""),
        ("createdBy", "0" * 19),
        ("createdBy", "0" * 21),
        ("createdBy", "null"),
        ("dueDate[gt]", "tomorrow"),
        ("dueDate[gt]", "2035-01-01"),
        ("dueDate[lt]", "2035-01-01T00:00:00"),
        ("dueDate[lt]", "0001-01-01T00:00:00+14:00"),
        ("dueDate[exists]", "yes"),
        ("dueDate[exists]", "TRUE"),
        ("dueDate[ge]", "2035-01-01T00:00:00Z"),
        ("dueDate", "2035-01-01T00:00:00Z"),
        ("Status", "TODO"),
        ("page", "2"),
        ("fields", "nope"),
        ("", "x"),
        ("status\0", "TODO"),
    ],
)
def test_a_bad_or_unknown_parameter_is_refused_by_name(mia, name, value):
    error = refused(400, "invalid_parameters", mia.get("/tasks", **{name: value}))
    assert set(error["details"]) == {name}


def test_all_bad_parameters_are_reported_at_once_and_an_unknown_one_is_told_which_exist(mia):
    error = refused(400, "invalid_parameters", mia.get("/tasks", status="x", limit="0", page="1"))
    assert set(error["details"]) == {"status", "limit", "page"}
    known = (
        "limit offset sort fields status priority tags assigneeId createdBy"
        " dueDate[gt] dueDate[lt] dueDate[exists] search"
    )
    assert all(name in error["details"]["page"] for name in known.split())
    assert "TODO, IN_PROGRESS, REVIEW, DONE, CANCELED" in error["details"]["status"]


def test_a_parameter_given_twice_is_refused_rather_than_half_heeded(mia):
    error = refused(400, "invalid_parameters", mia.send("GET", "/tasks?status=TODO&status=DONE"))
    assert error["details"] == {"status": "Status must be given once"}


@pytest.mark.parametrize(
    "query", ["status=%FF%FE", "%FF=1", "&".join(f"p{n}=1" for n in range(2_000)), "a=%ED%A0%80"]
)
def test_a_query_that_is_not_text_or_has_no_end_is_refused(mia, query):
    refused(400, "invalid_parameters", mia.send("GET", f"/tasks?{query}"))


def test_a_filter_of_a_hundred_values_is_taken(mia):
    mia.makes_a_task(title="tagged", tags=["t99"], dueDate=in_future())
    assert titles(mia, tags=",".join(f"t{n}" for n in range(100))) == {"tagged"}
