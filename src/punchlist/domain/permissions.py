"""Who may do what: one table and its reading for one thing.

A grant says that people of a role may do an action to things they stand in one of the given relations to.
`allowed` reads the table for one thing; `punchlist.store.visibility` reads the same table for a list, as a
WHERE clause. Nothing else in the system asks for a role.
"""

from enum import StrEnum

import msgspec

from punchlist.domain.keys import Scope


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"


class Action(StrEnum):
    """What can be done. The values finish the sentence "you may not …" in every dialect."""

    SEE_TASK = "see this task"
    CREATE_TASK = "create tasks"
    ASSIGN_TASK = "assign tasks to this user"
    UPDATE_TASK = "change this task"
    DELETE_TASK = "delete this task"
    CREATE_COMMENT = "comment on this task"
    UPDATE_COMMENT = "edit this comment"
    DELETE_COMMENT = "delete this comment"
    SEE_USER = "see this user"
    CREATE_USER = "create users of this role"
    UPDATE_USER = "change this user"
    CHANGE_ROLE = "change the role of this user"
    GRANT_ROLE = "grant this role"
    DELETE_USER = "delete this user"
    SEE_KEY = "see this API key"
    CREATE_KEY = "make API keys for this user"
    UPDATE_KEY = "rotate or revoke this API key"
    SET_PLAN = "choose the plan of an API key"
    SEE_RECORD = "read the record"
    SEE_FILE = "see this file"
    CREATE_FILE = "add files"
    UPDATE_FILE = "change this file"
    DELETE_FILE = "delete this file"
    SEE_NOTIFICATION = "see this notification"
    UPDATE_NOTIFICATION = "mark this notification"
    SEE_WEBHOOK = "see webhooks"
    CREATE_WEBHOOK = "create webhooks"
    UPDATE_WEBHOOK = "change webhooks"
    DELETE_WEBHOOK = "delete webhooks"


class Relation(StrEnum):
    """How an actor stands to a thing. To a user it is SELF, or else that user's role, never both."""

    ANYONE = "anyone"
    CREATOR = "creator"
    ASSIGNEE = "assignee"
    AUTHOR = "author"
    OWNER = "owner"
    SELF = "self"
    OTHER = "other"
    NOBODY = "nobody"
    ADMIN = "an admin"
    MANAGER = "a manager"
    MEMBER = "a member"
    SUBMITTER = "submitter"
    ADMINISTRATOR = "change administrator"
    READER = "reader"


class Actor(msgspec.Struct, frozen=True):
    """Who asks: a user of a workspace, with the scopes of the key they came with (None: all).

    `change_administrator` is a standing of its own beside the role: who may approve, complete and cancel
    changes is not thereby who may manage users, nor the reverse.
    """

    workspace_id: int
    id: str
    role: Role
    scopes: frozenset[Scope] | None = None
    change_administrator: bool = False


_R = Relation
_EVERYONE = frozenset({_R.ANYONE})
_NONE: frozenset[Relation] = frozenset()
_INVOLVED = frozenset({_R.CREATOR, _R.ASSIGNEE})


def _row(
    admin: frozenset[Relation], manager: frozenset[Relation], member: frozenset[Relation]
) -> dict[Role, frozenset[Relation]]:
    return {Role.ADMIN: admin, Role.MANAGER: manager, Role.MEMBER: member}


_OWN = frozenset({_R.OWNER})
_SELF = frozenset({_R.SELF})
_ANY_OTHER_USER = frozenset({_R.ADMIN, _R.MANAGER, _R.MEMBER})
_A_MEMBER = frozenset({_R.MEMBER})
_AUTHOR = frozenset({_R.AUTHOR})
_KEEPERS = frozenset({_R.CREATOR, _R.ADMINISTRATOR})

