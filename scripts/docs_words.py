"""The manual's words for things that the code names but does not explain; `generate_docs.py` sets them
into tables. Numbers come from the code."""

from punchlist.domain import limits
from punchlist.domain.keys import Scope
from punchlist.domain.permissions import Relation
from punchlist.domain.tasks import Priority

# How a relation reads after "may …", from the side of who asks.
RELATIONS = {
    Relation.CREATOR: "if they created it",
    Relation.ASSIGNEE: "if it is assigned to them",
    Relation.AUTHOR: "if they wrote it",
    Relation.OWNER: "if it is their own",
    Relation.SELF: "themselves",
    Relation.OTHER: "somebody else",
    Relation.NOBODY: "nobody",
    Relation.ADMIN: "an admin",
    Relation.MANAGER: "a manager",
    Relation.MEMBER: "a member",
    Relation.ADMINISTRATOR: "if they are a change administrator",
    Relation.READER: "if it is not private",
}

# How a relation to a change reads, as somebody that one can be.
STANDINGS = {
    Relation.ANYONE: "anyone in the workspace",
    Relation.CREATOR: "the change's creator",
    Relation.ASSIGNEE: "the task's assignee or a member of its group",
    Relation.SUBMITTER: "who submitted it",
    Relation.ADMINISTRATOR: "an administrator",
}

SCOPES = {
    Scope.TASKS_READ: "Read tasks, their history and their comments, and one's notifications.",
    Scope.TASKS_WRITE: "Create, change and delete tasks and comments; mark and choose one's notifications.",
    Scope.USERS_READ: "Read users.",
    Scope.USERS_WRITE: "Create, change and delete users.",
    Scope.CHANGES_READ: "Read changes, their tasks and files, and the settings around them.",
    Scope.CHANGES_WRITE: "Create, change and delete changes, their tasks and files.",
    Scope.ADMIN: "Everything, API keys included.",
}

_ID = "An opaque string of 20 characters, `0-9` and `A-Z`. Made by the server."
_WHEN = "An instant. Made by the server."
_TAG = f"1 to {limits.TAG_MAX} characters"

TASK = {
    "id": _ID,
    "title": f"Required. 1 to {limits.TITLE_MAX} characters, trimmed.",
    "description": f"A text of at most {limits.DESCRIPTION_MAX:,} characters, or null.",
    "status": "Where it stands in its [lifecycle](#lifecycle). Default `TODO`; a new task may have any.",
    "priority": f"{', '.join(f'`{each}`' for each in Priority)}. Default `MEDIUM`.",
    "createdBy": "The user who created it; null once that user is deleted. Made by the server.",
    "assigneeId": "The user who is to do it, or null. Must exist and not be disabled.",
    "dueDate": "An instant or null. In the future when it is set or changed, and in whole seconds.",
    "warningOffset": f"Hours before `dueDate` at which a reminder is wanted, or null. 0 to "
    f"{limits.WARNING_HOURS_MAX:,.0f}, fractions allowed. Needs a `dueDate`, and goes with it.",
    "tags": f"At most {limits.TAGS_MAX} texts of {_TAG}, trimmed. Duplicates are dropped, order is kept.",
    "createdAt": _WHEN,
    "updatedAt": "The instant of the last real change. Made by the server.",
}

USER = {
    "id": _ID,
    "name": f"Required. 1 to {limits.NAME_MAX} characters, trimmed.",
    "email": f"Required. A valid address of at most {limits.EMAIL_MAX} characters, unique in the workspace "
    "whatever the case of its letters.",
    "role": "`admin`, `manager` or `member`. Default `member`.",
    "createdAt": _WHEN,
    "updatedAt": "The instant of the last real change. Made by the server.",
}

COMMENT = {
    "id": _ID,
    "taskId": "The task. Made by the server.",
    "authorId": "Who wrote it; null once that user is deleted. Made by the server.",
    "body": f"Required. 1 to {limits.COMMENT_MAX:,} characters, not only blanks.",
    "createdAt": _WHEN,
    "updatedAt": "The instant of the last edit. Made by the server.",
}

KEY = {
    "id": _ID,
    "userId": "Whose key it is. Yours, unless you are an admin and name somebody else.",
    "name": f"Required. What it is for: 1 to {limits.NAME_MAX} characters.",
    "hint": "The last four characters of its token, to tell keys apart. Made by the server.",
    "scopes": "What it may be used for. Empty: all that its user may do.",
    "networks": f"From where it may be used: at most {limits.KEY_NETWORKS_MAX} networks (CIDR). Empty: any.",
    "plan": "Its rate-limit plan; null: the server's default. Only an admin can set one.",
    "createdAt": _WHEN,
    "expiresAt": "When it ends, or null. In the future when it is made.",
    "revokedAt": "When it was ended by hand, or null.",
    "lastUsedAt": "When it was last used, some seconds late, or null.",
    "replacedBy": "The key that took its place when it was rotated, or null.",
}

