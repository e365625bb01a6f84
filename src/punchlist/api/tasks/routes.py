"""The route table of the task dialect, on one screen."""

from functools import partial
from typing import Any

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks import (
    batch,
    handlers,
    notification_routes,
    people,
    reports,
    session_routes,
    wire,
    work,
)
from punchlist.api.tasks.calendar_routes import CALENDAR_ENDPOINTS
from punchlist.api.tasks.parameters import FIELDS, FORCE, OWNER, PAGE, TASK_LIST, USER_LIST
from punchlist.api.tasks.record_routes import RECORD_ENDPOINTS
from punchlist.api.tasks.webhook_routes import WEBHOOK_ENDPOINTS
from punchlist.domain import ids
from punchlist.domain.keys import Scope
from punchlist.domain.problems import Kind
from punchlist.domain.tasks import Task
from punchlist.domain.tokens import Credential
from punchlist.services import access
from punchlist.services.access import LookUps
from punchlist.store.bearers import Bearer

_READ, _WRITE = Scope.TASKS_READ, Scope.TASKS_WRITE
_READ_USERS, _WRITE_USERS = Scope.USERS_READ, Scope.USERS_WRITE
_FORBIDDEN, _MISSING, _INVALID = Kind.PERMISSION_DENIED, Kind.NOT_FOUND, Kind.INVALID
_EDIT = (_FORBIDDEN, _MISSING, _INVALID, Kind.CONCURRENT_CHANGE)
_ADDRESS = (Kind.EMAIL_TAKEN,)

_task = partial(Endpoint, tag="Tasks")
_user = partial(Endpoint, tag="Users")
_key = partial(Endpoint, tag="API keys", scope=Scope.ADMIN)


async def find_task(
    look_ups: LookUps, credential: Credential, path: dict[str, Any]
) -> tuple[Bearer | None, Task | None]:
    """The task that a path names, with whoever asks for it."""
    task_id = path["task_id"]
    if not ids.is_id(task_id):  # nothing to look for, and who asks is told first
        return await access.find_bearer(look_ups, credential), None
    return await access.find_bearer_and_task(look_ups, credential, task_id)


_comment = partial(Endpoint, tag="Comments", find=find_task)


def _page(entry: Any) -> dict[int, Any]:
    return {200: list[entry]}


