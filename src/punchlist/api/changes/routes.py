"""The route table of the change dialect, on one screen."""

from functools import partial
from typing import Any

from punchlist.api.changes import changes, implementation_tasks, sessions, settings
from punchlist.api.changes.parameters import ATTRIBUTES, CHANGES, NAMED, PAGE, SET_NULL, USERS
from punchlist.api.common.endpoints import Endpoint
from punchlist.domain.keys import Scope

_READ, _WRITE = Scope.CHANGES_READ, Scope.CHANGES_WRITE
_CHANGE = "/v1/changes/{change_id}"
_TASK = f"{_CHANGE}/implementationtasks/{{task_id}}"
_CATEGORY = "/v1/settings/changes/categories/{category_id}"
_GROUP = "/v1/settings/usergroups/{group_id}"

# Bodies are read attribute by attribute, so that every problem can be told; `dict` says that there is one.
_session = partial(Endpoint, tag="Sessions", scope=None)
_setting = partial(Endpoint, method="GET", tag="Settings", scope=_READ, parameters=PAGE)
_change = partial(Endpoint, tag="Changes")
_task = partial(Endpoint, tag="Implementation tasks", find=implementation_tasks.find_ground)

_OK: dict[int, Any] = {200: dict}
_CREATED: dict[int, Any] = {201: dict}
_GONE: dict[int, Any] = {204: None}