NOTIFICATION = {
    "id": _ID,
    "kind": "`reminder`, `overdue`, `assigned` or `webhook_disabled`.",
    "entity": "What it is about: `task`, `implementation_task` or `webhook`.",
    "entityId": "Which one.",
    "changeId": "The change of an implementation task, or null.",
    "title": "What it was called then.",
    "dueDate": "When it was due then, or null.",
    "createdAt": "When you were told.",
    "readAt": "When you read it, or null.",
    "deliveries": "By which of `email` and `apprise` it goes, and its `state`: `pending`, `sent`, `failed` "
    "or `dropped`.",
    "url": "The path of what it is about, in this API.",
}

# What a client can do about an error, by its code.
ADVICE = {
    "invalid_format": "Send a JSON object in UTF-8. Sending the same again cannot help.",
    "invalid_parameters": "`details` names each parameter that is wrong. Mend them.",
    "missing_authentication": "Send the header.",
    "invalid_authentication": "Get another key. A disabled user's keys are answered like this too.",
    "expired_token": "Get another key.",
    "invalid_credentials": "Ask again for all three. Five wrong passwords shut the account for a while.",
    "access_not_allowed": "Use another account.",
    "cross_site_request": "See [signing in with a browser](web-sessions.md#the-cookie).",
    "account_shut": "Wait for as many seconds as `Retry-After` says.",
    "permission_denied": "See [permissions](permissions.md). Asking again cannot help.",
    "insufficient_scope": "Use a key with the scope that `details` names.",
    "resource_not_found": "It was never there, or was deleted, or is in another workspace.",
    "method_not_allowed": "The header `Allow` names the methods.",
    "not_acceptable": "Leave `Accept` out, or let it include what `message` names.",
    "resource_conflict": "Depends on the message; see below the table.",
    "precondition_failed": "[Merge](reliable-clients.md#merging-after-412), then send again.",
    "payload_too_large": "Send less.",
    "unsupported_media_type": "Send `Content-Type: application/json`, without compression.",
    "validation_error": "`details` has a sentence for each field that is wrong. Show them to your user.",
    "invalid_status_transition": "`details` names the statuses that are allowed from here.",
    "idempotency_key_reused": "A mistake in the client: each request needs a key of its own.",
    "batch_rejected": "`results` says which operation failed and why. Nothing was applied.",
    "not_applied": "Only inside of a rejected batch: this operation was not the one that failed.",
    "headers_too_large": "Send fewer or shorter headers.",
    "rate_limit_exceeded": "Wait for as many seconds as `Retry-After` says.",
    "too_many_streams": "Close streams that nobody reads any more.",
    "daily_limit_exceeded": "Wait for as many seconds as `Retry-After` says.",
    "server_error": "A mistake of ours. Retry if that is safe, and report the request id.",
    "service_unavailable": "Retry after as many seconds as `Retry-After` says.",
}

BOUNDS = [
    ("entries of a page", f"{limits.PAGE_MAX}"),
    ("values in one filter", f"{limits.FILTER_VALUES_MAX}"),
    ("query parameters", f"{limits.QUERY_PARAMETERS_MAX}"),
    ("operations of a batch", f"{limits.BATCH_MAX}"),
    ("a body", f"{limits.BODY_MAX:,} bytes"),
    ("address and headers together", f"{limits.HEAD_MAX:,} bytes, {limits.HEADERS_MAX} headers"),
    (
        "an `Idempotency-Key`",
        f"{limits.IDEMPOTENCY_KEY_MAX} characters, {limits.IDEMPOTENCY_HOURS} hours",
    ),
    ("an `X-Request-Id`", f"{limits.REQUEST_ID_MAX} characters"),
    ("working API keys of a user", f"{limits.KEYS_PER_USER_MAX}"),
    ("grace of a rotated key", f"{limits.KEY_GRACE_HOURS_MAX:.0f} hours"),
    ("webhooks of a workspace", f"{limits.WEBHOOKS_MAX}"),
    ("grace of a webhook's rotated secret", f"{limits.WEBHOOK_GRACE_HOURS_MAX:.0f} hours"),
]

# When a webhook is told.
PUBLISHED = {
    "task.created": "A task was created.",
    "task.updated": "A task was changed, moved or assigned.",
    "task.deleted": "A task was deleted.",
    "comment.created": "Somebody commented on a task.",
    "user.created": "A user was added.",
    "user.updated": "A user was changed, disabled, or given a password (which is not told).",
    "user.deleted": "A user was deleted.",
    "change.created": "A change was created.",
    "change.updated": "A change was edited.",
    "change.transitioned": "A change moved in its lifecycle, by somebody or by the clock.",
    "change.deleted": "A change was deleted.",
    "implementation_task.created": "An implementation task was added, by hand or of a template.",
    "implementation_task.updated": "An implementation task was edited.",
    "implementation_task.deleted": "An implementation task was removed.",
}
