"""What a comment may say."""

import datetime as dt

import msgspec
import pytest
from msgspec import UNSET

from punchlist.domain.comments import Comment, CommentChanges, apply, create
from punchlist.domain.problems import Problem, Reason
from tests.unit.builders import BOB, NOW, TASK_ID, a_comment, found_wrong, the_problem


def made(**fields) -> Comment:
    changes = CommentChanges(**fields)
    return create(changes, comment_id="C" * 20, task_id=TASK_ID, author_id=BOB, now=NOW)


def changed(comment: Comment, **fields) -> Comment:
    return apply(comment, CommentChanges(**fields), now=NOW)


def test_a_comment_knows_its_task_its_author_and_when():
    assert made(body="Fine") == Comment("C" * 20, TASK_ID, 1, BOB, "Fine", NOW, NOW)


@pytest.mark.parametrize("body", ["x", "x" * 10_000, "🔩" * 10_000, "  indented\n"])
def test_a_comment_has_1_to_10000_characters_and_is_not_trimmed(body):
    assert made(body=body).body == body
    assert changed(a_comment(), body=body).body == body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", Reason.REQUIRED),
        (" \n\t", Reason.REQUIRED),
        ("x" * 10_001, Reason.TOO_LONG),
        ("a\0b", Reason.NOT_STORABLE),
    ],
)
def test_any_other_body_is_refused(body, reason):
    assert found_wrong(lambda: made(body=body)) == [("body", reason)]
    assert found_wrong(lambda: changed(a_comment(), body=body)) == [("body", reason)]


def test_a_comment_needs_a_body_but_a_change_need_not_name_it():
    assert the_problem(lambda: made(body=UNSET)).reason is Reason.REQUIRED
    comment = a_comment()
    assert changed(comment) is comment


def test_what_the_door_found_wrong_is_not_reported_as_missing_too():
    problems = (Problem("body", Reason.WRONG_TYPE, {"expected": "a string"}),)
    assert found_wrong(lambda: made(problems=problems)) == [("body", Reason.WRONG_TYPE)]


def test_a_problem_elsewhere_refuses_a_fine_body():
    problems = (Problem("color", Reason.UNKNOWN, {"known": []}),)
    assert found_wrong(lambda: made(body="Fine", problems=problems)) == [("color", Reason.UNKNOWN)]
    assert found_wrong(lambda: changed(a_comment(), problems=problems)) == [("color", Reason.UNKNOWN)]


def test_an_edit_raises_version_and_update_instant_and_nothing_else():
    comment = a_comment()
    assert changed(comment, body="New") == msgspec.structs.replace(
        comment, body="New", version=comment.version + 1, updated_at=NOW
    )


def test_saying_the_same_again_is_no_edit():
    comment = a_comment()
    assert changed(comment, body=comment.body) is comment


def test_the_update_instant_never_goes_back_even_where_the_clock_does():
    comment = a_comment(updated_at=NOW + dt.timedelta(minutes=1))
    assert changed(comment, body="New").updated_at == comment.updated_at
