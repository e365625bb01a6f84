"""The task dialect's names: every field that can be seen or complained of has one, and no two share it."""

from collections import Counter

import pytest

from punchlist.api.tasks import wire
from punchlist.api.tasks.batch import BatchIn, Operation
from punchlist.api.tasks.names import FIELDS, label, wire_name
from punchlist.domain.comments import Comment, CommentChanges
from punchlist.domain.keys import ApiKey, KeyWish
from punchlist.domain.queries import TASK_SORT_FIELDS, USER_SORT_FIELDS
from punchlist.domain.tasks import Task, TaskChanges
from punchlist.domain.users import User, UserChanges

THINGS = (Task, TaskChanges, User, UserChanges, Comment, CommentChanges, ApiKey, KeyWish)


@pytest.mark.parametrize("thing", THINGS)
def test_every_field_of_the_domain_has_a_name(thing):
    assert set(thing.__struct_fields__) - set(FIELDS) <= {"problems"}


@pytest.mark.parametrize("field", [*TASK_SORT_FIELDS, *USER_SORT_FIELDS])
def test_whatever_a_list_is_sorted_by_has_a_name(field):
    assert field in FIELDS


@pytest.mark.parametrize(
    "shape",
    [wire.TaskOut, wire.TaskPatch, wire.UserOut, wire.UserPatch, wire.CommentOut, wire.CommentPatch,
     wire.KeyOut, wire.KeyIn, wire.RotationIn, Operation, BatchIn],
)  # fmt: skip
def test_every_field_of_the_wire_is_one_of_these_names(shape):
    known = {name.wire for name in FIELDS.values()} | {"task"}
    assert set(shape.__struct_encode_fields__) <= known


def test_no_two_fields_share_a_name():
    for names in ([name.wire for name in FIELDS.values()], [name.label for name in FIELDS.values()]):
        assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize(
    ("field", "wire_spelling", "said"),
    [
        ("due_at", "dueDate", "Due date"),
        ("warning_hours", "warningOffset", "Warning offset"),
        ("assignee_id", "assigneeId", "Assignee"),
        ("created_by", "createdBy", "Creator"),
    ],
)
def test_a_field_goes_by_its_name_in_either_spelling(field, wire_spelling, said):
    assert wire_name(field) == wire_name(wire_spelling) == wire_spelling
    assert label(field) == label(wire_spelling) == said


def test_what_has_no_name_goes_by_its_own():
    assert wire_name("dueDate[gt]") == label("dueDate[gt]") == "dueDate[gt]"