ENDPOINTS: tuple[Endpoint, ...] = (
    _session(method="POST", path="/v1/login", handler=sessions.log_in, name="log_in",
             summary="Log in", body=dict, answers=_OK, public=True),
    _session(method="PUT", path="/v1/logout", handler=sessions.log_out, name="log_out",
             summary="Log out", answers={200: None}),

    _setting(path="/v1/settings/users", handler=settings.list_users, name="list_settings_users",
             summary="List users", answers=_OK, parameters=USERS),
    _setting(path="/v1/settings/users/{user_id}", handler=settings.get_user, name="get_settings_user",
             summary="Read a user", answers=_OK),
    _setting(path="/v1/settings/usergroups", handler=settings.list_groups, name="list_groups",
             summary="List user groups", answers=_OK),
    _setting(path=_GROUP, handler=settings.get_group, name="get_group", summary="Read a user group",
             answers=_OK),
    _setting(path=f"{_GROUP}/users", handler=settings.list_group_users, name="list_group_users",
             summary="List a group's users", answers=_OK),
    _setting(path=f"{_GROUP}/employees", handler=settings.list_group_employees, name="list_group_employees",
             summary="List a group's employees", answers=_OK),
    _setting(path=f"{_GROUP}/partners", handler=settings.list_group_partners, name="list_group_partners",
             summary="List a group's partners", answers=_OK),
    _setting(path="/v1/settings/changes/administrators", handler=settings.list_administrators,
             name="list_change_administrators", summary="List change administrators", answers=_OK),
    _setting(path="/v1/settings/changes/administrators/{user_id}", handler=settings.get_administrator,
             name="get_change_administrator", summary="Read a change administrator", answers=_OK),
    _setting(path="/v1/settings/changes/categories", handler=settings.list_categories,
             name="list_categories", summary="List change categories", answers=_OK),
    _setting(path=_CATEGORY, handler=settings.get_category, name="get_category",
             summary="Read a change category", answers=_OK),
    _setting(path=f"{_CATEGORY}/implementationtemplates", handler=settings.list_templates,
             name="list_implementation_templates", summary="List a category's templates", answers=_OK),
    _setting(path=f"{_CATEGORY}/implementationtemplates/{{template_id}}", handler=settings.get_template,
             name="get_implementation_template", summary="Read a template", answers=_OK),
    _setting(path=f"{_CATEGORY}/attributes", handler=settings.list_category_attributes,
             name="list_category_attributes", summary="List a category's additional attributes",
             answers=_OK, parameters=ATTRIBUTES),
    _setting(path="/v1/settings/changes/attributes", handler=settings.list_attributes,
             name="list_change_attributes", summary="List additional attributes", answers=_OK,
             parameters=ATTRIBUTES),
    _setting(path="/v1/settings/changes/routings", handler=settings.list_routings, name="list_routings",
             summary="List routings", answers=_OK),
    _setting(path="/v1/settings/changes/routings/{routing_id}", handler=settings.get_routing,
             name="get_routing", summary="Read a routing", answers=_OK),
    _setting(path="/v1/settings/changes/numbersequenceprefixes", handler=settings.list_prefixes,
             name="list_number_prefixes", summary="List number sequences", answers=_OK),
    _setting(path="/v1/settings/changes/implementationstatuses",
             handler=settings.list_implementation_statuses, name="list_implementation_statuses",
             summary="List implementation statuses", answers=_OK),
    _setting(path="/v1/suppliers", handler=settings.list_suppliers, name="list_suppliers",
             summary="List suppliers", answers=_OK, parameters=NAMED),
    _setting(path="/v1/suppliers/{supplier_id}", handler=settings.get_supplier, name="get_supplier",
             summary="Read a supplier", answers=_OK),

    _change(method="GET", path="/v1/changes", handler=changes.list_changes, name="list_changes",
            summary="Find changes", scope=_READ, answers=_OK, parameters=CHANGES),
    _change(method="POST", path="/v1/changes", handler=changes.create_change, name="create_change",
            summary="Create a change", scope=_WRITE, body=dict, answers=_CREATED, idempotent=True,
            tagged=True),
    _change(method="POST", path="/v1/changes/statuschanges", handler=changes.change_status,
            name="change_status", summary="Move a change through its lifecycle", scope=_WRITE, body=dict,
            answers=_CREATED, idempotent=True, tagged=True),
    _change(method="GET", path=_CHANGE, handler=changes.get_change, name="get_change",
            summary="Read a change", scope=_READ, answers=_OK, tagged=True),
    _change(method="PUT", path=_CHANGE, handler=changes.edit_change, name="edit_change",
            summary="Edit a change", scope=_WRITE, body=dict, answers=_OK, parameters=(SET_NULL,),
            tagged=True, conditional=True, idempotent=True),
    _change(method="DELETE", path=_CHANGE, handler=changes.delete_change, name="delete_change",
            summary="Delete a change", scope=_WRITE, answers=_GONE, conditional=True),
    _change(method="GET", path=f"{_CHANGE}/alerts", handler=changes.list_alerts, name="list_alerts",
            summary="Read what stands in the way of a submission", scope=_READ, answers=_OK,
            parameters=PAGE),
    _change(method="GET", path=f"{_CHANGE}/history", handler=changes.list_history, name="change_history",
            summary="Read what happened to a change", scope=_READ, answers=_OK, parameters=PAGE),
    _change(method="POST", path=f"{_CHANGE}/votes", handler=changes.vote, name="vote",
            summary="Vote on a change", scope=_WRITE, body=dict, answers=_CREATED, idempotent=True),

    _task(method="GET", path=f"{_CHANGE}/implementationtasks", handler=implementation_tasks.list_tasks,
          name="list_implementation_tasks", summary="List a change's implementation tasks", scope=_READ,
          answers=_OK, parameters=PAGE),
    _task(method="POST", path=f"{_CHANGE}/implementationtasks", handler=implementation_tasks.add_task,
          name="add_implementation_task", summary="Add an implementation task", scope=_WRITE, body=dict,
          answers=_OK, idempotent=True, tagged=True),
    _task(method="GET", path=_TASK, handler=implementation_tasks.get_task, name="get_implementation_task",
          summary="Read an implementation task", scope=_READ, answers=_OK, tagged=True),
    _task(method="PUT", path=_TASK, handler=implementation_tasks.edit_task, name="edit_implementation_task",
          summary="Edit an implementation task", scope=_WRITE, body=dict, answers=_OK,
          parameters=(SET_NULL,), tagged=True, conditional=True, idempotent=True),
    _task(method="DELETE", path=_TASK, handler=implementation_tasks.remove_task,
          name="remove_implementation_task", summary="Remove an implementation task", scope=_WRITE,
          answers=_GONE, conditional=True),
    _task(method="GET", path=f"{_TASK}/notes", handler=implementation_tasks.list_notes, name="list_notes",
          summary="List a task's notes", scope=_READ, answers=_OK, parameters=PAGE),
    _task(method="POST", path=f"{_TASK}/notes", handler=implementation_tasks.add_note, name="add_note",
          summary="Add a note", scope=_WRITE, body=dict, answers=_OK, idempotent=True),
    _task(method="GET", path=f"{_TASK}/notes/{{note_id}}", handler=implementation_tasks.get_note,
          name="get_note", summary="Read a note", scope=_READ, answers=_OK),
    _task(method="PUT", path=f"{_TASK}/notes/{{note_id}}", handler=implementation_tasks.edit_note,
          name="edit_note", summary="Edit a note", scope=_WRITE, body=dict, answers=_OK,
          parameters=(SET_NULL,), idempotent=True),
    _task(method="DELETE", path=f"{_TASK}/notes/{{note_id}}", handler=implementation_tasks.remove_note,
          name="remove_note", summary="Remove a note", scope=_WRITE, answers=_GONE),
)  # fmt: skip

# The first parts of the dialect's paths: whatever is asked below them is answered in its envelope.
ROOTS = frozenset({"login", "logout", "settings", "suppliers", "changes", "files"})
