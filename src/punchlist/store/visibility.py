"""The permission table's second reading: which rows of a list an actor may see, as a WHERE clause."""

from punchlist.domain.permissions import GRANTS, Action, Actor, Relation

# What a relation means in SQL, with {actor} for the parameter that holds the actor's id, and
# {administrator} for what they are to every row alike.
_TASKS: dict[Relation, str] = {
    Relation.ANYONE: "true",
    Relation.CREATOR: "t.created_by = {actor}",
    Relation.ASSIGNEE: "t.assignee_id = {actor}",
}
_USERS: dict[Relation, str] = {
    Relation.SELF: "u.id = {actor}",
    Relation.ADMIN: "(u.role = 'admin' AND u.id <> {actor})",
    Relation.MANAGER: "(u.role = 'manager' AND u.id <> {actor})",
    Relation.MEMBER: "(u.role = 'member' AND u.id <> {actor})",
}
_KEYS: dict[Relation, str] = {
    Relation.ANYONE: "true",
    Relation.OWNER: "k.user_id = {actor}",
}
_FILES: dict[Relation, str] = {
    Relation.READER: "NOT f.private",
    Relation.CREATOR: "f.creator_id = {actor}",
    Relation.ADMINISTRATOR: "{administrator}",
}
_NOTIFICATIONS: dict[Relation, str] = {
    Relation.OWNER: "n.user_id = {actor}",
}
_MEANINGS: dict[Action, dict[Relation, str]] = {
    Action.SEE_TASK: _TASKS,
    Action.SEE_USER: _USERS,
    Action.SEE_KEY: _KEYS,
    Action.SEE_FILE: _FILES,
    Action.SEE_NOTIFICATION: _NOTIFICATIONS,
}


def visible(actor: Actor, action: Action, parameters: list[object]) -> str:
    """The condition under which the actor may do `action` to a row.

    Appends the actor's id to the statement's parameters where the condition mentions it. The tables go by
    the aliases `t` (tasks), `u` (users), `k` (API keys), `f` (files) and `n` (notifications).
    """
    meanings = _MEANINGS[action]
    granted = GRANTS[action][actor.role]
    if Relation.ANYONE in granted:
        return meanings[Relation.ANYONE]
    parameters.append(actor.id)
    placeholder = f"${len(parameters)}::text"
    administrator = "true" if actor.change_administrator else "false"
    conditions = [
        meaning.format(actor=placeholder, administrator=administrator)
        for relation, meaning in meanings.items()
        if relation in granted
    ]
    return f"({' OR '.join(conditions)})" if conditions else "false"
