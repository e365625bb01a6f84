"""The rule of each field of a task, at its limit and one past it, the same for POST and for PATCH."""

import pytest

from tests.support.builders import every_field, in_future, in_past
from tests.support.client import expect, invalid

DUE = "2035-06-01T17:00:00Z"

# A value sent, and the value it is stored as.
GOOD = [
    ("title", "x", "x"),
    ("title", "x" * 255, "x" * 255),
    ("title", "  \t trimmed \n ", "trimmed"),
    ("title", " " * 300 + "y" * 255, "y" * 255),
    ("title", "𝔘𝔫𝔦 " * 63, ("𝔘𝔫𝔦 " * 63).strip()),
    ("title", "<script>alert('&amp;')</script>", "<script>alert('&amp;')</script>"),
    ("title", "a\u202eb\u0301", "a\u202eb\u0301"),
    ("description", "", ""),
    ("description", "  kept as it is \r\n", "  kept as it is \r\n"),
    ("description", "ä" * 65_535, "ä" * 65_535),
    ("description", "😀" * 65_535, "😀" * 65_535),
    ("description", None, None),
    ("status", "TODO", "TODO"),
    ("priority", "URGENT", "URGENT"),
    ("dueDate", "2035-06-01T17:00:00Z", "2035-06-01T17:00:00Z"),
    ("dueDate", "2035-06-01T19:30:00+02:30", "2035-06-01T17:00:00Z"),
    ("dueDate", "2035-06-01t17:00:00z", "2035-06-01T17:00:00Z"),
    ("dueDate", "2035-06-01T23:00:00-08:00", "2035-06-02T07:00:00Z"),
    ("dueDate", "2035-06-01T17:00:00.987654Z", "2035-06-01T17:00:00Z"),
    ("dueDate", "2035-06-01T17:00:00.123456789Z", "2035-06-01T17:00:00Z"),
    ("dueDate", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ("warningOffset", 0, 0),
    ("warningOffset", 0.25, 0.25),
    ("warningOffset", 24, 24),
    ("warningOffset", 24.0, 24),
    ("warningOffset", 8760, 8760),
    ("warningOffset", None, None),
    ("tags", [], []),
    ("tags", None, []),
    ("tags", ["x" * 50], ["x" * 50]),
    ("tags", ["b", "a", "b", "c", "a"], ["b", "a", "c"]),
    ("tags", [" a ", "a"], ["a"]),
    ("tags", [f"tag {n}" for n in range(10)], [f"tag {n}" for n in range(10)]),
    ("tags", [f"tag {n % 10}" for n in range(30)], [f"tag {n}" for n in range(10)]),
    ("tags", ["Case", "case"], ["Case", "case"]),
    ("tags", ["a,b", 'quo"te', "{curly}"], ["a,b", 'quo"te', "{curly}"]),
]

_INSTANT = "Due date must be a date and time with offset, such as 2035-06-01T17:00:00Z"
_STATUS = "Status must be one of: TODO, IN_PROGRESS, REVIEW, DONE, CANCELED"
_PRIORITY = "Priority must be one of: LOW, MEDIUM, HIGH, URGENT"
_RANGE = "Warning offset must be a number from 0 to 8760"
_TAG = "Each tag must have 1 to 50 characters"

BAD = [
    ("title", "", "Title is required"),
    ("title", " \t\n\u00a0 ", "Title is required"),
    ("title", None, "Title is required"),
    ("title", "x" * 256, "Title must have at most 255 characters"),
    ("title", "nul\0", "Title must not contain NUL characters"),
    ("title", 7, "Title must be a string"),
    ("title", True, "Title must be a string"),
    ("title", ["x"], "Title must be a string"),
    ("title", {"x": "y"}, "Title must be a string"),
    ("description", "ä" * 65_536, "Description must have at most 65535 characters"),
    ("description", "nul\0", "Description must not contain NUL characters"),
    ("description", 7.5, "Description must be a string"),
    ("description", [], "Description must be a string"),
    ("status", None, "Status is required"),
    ("status", "todo", _STATUS),
    ("status", "", _STATUS),
    ("status", 1, _STATUS),
    ("status", ["TODO"], _STATUS),
    ("priority", None, "Priority is required"),
    ("priority", "high", _PRIORITY),
    ("priority", "CRITICAL", _PRIORITY),
    ("priority", False, _PRIORITY),
    ("assigneeId", "", "Assignee with ID '' does not exist"),
    ("assigneeId", "nobody", "Assignee with ID 'nobody' does not exist"),
    ("assigneeId", "0" * 20, f"Assignee with ID '{'0' * 20}' does not exist"),
    ("assigneeId", 12, "Assignee must be a string"),
    ("assigneeId", {"id": "0" * 20}, "Assignee must be a string"),
    ("dueDate", "2001-01-01T00:00:00Z", "Due date must be in the future"),
    ("dueDate", "0001-01-01T00:00:00Z", "Due date must be in the future"),
    ("dueDate", "0001-01-01T00:00:00+14:00", _INSTANT),
    ("dueDate", "9999-12-31T23:59:59-01:00", _INSTANT),
    ("dueDate", "2035-06-01", _INSTANT),
    ("dueDate", "2035-06-01T17:00:00", _INSTANT),
    ("dueDate", "2035-02-30T17:00:00Z", _INSTANT),
    ("dueDate", "2035-06-01T25:00:00Z", _INSTANT),
    ("dueDate", "tomorrow", _INSTANT),
    ("dueDate", "", _INSTANT),
    ("dueDate", 2_064_330_000, _INSTANT),
    ("dueDate", True, _INSTANT),
    ("warningOffset", -0.001, _RANGE),
    ("warningOffset", 8760.001, _RANGE),
    ("warningOffset", 10**30, _RANGE),
    ("warningOffset", "24", "Warning offset must be a number"),
    ("warningOffset", True, "Warning offset must be a number"),
    ("warningOffset", [1], "Warning offset must be a number"),
    ("tags", ["x" * 51], _TAG),
    ("tags", [""], _TAG),
    ("tags", ["ok", "  "], _TAG),
    ("tags", ["nul\0"], _TAG),
    ("tags", [f"tag {n}" for n in range(11)], "Tags must have at most 10 entries"),
    ("tags", "a,b", "Tags must be an array of strings"),
    ("tags", [1], "Tags must be an array of strings"),
    ("tags", [None], "Tags must be an array of strings"),
    ("tags", {"a": "b"}, "Tags must be an array of strings"),
]


def _id(value):
    return f"{value!r:.24}" if isinstance(value, str | int | float | list | dict | None) else None


@pytest.mark.parametrize(("field", "sent", "stored"), GOOD, ids=_id)
def test_a_good_value_is_stored_by_post_and_by_patch(mia, field, sent, stored):
    body = {"title": "Weld", "dueDate": DUE} | {field: sent}
    created = expect(201, mia.post("/tasks", body))
    assert created[field] == stored
    task = mia.makes_a_task(**every_field(description="before", warningOffset=7, tags=["before"]))
    patched = expect(200, mia.patch(f"/tasks/{task['id']}", {field: sent}))
    assert patched[field] == stored
    assert mia.sees(task)[field] == stored


@pytest.mark.parametrize(("field", "sent", "sentence"), BAD, ids=_id)
def test_a_bad_value_is_refused_by_post_and_by_patch_and_changes_nothing(ada, field, sent, sentence):
    body = {"title": "Weld", "dueDate": DUE} | {field: sent}
    assert invalid(ada.post("/tasks", body)) == {field: sentence}
    assert expect(200, ada.get("/tasks"))["pagination"]["total"] == 0
    task = ada.makes_a_task(**every_field())
    other = "title" if field != "title" else "description"
    assert invalid(ada.patch(f"/tasks/{task['id']}", {field: sent, other: "changed"})) == {field: sentence}
    assert ada.sees(task) == task
    assert len(ada.history_of(task)) == 1


def test_a_whole_number_of_hours_is_written_without_a_fraction(mia):
    answer = mia.post("/tasks", every_field(warningOffset=24.0))
    assert '"warningOffset":24,' in answer.text
    assert '"warningOffset":1.5,' in mia.post("/tasks", every_field(warningOffset=1.5)).text


def test_a_due_date_of_the_next_minute_is_in_the_future_and_of_the_last_is_not(mia):
    task = mia.makes_a_task(dueDate=in_future(minutes=1))
    details = invalid(mia.patch(f"/tasks/{task['id']}", {"dueDate": in_past(minutes=1)}))
    assert details == {"dueDate": "Due date must be in the future"}


def test_text_comes_back_character_for_character(mia):
    text = "".join(map(chr, [*range(1, 0x250), 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xFFFE, 0x1F600, 0x10FFFF]))
    task = mia.makes_a_task(description=text)
    assert mia.sees(task)["description"] == text
