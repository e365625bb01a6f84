"""Who may do what, over HTTP: every role, verb and relation, against tables written by hand.

The tables are what was agreed, not what the code says; nothing here is read from the code. Each row is a
verb, each column a caller, and `yes` or `no` is what the verb is answered: a success, or 403.
"""

import pytest

from tests.support.client import expect, refused

YES, NO = "yes", "no"


def table(text):
    """The cells of a table as (row, column, yes or no)."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return [
        (row[0], column, answer) for row in rows for column, answer in zip(head[1:], row[1:], strict=True)
    ]


def check(answer, response):
    if answer == YES:
        assert response.is_success, response.text
    else:
        refused(403, "permission_denied", response)


# ── tasks ────────────────────────────────────────────────────────────────────────────────────────────────

TASKS = table(
    """
    verb             admin  manager  creator  assignee  creator+assignee  stranger
    see              yes    yes      yes      yes       yes               no
    see_history      yes    yes      yes      yes       yes               no
    see_transitions  yes    yes      yes      yes       yes               no
    see_comments     yes    yes      yes      yes       yes               no
    comment          yes    yes      yes      yes       yes               no
    update           yes    yes      yes      yes       yes               no
    move             yes    yes      yes      yes       yes               no
    unassign         yes    yes      yes      yes       yes               no
    delete           yes    yes      yes      no        yes               no
    """
)

ON_TASKS = {
    "see": lambda caller, path: caller.get(path),
    "see_history": lambda caller, path: caller.get(f"{path}/history"),
    "see_transitions": lambda caller, path: caller.get(f"{path}/transitions"),
    "see_comments": lambda caller, path: caller.get(f"{path}/comments"),
    "comment": lambda caller, path: caller.post(f"{path}/comments", {"body": "Hello"}),
    "update": lambda caller, path: caller.patch(path, {"title": "Changed"}),
    "move": lambda caller, path: caller.patch(path, {"status": "IN_PROGRESS"}),
    "unassign": lambda caller, path: caller.patch(path, {"assigneeId": None}),
    "delete": lambda caller, path: caller.delete(path),
}


def a_task_seen_by(cast, relation):
    """A task, and a caller who stands to it in this relation."""
    if relation == "creator+assignee":
        return cast.mia.makes_a_task(assigneeId=cast.mia.id), cast.mia
    task = cast.mia.makes_a_task()
    task = cast.ada.changes(task, assigneeId=cast.bob.id)
    callers = {
        "admin": cast.ada,
        "manager": cast.max,
        "creator": cast.mia,
        "assignee": cast.bob,
        "stranger": cast.charlie,
    }
    return task, callers[relation]


@pytest.mark.parametrize(("verb", "relation", "answer"), TASKS)
def test_what_people_may_do_to_a_task(cast, verb, relation, answer):
    task, caller = a_task_seen_by(cast, relation)
    check(answer, ON_TASKS[verb](caller, f"/tasks/{task['id']}"))
    if answer == NO:
        assert cast.ada.sees(task) == task
        assert expect(200, cast.ada.get(f"/tasks/{task['id']}/comments"))["data"] == []


@pytest.mark.parametrize(("_verb", "relation", "answer"), [row for row in TASKS if row[0] == "see"])
def test_a_list_shows_exactly_the_tasks_that_may_be_seen(cast, _verb, relation, answer):
    task, caller = a_task_seen_by(cast, relation)
    listed = [each["id"] for each in expect(200, caller.get("/tasks"))["data"]]
    assert listed == ([task["id"]] if answer == YES else [])


@pytest.mark.parametrize("who", ["ada", "max", "mia"])
def test_everybody_may_create_tasks(cast, who):
    caller = getattr(cast, who)
    assert caller.makes_a_task()["createdBy"] == caller.id


# ── assignment ───────────────────────────────────────────────────────────────────────────────────────────

ASSIGNMENTS = table(
    """
    to         admin  manager  member
    themselves yes    yes      yes
    nobody     yes    yes      yes
    an_admin   yes    yes      no
    a_manager  yes    yes      no
    a_member   yes    yes      no
    """
)


def assignee(cast, caller, to):
    if to == "themselves":
        return caller.id
    if to == "nobody":
        return None
    name, role = {
        "an_admin": ("Anna", "admin"),
        "a_manager": ("Moritz", "manager"),
        "a_member": ("Tom", "member"),
    }[to]
    return cast.joins(name, role).id


@pytest.mark.parametrize(("to", "role", "answer"), ASSIGNMENTS)
def test_to_whom_people_may_give_a_new_task(cast, to, role, answer):
    caller = {"admin": cast.ada, "manager": cast.max, "member": cast.mia}[role]
    wish = {"title": "Weld", "assigneeId": assignee(cast, caller, to)}
    check(answer, caller.post("/tasks", wish))
    assert expect(200, cast.ada.get("/tasks"))["pagination"]["total"] == (1 if answer == YES else 0)


@pytest.mark.parametrize(("to", "role", "answer"), ASSIGNMENTS)
def test_to_whom_people_may_give_a_task_that_is_there(cast, to, role, answer):
    caller = {"admin": cast.ada, "manager": cast.max, "member": cast.mia}[role]
    task = caller.makes_a_task()
    check(
        answer, caller.patch(f"/tasks/{task['id']}", {"assigneeId": assignee(cast, caller, to), "title": "X"})
    )
    if answer == NO:
        assert caller.sees(task) == task


def test_a_member_may_send_the_present_assignee_again(cast):
    task = cast.mia.makes_a_task()
    task = cast.max.changes(task, assigneeId=cast.bob.id)
    assert cast.mia.changes(task, assigneeId=cast.bob.id) == task
    assert cast.mia.changes(task, assigneeId=cast.bob.id, title="Weld")["title"] == "Weld"


def test_an_assignee_who_unassigns_themselves_sees_the_task_no_more(cast):
    task = cast.max.makes_a_task(assigneeId=cast.bob.id)
    answer = cast.bob.changes(task, assigneeId=None)
    assert answer["assigneeId"] is None
    refused(403, "permission_denied", cast.bob.get(f"/tasks/{task['id']}"))


def test_a_member_may_take_a_task_of_their_own_back_from_somebody_but_not_pass_it_on(cast):
    task = cast.mia.makes_a_task()
    cast.max.changes(task, assigneeId=cast.bob.id)
    path = f"/tasks/{task['id']}"
    refused(403, "permission_denied", cast.mia.patch(path, {"assigneeId": cast.charlie.id}))
    assert cast.mia.changes(task, assigneeId=cast.mia.id)["assigneeId"] == cast.mia.id


def test_an_assignment_that_is_not_permitted_is_403_even_where_the_person_does_not_exist(cast):
    task = cast.mia.makes_a_task()
    refused(403, "permission_denied", cast.mia.patch(f"/tasks/{task['id']}", {"assigneeId": "0" * 20}))


# ── comments ─────────────────────────────────────────────────────────────────────────────────────────────

COMMENTS = table(
    """
    verb    author  task's_creator  task's_assignee  manager  admin  stranger
    see     yes     yes             yes              yes      yes    no
    edit    yes     no              no               no       no     no
    delete  yes     no              no               yes      yes    no
    """
)


@pytest.mark.parametrize(("verb", "relation", "answer"), COMMENTS)
def test_what_people_may_do_to_a_comment(cast, verb, relation, answer):
    other_author = cast.joins("Anna", "admin")
    task = cast.mia.makes_a_task()
    cast.ada.changes(task, assigneeId=cast.bob.id)
    author = cast.mia if relation == "author" else other_author
    comment = author.comments_on(task)
    caller = {
        "author": author,
        "task's_creator": cast.mia,
        "task's_assignee": cast.bob,
        "manager": cast.max,
        "admin": cast.ada,
        "stranger": cast.charlie,
    }[relation]
    path = f"/tasks/{task['id']}/comments/{comment['id']}"
    verbs = {
        "see": lambda: caller.get(path),
        "edit": lambda: caller.patch(path, {"body": "Changed"}),
        "delete": lambda: caller.delete(path),
    }
    check(answer, verbs[verb]())
    if answer == NO:
        assert expect(200, author.get(path)) == comment


# ── users ────────────────────────────────────────────────────────────────────────────────────────────────

USERS = table(
    """
    verb                 admin  manager  member
    see_themselves       yes    yes      yes
    see_admin            yes    no       no
    see_manager          yes    yes      no
    see_member           yes    yes      no
    rename_themselves    yes    yes      yes
    rename_admin         yes    no       no
    rename_manager       yes    no       no
    rename_member        yes    yes      no
    delete_themselves    no     no       no
    delete_admin         yes    no       no
    delete_manager       yes    no       no
    delete_member        yes    yes      no
    """
)


def two_of_each(cast):
    """Somebody else of each role."""
    return {
        "admin": cast.joins("Anna", "admin"),
        "manager": cast.joins("Moritz", "manager"),
        "member": cast.joins("Tom", "member"),
    }


@pytest.mark.parametrize(("verb", "role", "answer"), USERS)
def test_what_people_may_do_to_a_user(cast, verb, role, answer):
    others = two_of_each(cast)
    caller = {"admin": cast.ada, "manager": cast.max, "member": cast.mia}[role]
    action, _, target = verb.partition("_")
    user = caller if target == "themselves" else others[target]
    path = f"/users/{user.id}"
    before = expect(200, cast.ada.get(path))
    verbs = {
        "see": lambda: caller.get(path),
        "rename": lambda: caller.patch(path, {"name": "Renamed"}),
        "delete": lambda: caller.delete(path),
    }
    check(answer, verbs[action]())
    if answer == NO:
        assert expect(200, cast.ada.get(path)) == before


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ada", {"Ada", "Max", "Mia", "Bob", "Charlie", "Anna", "Moritz", "Tom"}),
        ("max", {"Max", "Mia", "Bob", "Charlie", "Moritz", "Tom"}),
        ("mia", {"Mia"}),
    ],
)
def test_a_list_shows_exactly_the_users_that_may_be_seen(cast, who, seen):
    two_of_each(cast)
    listed = expect(200, getattr(cast, who).get("/users", limit=100))
    assert {user["name"] for user in listed["data"]} == seen
    assert listed["pagination"]["total"] == len(seen)


CREATIONS = table(
    """
    role     admin  manager  member
    admin    yes    no       no
    manager  yes    no       no
    member   yes    yes      no
    default  yes    yes      no
    """
)


@pytest.mark.parametrize(("new", "role", "answer"), CREATIONS)
def test_whom_people_may_create(cast, new, role, answer):
    caller = {"admin": cast.ada, "manager": cast.max, "member": cast.mia}[role]
    wish = {"name": "Nina", "email": "nina@example.com"} | ({} if new == "default" else {"role": new})
    check(answer, caller.post("/users", wish))
    found = expect(200, cast.ada.get("/users", email="nina@example.com"))["data"]
    assert [user["role"] for user in found] == (
        ["member" if new == "default" else new] if answer == YES else []
    )


# Of whom (row's first word) to what (second).
PROMOTIONS = table(
    """
    change                 admin  manager  member
    themselves-to-admin    same   no       no
    themselves-to-manager  no     same     no
    themselves-to-member   no     no       same
    admin-to-admin         same   no       no
    admin-to-manager       yes    no       no
    admin-to-member        yes    no       no
    manager-to-admin       yes    no       no
    manager-to-manager     same   no       no
    manager-to-member      yes    no       no
    member-to-admin        yes    no       no
    member-to-manager      yes    yes      no
    member-to-member       same   same     no
    """
)


@pytest.mark.parametrize(("change", "role", "answer"), PROMOTIONS)
def test_whose_role_people_may_change_and_to_what(cast, change, role, answer):
    others = two_of_each(cast)
    caller = {"admin": cast.ada, "manager": cast.max, "member": cast.mia}[role]
    target, _, wished = change.partition("-to-")
    user = caller if target == "themselves" else others[target]
    before = expect(200, cast.ada.get(f"/users/{user.id}"))
    answered = caller.patch(f"/users/{user.id}", {"role": wished})
    after = expect(200, cast.ada.get(f"/users/{user.id}"))
    if answer == "same":  # a role sent again is no change of it
        assert expect(200, answered) == before == after
    else:
        check(answer, answered)
        assert after["role"] == (wished if answer == YES else before["role"])


def test_a_refused_role_takes_the_rest_of_the_request_with_it(cast):
    refused(
        403, "permission_denied", cast.mia.patch(f"/users/{cast.mia.id}", {"name": "Boss", "role": "admin"})
    )
    assert expect(200, cast.mia.get(f"/users/{cast.mia.id}"))["name"] == "Mia"


# ── API keys ─────────────────────────────────────────────────────────────────────────────────────────────

KEYS = table(
    """
    verb              admin  manager  member
    see_own           yes    yes      yes
    see_another's     yes    no       no
    make_own          yes    yes      yes
    make_another's    yes    no       no
    rotate_own        yes    yes      yes
    rotate_another's  yes    no       no
    revoke_own        yes    yes      yes
    revoke_another's  yes    no       no
    """
)


@pytest.mark.parametrize(("verb", "role", "answer"), KEYS)
def test_what_people_may_do_to_api_keys(cast, verb, role, answer):
    caller = {"admin": cast.ada, "manager": cast.max, "member": cast.mia}[role]
    action, _, whose = verb.partition("_")
    owner = caller if whose == "own" else cast.bob
    path = f"/api-keys/{owner.key_id}"
    verbs = {
        "see": lambda: caller.get(path),
        "make": lambda: caller.post("/api-keys", {"name": "New", "userId": owner.id}),
        "rotate": lambda: caller.post(f"{path}/rotate", {}),
        "revoke": lambda: caller.delete(path),
    }
    check(answer, verbs[action]())
    if answer == NO:
        assert expect(200, owner.get("/api-keys"))["pagination"]["total"] == 1
        assert expect(200, owner.get(path))["revokedAt"] is None


@pytest.mark.parametrize("who", ["ada", "max", "mia"])
def test_a_list_of_keys_holds_ones_own_and_for_an_admin_everybodys(cast, who):
    caller = getattr(cast, who)
    owners = {key["userId"] for key in expect(200, caller.get("/api-keys"))["data"]}
    everybody = {person.id for person in (cast.ada, cast.max, cast.mia, cast.bob, cast.charlie)}
    assert owners == (everybody if who == "ada" else {caller.id})


# ── what the status tells ────────────────────────────────────────────────────────────────────────────────


def test_what_exists_but_is_not_theirs_is_403_and_what_does_not_exist_is_404(cast):
    mia = cast.mia
    task = cast.max.makes_a_task()
    absent = "0" * 20
    for path, missing in (
        (f"/tasks/{task['id']}", f"/tasks/{absent}"),
        (f"/users/{cast.bob.id}", f"/users/{absent}"),
        (f"/api-keys/{cast.bob.key_id}", f"/api-keys/{absent}"),
    ):
        refused(403, "permission_denied", mia.get(path))
        refused(404, "resource_not_found", mia.get(missing))


def test_a_denial_says_in_words_what_is_not_permitted(cast):
    task = cast.max.makes_a_task()
    error = refused(403, "permission_denied", cast.mia.delete(f"/tasks/{task['id']}"))
    assert error["message"] == "You do not have permission to delete this task"


def test_a_role_that_changes_counts_from_the_next_request_on(cast):
    task = cast.max.makes_a_task()
    path = f"/tasks/{task['id']}"
    refused(403, "permission_denied", cast.bob.get(path))
    expect(200, cast.ada.patch(f"/users/{cast.bob.id}", {"role": "manager"}))
    expect(200, cast.bob.get(path))
    expect(200, cast.ada.patch(f"/users/{cast.bob.id}", {"role": "member"}))
    refused(403, "permission_denied", cast.bob.get(path))
