"""ETag, If-None-Match and If-Match on tasks."""

import pytest

from tests.support.builders import every_field
from tests.support.client import expect, refused


def tag(caller, task):
    return caller.get(f"/tasks/{task['id']}").headers["etag"]


def test_get_post_and_patch_carry_the_task_s_tag(mia):
    created = mia.post("/tasks", {"title": "Weld"})
    task = expect(201, created)
    path = f"/tasks/{task['id']}"
    assert created.headers["etag"] == mia.get(path).headers["etag"]
    patched = mia.patch(path, {"title": "Weld it"})
    assert patched.headers["etag"] != created.headers["etag"]
    assert patched.headers["etag"] == mia.get(path).headers["etag"]
    assert patched.headers["etag"].startswith('"')


def test_a_tag_moves_with_every_change_and_only_then(mia):
    task = mia.makes_a_task()
    seen = [tag(mia, task)]
    for title in ("a", "b", "b", "a"):
        mia.changes(task, title=title)
        seen.append(tag(mia, task))
    assert seen[2] == seen[3]
    assert len(set(seen)) == 4


# ── If-None-Match ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{},"more"', "*"])
def test_what_the_caller_has_is_not_sent_again(mia, form):
    task = mia.makes_a_task()
    present = tag(mia, task)
    answer = mia.get(f"/tasks/{task['id']}", headers={"if-none-match": form.format(present)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == present


@pytest.mark.parametrize("form", ['"other"', "other", "", '"', "{bare}", 'w/"x"', '"{bare}'])
def test_what_the_caller_has_not_is_sent(mia, form):
    task = mia.makes_a_task()
    value = form.format(bare=tag(mia, task).strip('"'))
    assert expect(200, mia.get(f"/tasks/{task['id']}", headers={"if-none-match": value})) == task


def test_a_tag_from_before_a_change_is_not_known_any_more(mia):
    task = mia.makes_a_task()
    old = tag(mia, task)
    changed = mia.changes(task, title="Changed")
    assert expect(200, mia.get(f"/tasks/{task['id']}", headers={"if-none-match": old})) == changed


def test_not_modified_is_told_only_to_who_may_see(mia, charlie):
    task = mia.makes_a_task()
    refused(403, "permission_denied", charlie.get(f"/tasks/{task['id']}", headers={"if-none-match": "*"}))


# ── If-Match ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["{}", '"999", {}', "*", "{} ,"])
def test_a_change_with_the_present_tag_is_made(mia, form):
    task = mia.makes_a_task()
    headers = {"if-match": form.format(tag(mia, task))}
    assert expect(200, mia.patch(f"/tasks/{task['id']}", {"title": "X"}, headers=headers))["title"] == "X"


@pytest.mark.parametrize(
    "value", ['"999"', "W/{}", "{bare}", "", '"', "nonsense", '"0"', '"-1"', f'"{"9" * 40}"']
)
def test_a_change_with_any_other_tag_is_refused_and_not_made(mia, value):
    task = mia.makes_a_task()
    present = tag(mia, task)
    headers = {"if-match": value.format(present, bare=present.strip('"'))}
    error = refused(
        412, "precondition_failed", mia.patch(f"/tasks/{task['id']}", {"title": "X"}, headers=headers)
    )
    assert error["details"]["current"] == task
    assert mia.sees(task) == task


def test_a_stale_change_is_told_the_present_task_and_the_fields_that_clash(mia, bob, max_):
    task = mia.makes_a_task(**every_field())
    old = tag(mia, task)
    max_.changes(task, priority="HIGH", assigneeId=bob.id)
    current = bob.changes(task, tags=["changed"], warningOffset=1)
    wish = {"title": "X", "priority": "LOW", "tags": [], "status": "IN_PROGRESS"}
    answer = mia.patch(f"/tasks/{task['id']}", wish, headers={"if-match": old})
    details = refused(412, "precondition_failed", answer)["details"]
    assert details["current"] == current
    assert set(details["conflicts"]) == {"priority", "tags"}


def test_a_stale_change_of_fields_that_nobody_else_touched_has_no_conflicts_and_can_be_merged(mia, max_):
    task = mia.makes_a_task()
    old = tag(mia, task)
    max_.changes(task, priority="HIGH")
    path = f"/tasks/{task['id']}"
    answer = mia.patch(path, {"title": "X"}, headers={"if-match": old})
    details = refused(412, "precondition_failed", answer)["details"]
    assert details["conflicts"] == []
    fresh = {"if-match": answer.headers["etag"]}
    merged = expect(200, mia.patch(path, {"title": "X"}, headers=fresh))
    assert (merged["title"], merged["priority"]) == ("X", "HIGH")


def test_only_changes_since_the_tag_clash(mia):
    task = mia.makes_a_task()
    mia.changes(task, title="first")
    seen = tag(mia, task)
    mia.changes(task, priority="HIGH")
    answer = mia.patch(f"/tasks/{task['id']}", {"title": "X", "priority": "LOW"}, headers={"if-match": seen})
    assert refused(412, "precondition_failed", answer)["details"]["conflicts"] == ["priority"]


def test_a_stale_request_that_would_change_nothing_is_stale_all_the_same(mia):
    task = mia.makes_a_task()
    old = tag(mia, task)
    mia.changes(task, title="Changed")
    refused(412, "precondition_failed", mia.patch(f"/tasks/{task['id']}", {}, headers={"if-match": old}))


def test_who_may_not_change_is_told_that_and_not_the_task(mia, charlie):
    task = mia.makes_a_task()
    answer = charlie.patch(f"/tasks/{task['id']}", {"title": "X"}, headers={"if-match": '"999"'})
    assert "details" not in refused(403, "permission_denied", answer)


def test_if_match_on_what_does_not_exist_is_404(mia):
    answer = mia.patch(f"/tasks/{'0' * 20}", {"title": "X"}, headers={"if-match": "*"})
    refused(404, "resource_not_found", answer)
