"""The route table of the change dialect, on one screen."""

from functools import partial
from typing import Any

from punchlist.api.changes import (
    changes,
    files,
    implementation_tasks,
    refusals,
    requests,
    sessions,
    settings,
    shapes,
)
from punchlist.api.changes.parameters import ATTRIBUTES, CHANGES, FILES, NAMED, PAGE, SET_NULL, USERS, WHOLE
from punchlist.api.common.endpoints import Endpoint
from punchlist.domain.keys import Scope

_READ, _WRITE = Scope.CHANGES_READ, Scope.CHANGES_WRITE
_CHANGE = "/v1/changes/{change_id}"
_TASK = f"{_CHANGE}/implementationtasks/{{task_id}}"
_FILE = "/v1/files/{file_id}"
_TASK_FILE = f"{_TASK}/files/{{association_id}}"
_CATEGORY = "/v1/settings/changes/categories/{category_id}"
_TEMPLATES = f"{_CATEGORY}/implementationtemplates"
_GROUP = "/v1/settings/usergroups/{group_id}"

_session = partial(Endpoint, tag="Sessions", scope=None)
_setting = partial(Endpoint, method="GET", tag="Settings", scope=_READ)
_settings = partial(_setting, parameters=WHOLE, paged=True)
_change = partial(Endpoint, tag="Changes")
_task = partial(Endpoint, tag="Implementation tasks", find=implementation_tasks.find_ground)
_file = partial(Endpoint, tag="Files")
_task_file = partial(Endpoint, tag="Files of tasks", find=implementation_tasks.find_ground)
_note = partial(Endpoint, tag="Notes", find=implementation_tasks.find_ground)

_GONE: dict[int, Any] = {204: None}


def _one(thing: Any) -> dict[int, Any]:
    return {200: thing}


def _created(thing: Any) -> dict[int, Any]:
    return {201: thing}


def _known(thing: Any) -> dict[int, Any]:
    return {200: thing, 304: None}


def _list(entry: Any) -> dict[int, Any]:
    return {200: list[entry]}


