"""The task dialect's names: each field of the domain, how the wire spells it, what a sentence calls it."""

from typing import NamedTuple


class Name(NamedTuple):
    wire: str
    label: str


FIELDS: dict[str, Name] = {
    "id": Name("id", "ID"),
    "version": Name("version", "Version"),
    "title": Name("title", "Title"),
    "description": Name("description", "Description"),
    "status": Name("status", "Status"),
    "priority": Name("priority", "Priority"),
    "created_by": Name("createdBy", "Creator"),
    "assignee_id": Name("assigneeId", "Assignee"),
    "due_at": Name("dueDate", "Due date"),
    "warning_hours": Name("warningOffset", "Warning offset"),
    "tags": Name("tags", "Tags"),
    "created_at": Name("createdAt", "Creation date"),
    "updated_at": Name("updatedAt", "Update date"),
    "name": Name("name", "Name"),
    "email": Name("email", "Email"),
    "password": Name("password", "Password"),
    "role": Name("role", "Role"),
    "disabled": Name("disabled", "Disabled"),
    "body": Name("body", "Body"),
    "task_id": Name("taskId", "Task"),
    "author_id": Name("authorId", "Author"),
    "user_id": Name("userId", "User"),
    "scopes": Name("scopes", "Scopes"),
    "networks": Name("networks", "Networks"),
    "plan": Name("plan", "Plan"),
    "hint": Name("hint", "Hint"),
    "expires_at": Name("expiresAt", "Expiry"),
    "revoked_at": Name("revokedAt", "Revocation date"),
    "replaced_by": Name("replacedBy", "Successor"),
    "last_used_at": Name("lastUsedAt", "Last use"),
    "workspace_id": Name("workspaceId", "Workspace"),
    "grace_hours": Name("graceHours", "Grace"),
    "url": Name("url", "URL"),
    "events": Name("events", "Events"),
    "enabled": Name("enabled", "Enabled"),
    "from": Name("from", "From"),
    "to": Name("to", "To"),
    "state": Name("state", "State"),
    "if_match": Name("ifMatch", "If-Match"),
    "op": Name("op", "Operation"),
    "operations": Name("operations", "Operations"),
    "atomic": Name("atomic", "Atomic"),
    "read": Name("read", "Read"),
    "ids": Name("ids", "IDs"),
    "until": Name("until", "Until"),
    "channels": Name("channels", "Channels"),
    "apprise_urls": Name("appriseUrls", "Apprise URLs"),
}

_LABELS = {name.wire: name.label for name in FIELDS.values()}


def wire_name(field: str) -> str:
    """The wire's spelling of a field, which may already be the wire's."""
    return FIELDS[field].wire if field in FIELDS else field


def label(field: str) -> str:
    """What a sentence calls a field of either spelling; an unknown one goes by its own name."""
    return FIELDS[field].label if field in FIELDS else _LABELS.get(field, field)
