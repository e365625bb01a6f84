"""Who may do what: role by verb by relation, against tables written by hand.

A row is a verb, a column how the one who asks stands to the thing; a cell names the roles that may:
A an admin, M a manager, m a member, - nobody.
"""

import msgspec
import pytest

from punchlist.domain.permissions import (
    GRANTS,
    Action,
    Actor,
    Relation,
    Role,
    allowed,
    to_assignee,
    to_comment,
    to_file,
    to_key,
    to_nothing,
    to_notification,
    to_role,
    to_task,
    to_user,
)

ME = "ME000000000000000000"
OTHER = "0THER000000000000000"

TASKS = """
                creator  assignee  both  stranger
SEE_TASK        AMm      AMm       AMm   AM
UPDATE_TASK     AMm      AMm       AMm   AM
DELETE_TASK     AMm      AM        AMm   AM
CREATE_COMMENT  AMm      AMm       AMm   AM
"""
ASSIGNMENT = """
                themselves  another  nobody
ASSIGN_TASK     AMm         AM       AMm
"""
COMMENTS = """
                author  stranger
UPDATE_COMMENT  AMm     -
DELETE_COMMENT  AMm     AM
"""
# Themselves come first: an admin is to themselves not "an admin".
USERS = """
                themselves  an-admin  a-manager  a-member
SEE_USER        AMm         A         AM         AM
UPDATE_USER     AMm         A         A          AM
CHANGE_ROLE     -           A         A          AM
DELETE_USER     -           A         A          AM
CREATE_KEY      AMm         A         A          A
"""
# The role that somebody is to have, as a new user or by promotion.
ROLES = """
                admin  manager  member
CREATE_USER     A      A        AM
GRANT_ROLE      A      AM       AM
"""
KEYS = """
                owner  stranger
SEE_KEY         AMm    A
UPDATE_KEY      AMm    A
"""
# Nobody else's, whatever one's role.
NOTIFICATIONS = """
                     recipient  somebody-else
SEE_NOTIFICATION     AMm        -
UPDATE_NOTIFICATION  AMm        -
"""
NEW = """
                new
CREATE_TASK     AMm
CREATE_FILE     AMm
SET_PLAN        A
SEE_RECORD      A
SEE_WEBHOOK     A
CREATE_WEBHOOK  A
UPDATE_WEBHOOK  A
DELETE_WEBHOOK  A
"""
# Change administrators are so beside their role.
FILES = """
                creator  stranger  a-change-administrator
SEE_FILE        AMm      AMm       AMm
UPDATE_FILE     AMm      -         AMm
DELETE_FILE     AMm      -         AMm
"""
PRIVATE_FILES = """
                creator  stranger  a-change-administrator
SEE_FILE        AMm      -         AMm
UPDATE_FILE     AMm      -         AMm
DELETE_FILE     AMm      -         AMm
"""

LETTERS = {"A": Role.ADMIN, "M": Role.MANAGER, "m": Role.MEMBER}


def files(*, private):
    def to(me, creator_id, **standing):
        return to_file(msgspec.structs.replace(me, **standing), creator_id=creator_id, private=private)

    return {
        "creator": lambda me: to(me, ME),
        "stranger": lambda me: to(me, OTHER),
        "a-change-administrator": lambda me: to(me, OTHER, change_administrator=True),
    }