ENDPOINTS: tuple[Endpoint, ...] = (
    _session(method="POST", path="/v1/login", handler=sessions.log_in, name="log_in", summary="Log in",
             description="It ends the session of an earlier log-in.",
             body=requests.LoginIn, required_fields=("email", "password"), answers=_one(shapes.SessionOut),
             refusals=refusals.LOG_IN, public=True),
    _session(method="PUT", path="/v1/logout", handler=sessions.log_out, name="log_out", summary="Log out",
             description="Ends the session. A body is not looked at.", answers={200: None}),

    _settings(path="/v1/settings/users", handler=settings.list_users, name="list_settings_users",
              summary="List users", answers=_list(shapes.UserOut), parameters=USERS),
    _setting(path="/v1/settings/users/{user_id}", handler=settings.get_user, name="get_settings_user",
             summary="Read a user", answers=_one(shapes.UserOut)),
    _settings(path="/v1/settings/usergroups", handler=settings.list_groups, name="list_groups",
              summary="List user groups", answers=_list(shapes.GroupOut)),
    _setting(path=_GROUP, handler=settings.get_group, name="get_group", summary="Read a user group",
             answers=_one(shapes.GroupOut)),
    _settings(path=f"{_GROUP}/users", handler=settings.list_group_users, name="list_group_users",
              summary="List a group's users", answers=_list(shapes.UserOut)),
    _settings(path=f"{_GROUP}/employees", handler=settings.list_group_employees,
              name="list_group_employees", summary="List a group's employees",
              answers=_list(shapes.UserOut)),
    _settings(path=f"{_GROUP}/partners", handler=settings.list_group_partners, name="list_group_partners",
              summary="List a group's partners", answers=_list(shapes.UserOut)),
    _settings(path="/v1/settings/changes/administrators", handler=settings.list_administrators,
              name="list_change_administrators", summary="List change administrators",
              description="Those of all changes; a category, and a change, may have more.",
              answers=_list(shapes.UserOut)),
    _setting(path="/v1/settings/changes/administrators/{user_id}", handler=settings.get_administrator,
             name="get_change_administrator", summary="Read a change administrator",
             answers=_one(shapes.UserOut)),
    _settings(path="/v1/settings/changes/categories", handler=settings.list_categories,
              name="list_categories", summary="List change categories", answers=_list(shapes.CategoryOut)),
    _setting(path=_CATEGORY, handler=settings.get_category, name="get_category",
             summary="Read a change category", answers=_one(shapes.CategoryOut)),
    _settings(path=_TEMPLATES, handler=settings.list_templates, name="list_implementation_templates",
              summary="List a category's templates",
              description="What implementation tasks a new change of the category gets.",
              answers=_list(shapes.TemplateOut), refusals=refusals.READ_TEMPLATES),
    _setting(path=f"{_TEMPLATES}/{{template_id}}", handler=settings.get_template,
             name="get_implementation_template", summary="Read a template",
             answers=_one(shapes.TemplateOut), refusals=refusals.READ_TEMPLATES),
    _settings(path=f"{_CATEGORY}/attributes", handler=settings.list_category_attributes,
              name="list_category_attributes", summary="List a category's additional attributes",
              answers=_list(shapes.AttributeOut), parameters=ATTRIBUTES),
    _settings(path="/v1/settings/changes/attributes", handler=settings.list_attributes,
              name="list_change_attributes", summary="List additional attributes",
              answers=_list(shapes.AttributeOut), parameters=ATTRIBUTES),
    _settings(path="/v1/settings/changes/routings", handler=settings.list_routings, name="list_routings",
              summary="List routings", answers=_list(shapes.RoutingOut)),
    _setting(path="/v1/settings/changes/routings/{routing_id}", handler=settings.get_routing,
             name="get_routing", summary="Read a routing", answers=_one(shapes.RoutingOut)),
    _settings(path="/v1/settings/changes/numbersequenceprefixes", handler=settings.list_prefixes,
              name="list_number_prefixes", summary="List number sequences",
              description="The first is what a change gets whose category has none.",
              answers=_list(shapes.PrefixOut)),
    _settings(path="/v1/settings/changes/implementationstatuses",
              handler=settings.list_implementation_statuses, name="list_implementation_statuses",
              summary="List implementation statuses", answers=_list(shapes.ImplementationStatusOut)),
    _settings(path="/v1/suppliers", handler=settings.list_suppliers, name="list_suppliers",
              summary="List suppliers", answers=_list(shapes.SupplierOut), parameters=NAMED),
    _setting(path="/v1/suppliers/{supplier_id}", handler=settings.get_supplier, name="get_supplier",
             summary="Read a supplier", answers=_one(shapes.SupplierOut)),

    _change(method="GET", path="/v1/changes", handler=changes.list_changes, name="list_changes",
            summary="Find changes", description="Those that pass every filter given, newest first.",
            scope=_READ, answers=_list(shapes.CompactChangeOut), parameters=CHANGES, paged=True),
    _change(method="POST", path="/v1/changes", handler=changes.create_change, name="create_change",
            summary="Create a change",
            description="What is not said, its category says; its templates become implementation tasks.",
            scope=_WRITE, body=requests.ChangeIn, required_fields=("title",),
            answers=_created(shapes.ChangeOut), refusals=refusals.CREATE_CHANGE, idempotent=True,
            tagged=True),
    _change(method="POST", path="/v1/changes/statuschanges", handler=changes.change_status,
            name="change_status", summary="Move a change through its lifecycle",
            description="The answer tells what it became, which may be further on than what was asked for.",
            scope=_WRITE, body=requests.StatusChangeIn, required_fields=("change", "status"),
            answers=_created(shapes.MovedOut), refusals=refusals.CHANGE_STATUS, idempotent=True,
            tagged=True),
    _change(method="GET", path=_CHANGE, handler=changes.get_change, name="get_change",
            summary="Read a change", scope=_READ, answers=_known(shapes.ChangeOut), tagged=True),
    _change(method="PUT", path=_CHANGE, handler=changes.edit_change, name="edit_change",
            summary="Edit a change",
            description="For its creator and change administrators, before it is submitted. Later"
            " administrators may still move its deadline and expiration, and the implementation status can"
            " be edited at any time.",
            scope=_WRITE, body=requests.ChangeIn, answers=_one(shapes.ChangeOut), parameters=(SET_NULL,),
            refusals=refusals.EDIT_CHANGE, tagged=True, conditional=True, idempotent=True),
    _change(method="DELETE", path=_CHANGE, handler=changes.delete_change, name="delete_change",
            summary="Delete a change", description="One that is open, rejected or canceled, with its tasks.",
            scope=_WRITE, answers=_GONE, refusals=refusals.DELETE_CHANGE, conditional=True),
    _change(method="GET", path=f"{_CHANGE}/alerts", handler=changes.list_alerts, name="list_alerts",
            summary="Read what stands in the way of a submission", scope=_READ,
            answers=_list(shapes.EntryOut), parameters=WHOLE, paged=True),
    _change(method="GET", path=f"{_CHANGE}/statuschanges", handler=changes.list_moves,
            name="list_status_changes", summary="Read where a change may be moved",
            description="Each status that can be asked for from here, with what the change would become, or"
            " why it would be refused to you now. What is sent along with it may be refused besides.",
            scope=_READ, answers=_one(shapes.PossibleMovesOut)),
    _change(method="GET", path=f"{_CHANGE}/history", handler=changes.list_history, name="change_history",
            summary="Read what happened to a change",
            description="Newest first: to it, to its implementation tasks and to their notes.",
            scope=_READ, answers=_list(shapes.EventOut), parameters=PAGE, paged=True),
    _change(method="POST", path=f"{_CHANGE}/votes", handler=changes.vote, name="vote",
            summary="Vote on a change",
            description="For those on its routings: one rejection rejects it, the last approval approves it.",
            scope=_WRITE, body=requests.VoteIn, required_fields=("vote",),
            answers=_created(shapes.ChangeOut), refusals=refusals.VOTE, idempotent=True, tagged=True),

    _task(method="GET", path=f"{_CHANGE}/implementationtasks", handler=implementation_tasks.list_tasks,
          name="list_implementation_tasks", summary="List a change's implementation tasks",
          description="Oldest first.", scope=_READ, answers=_list(shapes.ImplementationTaskOut),
          parameters=PAGE, refusals=refusals.READ_TASKS, paged=True),
    _task(method="POST", path=f"{_CHANGE}/implementationtasks", handler=implementation_tasks.add_task,
          name="add_implementation_task", summary="Add an implementation task",
          description="For the change's creator and change administrators.", scope=_WRITE,
          body=requests.ImplementationTaskIn, required_fields=("name",),
          answers=_one(shapes.ImplementationTaskOut), refusals=refusals.ADD_TASK, idempotent=True,
          tagged=True),
    _task(method="GET", path=_TASK, handler=implementation_tasks.get_task, name="get_implementation_task",
          summary="Read an implementation task", scope=_READ, answers=_known(shapes.ImplementationTaskOut),
          refusals=refusals.READ_TASKS, tagged=True),
    _task(method="PUT", path=_TASK, handler=implementation_tasks.edit_task, name="edit_implementation_task",
          summary="Edit an implementation task",
          description="For the change's creator, change administrators, and whoever the task is assigned to:"
          " a group's task is each member's.",
          scope=_WRITE, body=requests.ImplementationTaskIn, answers=_one(shapes.ImplementationTaskOut),
          parameters=(SET_NULL,), refusals=refusals.EDIT_TASK, tagged=True, conditional=True,
          idempotent=True),
    _task(method="DELETE", path=_TASK, handler=implementation_tasks.remove_task,
          name="remove_implementation_task", summary="Remove an implementation task",
          description="With its notes.", scope=_WRITE, answers=_GONE, refusals=refusals.REMOVE_TASK,
          conditional=True),

    _note(method="GET", path=f"{_TASK}/notes", handler=implementation_tasks.list_notes, name="list_notes",
          summary="List a task's notes", description="Those that you may see, oldest first.", scope=_READ,
          answers=_list(shapes.NoteOut), parameters=PAGE, refusals=refusals.READ_TASKS, paged=True),
    _note(method="POST", path=f"{_TASK}/notes", handler=implementation_tasks.add_note, name="add_note",
          summary="Add a note", scope=_WRITE, body=requests.NoteIn, required_fields=("note",),
          answers=_one(shapes.NoteOut), refusals=refusals.ADD_NOTE, idempotent=True),
    _note(method="GET", path=f"{_TASK}/notes/{{note_id}}", handler=implementation_tasks.get_note,
          name="get_note", summary="Read a note", scope=_READ, answers=_one(shapes.NoteOut),
          refusals=refusals.READ_TASKS),
    _note(method="PUT", path=f"{_TASK}/notes/{{note_id}}", handler=implementation_tasks.edit_note,
          name="edit_note", summary="Edit a note",
          description="For its author and change administrators.", scope=_WRITE, body=requests.NoteIn,
          answers=_one(shapes.NoteOut), parameters=(SET_NULL,), refusals=refusals.EDIT_NOTE,
          idempotent=True),
    _note(method="DELETE", path=f"{_TASK}/notes/{{note_id}}", handler=implementation_tasks.remove_note,
          name="remove_note", summary="Remove a note",
          description="For its author and change administrators.", scope=_WRITE, answers=_GONE,
          refusals=refusals.REMOVE_NOTE),

    _task_file(method="GET", path=f"{_TASK}/files", handler=files.list_task_files, name="list_task_files",
               summary="List a task's files", description="Those that you may see, as they were added.",
               scope=_READ, answers=_list(shapes.TaskFileOut), parameters=PAGE,
               refusals=refusals.READ_TASKS, paged=True),
    _task_file(method="POST", path=f"{_TASK}/files", handler=files.add_task_file, name="add_task_file",
               summary="Give a task a file", description="For those who may edit the task.", scope=_WRITE,
               body=requests.TaskFileIn, required_fields=("file",), answers=_one(shapes.TaskFileOut),
               refusals=refusals.ADD_TASK_FILE, idempotent=True),
    _task_file(method="GET", path=_TASK_FILE, handler=files.get_task_file, name="get_task_file",
               summary="Read a task's file", scope=_READ, answers=_one(shapes.TaskFileOut),
               refusals=refusals.READ_TASK_FILE),
    _task_file(method="DELETE", path=_TASK_FILE, handler=files.remove_task_file, name="remove_task_file",
               summary="Take a file from a task", description="The file itself stays.", scope=_WRITE,
               answers=_GONE, refusals=refusals.REMOVE_TASK_FILE),

    _file(method="GET", path="/v1/files", handler=files.list_files, name="list_files", summary="Find files",
          description="Those that pass every filter given and that you may see, newest first.",
          scope=_READ, answers=_list(shapes.FileOut), parameters=FILES, paged=True),
    _file(method="POST", path="/v1/files", handler=files.create_file, name="create_file",
          summary="Upload a file, or make a link",
          description="A form brings content, and is answered without a body. JSON makes a link or a place"
          " holder.",
          scope=_WRITE, body=requests.FileIn, form=requests.FileForm,
          required_fields=("title", "storageMethodName"), answers=_created(shapes.FileOut),
          refusals=refusals.CREATE_FILE, tagged=True),
    _file(method="GET", path=_FILE, handler=files.get_file, name="get_file", summary="Read a file",
          scope=_READ, answers=_known(shapes.FileOut), tagged=True),
    _file(method="PUT", path=_FILE, handler=files.edit_file, name="edit_file", summary="Edit a file",
          description="For its creator and change administrators. One that becomes a link or a place holder"
          " loses its content.",
          scope=_WRITE, body=requests.FileIn, answers=_one(shapes.FileOut), parameters=(SET_NULL,),
          refusals=refusals.EDIT_FILE, tagged=True, conditional=True, idempotent=True),
    _file(method="DELETE", path=_FILE, handler=files.delete_file, name="delete_file",
          summary="Delete a file",
          description="For its creator and change administrators, while no task has it.", scope=_WRITE,
          answers=_GONE, refusals=refusals.DELETE_FILE, conditional=True),
    _file(method="GET", path=f"{_FILE}/content", handler=files.get_content, name="get_file_content",
          summary="Download a file's content",
          description="Always as a download, under the name that its sender gave it.", scope=_READ,
          answers={200: bytes}, refusals=refusals.READ_CONTENT),
    _file(method="POST", path=f"{_FILE}/content", handler=files.replace_content,
          name="replace_file_content", summary="Replace a file's content",
          description="For its creator and change administrators. A link and a place holder become files.",
          scope=_WRITE, form=requests.ContentForm, answers={201: None},
          refusals=refusals.REPLACE_CONTENT, tagged=True, conditional=True),
)  # fmt: skip

# The first parts of the dialect's paths: whatever is asked below them is answered in its envelope.
ROOTS = frozenset({"login", "logout", "settings", "suppliers", "changes", "files"})