GRANTS: dict[Action, dict[Role, frozenset[Relation]]] = {
    Action.SEE_TASK: _row(_EVERYONE, _EVERYONE, _INVOLVED),
    Action.CREATE_TASK: _row(_EVERYONE, _EVERYONE, _EVERYONE),
    Action.ASSIGN_TASK: _row(_EVERYONE, _EVERYONE, frozenset({_R.SELF, _R.NOBODY})),
    Action.UPDATE_TASK: _row(_EVERYONE, _EVERYONE, _INVOLVED),
    Action.DELETE_TASK: _row(_EVERYONE, _EVERYONE, frozenset({_R.CREATOR})),
    Action.CREATE_COMMENT: _row(_EVERYONE, _EVERYONE, _INVOLVED),
    Action.UPDATE_COMMENT: _row(_AUTHOR, _AUTHOR, _AUTHOR),
    Action.DELETE_COMMENT: _row(_EVERYONE, _EVERYONE, _AUTHOR),
    Action.SEE_USER: _row(_SELF | _ANY_OTHER_USER, _SELF | {_R.MANAGER, _R.MEMBER}, _SELF),
    Action.CREATE_USER: _row(_ANY_OTHER_USER, _A_MEMBER, _NONE),
    Action.UPDATE_USER: _row(_SELF | _ANY_OTHER_USER, _SELF | _A_MEMBER, _SELF),
    Action.CHANGE_ROLE: _row(_ANY_OTHER_USER, _A_MEMBER, _NONE),
    Action.GRANT_ROLE: _row(_ANY_OTHER_USER, frozenset({_R.MANAGER, _R.MEMBER}), _NONE),
    Action.DELETE_USER: _row(_ANY_OTHER_USER, _A_MEMBER, _NONE),
    Action.SEE_KEY: _row(_EVERYONE, _OWN, _OWN),
    Action.CREATE_KEY: _row(_SELF | _ANY_OTHER_USER, _SELF, _SELF),
    Action.UPDATE_KEY: _row(_EVERYONE, _OWN, _OWN),
    Action.SET_PLAN: _row(_EVERYONE, _NONE, _NONE),
    Action.SEE_RECORD: _row(_EVERYONE, _NONE, _NONE),
    Action.SEE_FILE: _row(_KEEPERS | {_R.READER}, _KEEPERS | {_R.READER}, _KEEPERS | {_R.READER}),
    Action.CREATE_FILE: _row(_EVERYONE, _EVERYONE, _EVERYONE),
    Action.UPDATE_FILE: _row(_KEEPERS, _KEEPERS, _KEEPERS),
    Action.DELETE_FILE: _row(_KEEPERS, _KEEPERS, _KEEPERS),
    Action.SEE_NOTIFICATION: _row(_OWN, _OWN, _OWN),
    Action.UPDATE_NOTIFICATION: _row(_OWN, _OWN, _OWN),
    Action.SEE_WEBHOOK: _row(_EVERYONE, _NONE, _NONE),
    Action.CREATE_WEBHOOK: _row(_EVERYONE, _NONE, _NONE),
    Action.UPDATE_WEBHOOK: _row(_EVERYONE, _NONE, _NONE),
    Action.DELETE_WEBHOOK: _row(_EVERYONE, _NONE, _NONE),
}

_AS_RELATION = {Role.ADMIN: _R.ADMIN, Role.MANAGER: _R.MANAGER, Role.MEMBER: _R.MEMBER}


def allowed(actor: Actor, action: Action, relations: frozenset[Relation]) -> bool:
    """Tells whether the table lets this actor do this to a thing they stand in these relations to."""
    return not GRANTS[action][actor.role].isdisjoint(relations)


def to_nothing() -> frozenset[Relation]:
    """The relation to what does not exist yet."""
    return _EVERYONE


def to_task(actor: Actor, *, created_by: str | None, assignee_id: str | None) -> frozenset[Relation]:
    """How an actor stands to a task."""
    if created_by == actor.id:
        return _INVOLVED | _EVERYONE if assignee_id == actor.id else frozenset({_R.ANYONE, _R.CREATOR})
    return frozenset({_R.ANYONE, _R.ASSIGNEE}) if assignee_id == actor.id else _EVERYONE


def to_assignee(actor: Actor, assignee_id: str | None) -> frozenset[Relation]:
    """How an actor stands to the person a task is to be given to."""
    if assignee_id is None:
        return frozenset({_R.ANYONE, _R.NOBODY})
    return frozenset({_R.ANYONE, _R.SELF if assignee_id == actor.id else _R.OTHER})


def to_comment(actor: Actor, author_id: str | None) -> frozenset[Relation]:
    """How an actor stands to a comment."""
    return frozenset({_R.ANYONE, _R.AUTHOR}) if author_id == actor.id else _EVERYONE


def to_user(actor: Actor, user_id: str, role: Role) -> frozenset[Relation]:
    """How an actor stands to a user: themselves, or somebody of a role."""
    return _SELF if user_id == actor.id else frozenset({_AS_RELATION[role]})


def to_role(role: Role) -> frozenset[Relation]:
    """How an actor stands to somebody who is to have a role."""
    return frozenset({_AS_RELATION[role]})


def to_key(actor: Actor, owner_id: str) -> frozenset[Relation]:
    """How an actor stands to an API key."""
    return frozenset({_R.ANYONE, _R.OWNER}) if owner_id == actor.id else _EVERYONE


def to_file(actor: Actor, *, creator_id: str | None, private: bool) -> frozenset[Relation]:
    """How an actor stands to a file: anyone reads one that is not private."""
    found = set() if private else {_R.READER}
    if creator_id == actor.id:
        found.add(_R.CREATOR)
    if actor.change_administrator:
        found.add(_R.ADMINISTRATOR)
    return frozenset(found)


def to_notification(actor: Actor, user_id: str) -> frozenset[Relation]:
    """How an actor stands to a notification: it is theirs, or nothing to them, whatever their role."""
    return _OWN if user_id == actor.id else _NONE