RELATIONS = {
    "TASKS": {
        "creator": lambda me: to_task(me, created_by=ME, assignee_id=OTHER),
        "assignee": lambda me: to_task(me, created_by=OTHER, assignee_id=ME),
        "both": lambda me: to_task(me, created_by=ME, assignee_id=ME),
        "stranger": lambda me: to_task(me, created_by=OTHER, assignee_id=None),
    },
    "ASSIGNMENT": {
        "themselves": lambda me: to_assignee(me, ME),
        "another": lambda me: to_assignee(me, OTHER),
        "nobody": lambda me: to_assignee(me, None),
    },
    "COMMENTS": {"author": lambda me: to_comment(me, ME), "stranger": lambda me: to_comment(me, OTHER)},
    "USERS": {
        "themselves": lambda me: to_user(me, ME, me.role),
        "an-admin": lambda me: to_user(me, OTHER, Role.ADMIN),
        "a-manager": lambda me: to_user(me, OTHER, Role.MANAGER),
        "a-member": lambda me: to_user(me, OTHER, Role.MEMBER),
    },
    "ROLES": {role.value: lambda _, role=role: to_role(role) for role in Role},
    "KEYS": {"owner": lambda me: to_key(me, ME), "stranger": lambda me: to_key(me, OTHER)},
    "NOTIFICATIONS": {
        "recipient": lambda me: to_notification(me, ME),
        "somebody-else": lambda me: to_notification(me, OTHER),
    },
    "NEW": {"new": lambda _: to_nothing()},
    "FILES": files(private=False),
    "PRIVATE_FILES": files(private=True),
}


def cells() -> list[tuple[Action, Role, str, str, bool]]:
    found = []
    tables = {"TASKS": TASKS, "ASSIGNMENT": ASSIGNMENT, "COMMENTS": COMMENTS, "USERS": USERS}
    tables |= {"ROLES": ROLES, "KEYS": KEYS, "NEW": NEW, "FILES": FILES, "PRIVATE_FILES": PRIVATE_FILES}
    tables |= {"NOTIFICATIONS": NOTIFICATIONS}
    for name, table in tables.items():
        header, *rows = table.strip("\n").splitlines()
        for verb, *words in map(str.split, rows):
            for column, letters in zip(header.split(), words, strict=True):
                found += [
                    (Action[verb], role, name, column, letter in letters) for letter, role in LETTERS.items()
                ]
    return found


@pytest.mark.parametrize(
    ("action", "role", "table", "column", "expected"),
    [
        pytest.param(
            *cell, id=f"{cell[1].value}-{cell[0].name}-{cell[2]}-{cell[3]}-{'yes' if cell[4] else 'no'}"
        )
        for cell in cells()
    ],
)
def test_each_role_may_what_the_table_says(action, role, table, column, expected):
    actor = Actor(1, ME, role)
    assert allowed(actor, action, RELATIONS[table][column](actor)) is expected


def test_the_tables_written_here_cover_every_verb_for_every_role():
    assert {cell[0] for cell in cells()} == set(Action)
    assert all(set(row) == set(Role) for row in GRANTS.values())
    assert set(GRANTS) == set(Action)


def test_every_relation_is_used_by_some_grant_or_is_what_a_grant_leaves_out():
    used = {relation for row in GRANTS.values() for granted in row.values() for relation in granted}
    # How one stands to a change decides by rules of its own, in domain/change_lifecycle.py.
    assert set(Relation) - used == {Relation.OTHER, Relation.SUBMITTER}


def test_a_file_whose_creator_is_gone_is_not_the_operators():
    operator = Actor(1, "", Role.ADMIN)
    assert to_file(operator, creator_id=None, private=True) == frozenset()


def test_a_task_whose_creator_is_gone_belongs_to_nobody():
    relations = to_task(Actor(1, ME, Role.MEMBER), created_by=None, assignee_id=None)
    assert relations == {Relation.ANYONE}
    assert to_comment(Actor(1, ME, Role.MEMBER), None) == {Relation.ANYONE}


@pytest.mark.parametrize("role", Role)
def test_nobody_stands_to_themselves_as_to_somebody_of_their_role(role):
    assert to_user(Actor(1, ME, role), ME, role) == {Relation.SELF}


@pytest.mark.parametrize("action", Action)
def test_a_verb_finishes_the_sentence_you_may_not(action):
    assert action.value[0].islower()
    assert not action.value.endswith(".")