ENDPOINTS: tuple[Endpoint, ...] = (
    _task(method="GET", path="/v1/tasks", handler=handlers.list_tasks, name="list_tasks",
          summary="List tasks",
          description="The tasks that you may see and that pass every filter given; a filter with several"
          " values lets any of them through.",
          scope=_READ, answers=_page(wire.TaskOut), parameters=TASK_LIST, paged=True),
    _task(method="POST", path="/v1/tasks", handler=handlers.create_task, name="create_task",
          summary="Create a task", description="You become its creator. Any status will do to start with.",
          scope=_WRITE, body=wire.TaskPatch, required_fields=("title",), answers={201: wire.TaskOut},
          refusals=(_FORBIDDEN, _INVALID, Kind.CONCURRENT_CHANGE), idempotent=True, tagged=True,
          located=True),
    _task(method="POST", path="/v1/tasks/batch", handler=batch.run_batch, name="batch_tasks",
          summary="Create, change and delete many tasks",
          description="The operations are done in order, each with the status and body that it would have"
          " been answered on its own. With `atomic`, the first that fails undoes all.",
          scope=_WRITE, body=batch.BatchIn, required_fields=("operations",),
          answers={200: batch.BatchOut}, refusals=(_INVALID, HttpKind.BATCH_REJECTED), idempotent=True),
    _task(method="GET", path="/v1/tasks/{task_id}", handler=handlers.get_task, name="get_task",
          summary="Read a task", scope=_READ, answers={200: wire.TaskOut, 304: None}, parameters=(FIELDS,),
          refusals=(_FORBIDDEN, _MISSING), find=find_task, tagged=True),
    _task(method="PATCH", path="/v1/tasks/{task_id}", handler=handlers.patch_task, name="update_task",
          summary="Change a task",
          description="A field left out is left alone; `null` clears description, assigneeId, dueDate,"
          " warningOffset and tags. All of it is done or none, and every field that is wrong is reported."
          " A request that changes nothing is answered with the task as it stands. Without `If-Match`,"
          " simultaneous changes of different fields all survive.",
          scope=_WRITE, body=wire.TaskPatch, answers={200: wire.TaskOut},
          refusals=(*_EDIT, Kind.STALE, Kind.INVALID_TRANSITION), find=find_task, idempotent=True,
          tagged=True, conditional=True),
    _task(method="DELETE", path="/v1/tasks/{task_id}", handler=handlers.delete_task, name="delete_task",
          summary="Delete a task", description="For good, with its comments.", scope=_WRITE,
          answers={204: None}, refusals=(_FORBIDDEN, _MISSING, Kind.STALE, Kind.CONCURRENT_CHANGE),
          find=find_task, conditional=True),
    _task(method="GET", path="/v1/tasks/{task_id}/history", handler=handlers.task_history,
          name="task_history", summary="Read what happened to a task",
          description="Newest first: who changed what, from what, to what, when; comments too.", scope=_READ,
          answers=_page(wire.HistoryEntry), parameters=PAGE, refusals=(_FORBIDDEN, _MISSING),
          find=find_task, paged=True),
    _task(method="GET", path="/v1/tasks/{task_id}/transitions", handler=handlers.task_transitions,
          name="task_transitions", summary="Read where a task may move",
          description="The statuses that you may give it now, in the lifecycle's order.", scope=_READ,
          answers={200: wire.TransitionsOut}, refusals=(_FORBIDDEN, _MISSING), find=find_task),
    _comment(method="GET", path="/v1/tasks/{task_id}/comments", handler=handlers.list_comments,
             name="list_comments", summary="List the comments on a task", description="Oldest first.",
             scope=_READ,
             answers=_page(wire.CommentOut), parameters=PAGE, refusals=(_FORBIDDEN, _MISSING), paged=True),
    _comment(method="POST", path="/v1/tasks/{task_id}/comments", handler=handlers.create_comment,
             name="create_comment", summary="Comment on a task", scope=_WRITE, body=wire.CommentPatch,
             required_fields=("body",), answers={201: wire.CommentOut},
             refusals=(_FORBIDDEN, _MISSING, _INVALID), idempotent=True, located=True),
    _comment(method="GET", path="/v1/tasks/{task_id}/comments/{comment_id}", handler=handlers.get_comment,
             name="get_comment", summary="Read a comment", scope=_READ, answers={200: wire.CommentOut},
             refusals=(_FORBIDDEN, _MISSING)),
    _comment(method="PATCH", path="/v1/tasks/{task_id}/comments/{comment_id}",
             handler=handlers.patch_comment, name="update_comment", summary="Edit a comment",
             description="Only its author may.", scope=_WRITE,
             body=wire.CommentPatch, answers={200: wire.CommentOut}, refusals=_EDIT, idempotent=True),
    _comment(method="DELETE", path="/v1/tasks/{task_id}/comments/{comment_id}",
             handler=handlers.delete_comment, name="delete_comment", summary="Delete a comment",
             description="What it said stays in the task's history.", scope=_WRITE,
             answers={204: None}, refusals=(_FORBIDDEN, _MISSING, Kind.CONCURRENT_CHANGE)),
    _user(method="GET", path="/v1/users", handler=people.list_users, name="list_users", summary="List users",
          description="The users that you may see and that pass every filter given.",
          scope=_READ_USERS, answers=_page(wire.UserOut), parameters=USER_LIST, paged=True),
    _user(method="POST", path="/v1/users", handler=people.create_user, name="create_user",
          summary="Create a user", scope=_WRITE_USERS, body=wire.UserPatch,
          required_fields=("name", "email"), answers={201: wire.UserOut},
          refusals=(_FORBIDDEN, _INVALID, *_ADDRESS), idempotent=True, located=True),
    _user(method="GET", path="/v1/users/{user_id}", handler=people.get_user, name="get_user",
          summary="Read a user", scope=_READ_USERS, answers={200: wire.UserOut},
          refusals=(_FORBIDDEN, _MISSING)),
    _user(method="PATCH", path="/v1/users/{user_id}", handler=people.patch_user, name="update_user",
          summary="Change a user",
          description="A body with nothing but read-only fields is answered 204. Nobody changes their own"
          " role.",
          scope=_WRITE_USERS, body=wire.UserPatch,
          answers={200: wire.UserOut, 204: None}, refusals=(*_EDIT, *_ADDRESS, Kind.LAST_ADMIN),
          idempotent=True),
    _user(method="DELETE", path="/v1/users/{user_id}", handler=people.delete_user, name="delete_user",
          summary="Delete a user",
          description="Their keys end at once. Tasks that they created stay, without a creator; tasks"
          " assigned to them stand in the way unless `force` unassigns those first.",
          scope=_WRITE_USERS, answers={204: None}, parameters=(FORCE,),
          refusals=(_FORBIDDEN, _MISSING, Kind.USER_HAS_TASKS, Kind.LAST_ADMIN, Kind.CONCURRENT_CHANGE)),
    _key(method="GET", path="/v1/api-keys", handler=people.list_keys, name="list_api_keys",
         summary="List API keys", description="Your own; an admin's list has everybody's.",
         answers=_page(wire.KeyOut), parameters=(*PAGE, OWNER), paged=True),
    _key(method="POST", path="/v1/api-keys", handler=people.create_key, name="create_api_key",
         summary="Make an API key", description="The answer is the only place where its token is shown.",
         body=wire.KeyIn, required_fields=("name",), answers={201: wire.NewKeyOut},
         refusals=(_FORBIDDEN, _INVALID, Kind.TOO_MANY_KEYS), located=True),
    _key(method="GET", path="/v1/api-keys/{key_id}", handler=people.get_key, name="get_api_key",
         summary="Read an API key", answers={200: wire.KeyOut}, refusals=(_FORBIDDEN, _MISSING)),
    _key(method="POST", path="/v1/api-keys/{key_id}/rotate", handler=people.rotate_key,
         name="rotate_api_key", summary="Replace an API key",
         description="Makes a successor with the same rights; the old key works for the grace period more.",
         body=wire.RotationIn, body_required=False,
         answers={201: wire.NewKeyOut}, refusals=(*_EDIT, Kind.KEY_REVOKED), located=True),
    _key(method="DELETE", path="/v1/api-keys/{key_id}", handler=people.revoke_key, name="revoke_api_key",
         summary="Revoke an API key", description="It stops working at once.",
         answers={204: None},
         refusals=(_FORBIDDEN, _MISSING, Kind.CONCURRENT_CHANGE)),
    *notification_routes.ENDPOINTS,
    *RECORD_ENDPOINTS,
    *CALENDAR_ENDPOINTS,
    *WEBHOOK_ENDPOINTS,
    *session_routes.ENDPOINTS,
    *work.ENDPOINTS,
    *reports.ENDPOINTS,
)  # fmt: skip
