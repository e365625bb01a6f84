"""A plant: a workspace that makes changes, with its people, and how they say to the server what they do.

It is the cast with a configuration. Ada administers all changes, Max those of most categories. Mia makes
changes, Bob is in the group that tasks are given to, and Charlie has nothing to do with any of it.
"""

from typing import Any

import httpx

from punchlist.domain.categories import AssigneeKind
from punchlist.domain.workspace_file.entries import Present, standing_by_key
from punchlist.domain.workspace_file.reading import parse
from punchlist.services import configuration
from punchlist.services.configuration import apply_configuration
from punchlist.services.workspaces import find_workspaces
from tests.support.backstage import Backstage, operator
from tests.support.builders import in_future
from tests.support.client import Caller, Headers, Thing, expect
from tests.support.people import Cast, Person
from tests.support.raw import Answer

LINE = "EveryHome Engineering USA"
SUPPLIER = "Onward Technology Corp"

CONFIGURATION = f"""
[workspace]
name = "EveryRoad GPS"

[[users]]
email = "ada@example.com"
name = "Ada Brandt"
role = "admin"
change_administrator = true
[[users]]
email = "max@example.com"
name = "Max Okoro"
role = "manager"
[[users]]
email = "mia@example.com"
name = "Mia Lindqvist"
[[users]]
email = "bob@example.com"
name = "Bob Tanaka"
[[users]]
email = "charlie@example.com"
name = "Charlie"
[[users]]
email = "pavel@example.com"
name = "Pavel van der Berg"
type = "PARTNER"
[[users]]
email = "sue@example.com"
name = "Sue Supplies"
type = "BASIC_SUPPLIER"

[[groups]]
name = "{LINE}"
description = "Builds it"
assignability = ["CHANGES"]
members = ["bob@example.com", "pavel@example.com"]
[[groups]]
name = "Auditors"
assignability = ["QUALITY"]
members = ["bob@example.com"]

[[suppliers]]
name = "{SUPPLIER}"
[[suppliers]]
name = "Kestrel Machining"

[[number_prefixes]]
value = "ECO-"
[[number_prefixes]]
value = "DEV-"

[[routings]]
name = "CTO Approval Only"
description = "One signature"
voters = ["max@example.com"]
[[routings]]
name = "Change Board"
voters = ["max@example.com", "charlie@example.com"]

[[attributes]]
name = "Urgency"
type = "FIXED_DROP_DOWN"
values = ["High", "Low"]
[[attributes]]
name = "Reason"
type = "MULTI_LINE_TEXT"
[[attributes]]
name = "Units"
type = "NUMBER"
[[attributes]]
name = "Lot"
type = "SINGLE_LINE_TEXT"
[[attributes]]
name = "Told on"
type = "DATE"
[[attributes]]
name = "Cost center"
type = "SINGLE_LINE_TEXT"
required = true

[[categories]]
path = ["Order", "Plain"]
prefix = "ECO-"
initial_implementation_status = "NOT_STARTED"
implementation_task_management = true
object_level_override = true
administrators = ["max@example.com"]
attributes = ["Urgency", "Reason", "Units", "Lot", "Told on"]

[[categories]]
path = ["Order", "Planned"]
implementation_task_management = true
object_level_override = true
  [[categories.templates]]
  name = "Check Supplier"
  assignee = {{ group = "{LINE}" }}
  due_days = 14
  [[categories.templates]]
  name = "Revise drawings"
  assignee = {{ user = "mia@example.com" }}
  due_days = 0
  [[categories.templates]]
  name = "First article"
  assignee = {{ supplier = "{SUPPLIER}" }}
  [[categories.templates]]
  name = "Scrap the stock"

[[categories]]
path = ["Order", "Unmanaged"]
object_level_override = true

[[categories]]
path = ["Order", "Fixed"]
implementation_task_management = true
  [[categories.templates]]
  name = "Check Supplier"

[[categories]]
path = ["Order", "Routed"]
implementation_task_management = true
object_level_override = true
routing_method = "USER_DEFINED"

[[categories]]
path = ["Order", "Board"]
implementation_task_management = true
object_level_override = true
routing_method = "ADMIN_DEFINED"
administrators = ["max@example.com"]

[[categories]]
path = ["Order", "Strict"]
prefix = "DEV-"
enforce_prefix = true
effectivity = "PERMANENT_ON_DATE"
enforce_effectivity = true

[[categories]]
path = ["Deviation"]
prefix = "DEV-"
effectivity = "TEMPORARY"
implementation_task_management = true
object_level_override = true

[[categories]]
path = ["Order", "Demanding"]
attributes = ["Lot", "Cost center"]
"""

# How a change gets from its making to each status: its category, what it is made with, what is asked of it.
WAYS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "OPEN_AND_UNLOCKED": ("Plain", {}, ()),
    "OPEN_AND_LOCKED": ("Plain", {}, ("OPEN_AND_LOCKED",)),
    "SUBMITTED_FOR_ROUTING": ("Board", {}, ("SUBMITTED",)),
    "SUBMITTED_FOR_APPROVAL": ("Plain", {"routing": True}, ("SUBMITTED",)),
    "APPROVED": ("Plain", {"effectivityType": "PERMANENT_ON_DATE", "waits": True}, ("SUBMITTED",)),
    "REJECTED": ("Plain", {"routing": True}, ("SUBMITTED", "REJECTED")),
    "CANCELED": ("Plain", {}, ("CANCELED",)),
    "EFFECTIVE": ("Plain", {}, ("SUBMITTED",)),
    "EXPIRED": ("Plain", {"effectivityType": "TEMPORARY"}, ("SUBMITTED", "EXPIRED")),
    "COMPLETED": ("Plain", {}, ("SUBMITTED", "COMPLETED")),
}


class Engineer(Caller):
    """Somebody of a plant, who calls with a key, or with a session once they have logged in."""

    def __init__(self, plant: "Plant", person: Person) -> None:
        super().__init__(person.http, person.token)
        self.plant = plant
        self.id = person.id
        self.email = person.email
        self.session: str | None = None

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """As any caller; a session goes before the key."""
        if self.session is not None:
            headers = {"arena_session_id": self.session} | dict(options.get("headers") or {})
            return Caller(self.http, None).send(method, path, body, **options | {"headers": headers})
        return super().send(method, path, body, **options)

    def put(self, path: str, body: Any, *, headers: Headers | None = None, **params: Any) -> httpx.Response:
        return self.send("PUT", path, body, headers=headers, params=params or None)

    # What most scenes are made of; each demands success and returns the thing.

    def makes_a_change(self, category: str = "Plain", **fields: Any) -> Thing:
        """Makes a change of a category, with a title unless one is given."""
        body = {"title": "Case melting", "category": {"guid": self.plant.category(category)}} | fields
        return expect(201, self.post("/changes", body))

    def sees_change(self, change: Thing) -> Thing:
        """Reads a change as it now is."""
        return expect(200, self.get(f"/changes/{change['guid']}"))

    def asks(self, change: Thing, status: str, **along: Any) -> httpx.Response:
        """Asks a change to become something."""
        body = {"change": {"guid": change["guid"]}, "status": status} | along
        return self.post("/changes/statuschanges", body)

    def moves(self, change: Thing, *statuses: str, **along: Any) -> Thing:
        """Moves a change on, and returns the last answer."""
        answer = None
        for status in statuses:
            answer = expect(201, self.asks(change, status, **along))
        return answer

    def adds_a_task(self, change: Thing, **fields: Any) -> Thing:
        """Adds an implementation task, with a name unless one is given."""
        body = {"name": "Check Packaging"} | fields
        return expect(200, self.post(f"/changes/{change['guid']}/implementationtasks", body))

    def edits_task(self, change: Thing, task: Thing, **fields: Any) -> Thing:
        """Edits an implementation task and returns it."""
        return expect(200, self.put(task_path(change, task), fields))

    def sees_task(self, change: Thing, task: Thing) -> Thing:
        """Reads an implementation task as it now is."""
        return expect(200, self.get(task_path(change, task)))

    def sees_tasks(self, change: Thing) -> list[Thing]:
        """Reads a change's (first four hundred) implementation tasks."""
        path = f"/changes/{change['guid']}/implementationtasks"
        tasks: list[Thing] = expect(200, self.get(path, limit=400))["results"]
        return tasks

    def sees_history(self, change: Thing) -> list[Thing]:
        """Reads the (latest four hundred) entries of a change's history, newest first."""
        path = f"/changes/{change['guid']}/history"
        entries: list[Thing] = expect(200, self.get(path, limit=400))["results"]
        return entries

    def notes(self, change: Thing, task: Thing, **fields: Any) -> Thing:
        """Adds a note to a task."""
        body = {"note": "The boxes are too small"} | fields
        return expect(200, self.post(f"{task_path(change, task)}/notes", body))

    def gives_a_file(self, change: Thing, task: Thing, file: Thing) -> Thing:
        """Gives a task a file, and returns their association."""
        return expect(200, self.post(f"{task_path(change, task)}/files", {"file": {"guid": file["guid"]}}))

    def file_path(self, change: Thing, task: Thing, association: Thing) -> str:
        """Where a task's file is."""
        return f"{task_path(change, task)}/files/{association['guid']}"


def task_path(change: Thing, task: Thing) -> str:
    """Where a task is."""
    return f"/changes/{change['guid']}/implementationtasks/{task['guid']}"


class Plant:
    """A workspace of its own, configured, with its people, and the server they call."""

    ada: "Engineer"
    max: "Engineer"
    mia: "Engineer"
    bob: "Engineer"
    charlie: "Engineer"

    def __init__(self, backstage: Backstage, http: httpx.Client, extra: str = "") -> None:
        self.backstage = backstage
        self.cast = Cast(backstage, http)
        self.workspace_id = self.cast.workspace_id
        self.nobody = Caller(http, None)
        self.present = self.configure(CONFIGURATION + extra)
        for name, _ in Cast.ROLES:
            setattr(self, name, Engineer(self, getattr(self.cast, name)))

    def configure(self, text: str, *, prune: bool = False) -> Present:
        """Makes the workspace as a file says."""

        async def make() -> Present:
            db = self.backstage.db
            [workspace] = [each for each in await find_workspaces(db, None) if each.id == self.workspace_id]
            wished = configuration.wish(parse(text), {}, prune=prune)
            now = operator(self.workspace_id).now
            return (await apply_configuration(db, workspace, wished, now=now)).present

        return self.backstage.run(make())

    def category(self, name: str) -> str:
        """The guid of a category, by the last part of its path."""
        return next(each.id for each in self.present.categories if each.value.path[-1] == name)

    def guid(self, section: str, name: str) -> str:
        """The guid of anything else that is configured."""
        return standing_by_key(self.present, section)[name].id

    def assignee(self, kind: AssigneeKind | str, name: str = "") -> Thing:
        """An assignee as the wire has it: of the line, the supplier, or Bob unless named otherwise."""
        if kind == "user":
            return {"user": {"guid": self.guid("users", name or "bob@example.com")}}
        if kind == "supplier":
            return {"supplier": {"guid": self.guid("suppliers", name or SUPPLIER)}}
        return {"userGroup": {"guid": self.guid("groups", name or LINE)}}

    def routing(self, name: str = "CTO Approval Only") -> Thing:
        """A routing as the wire names it."""
        return {"guid": self.guid("routings", name)}

    def change_in(self, status: str, **fields: Any) -> Thing:
        """A change that Mia makes and submits, and Ada brings on to a status; as it then is."""
        category, wish, asked = WAYS[status]
        body = {name: value for name, value in wish.items() if name not in ("routing", "waits")} | fields
        if "routing" in wish:
            body["routings"] = [self.routing()]
        if "waits" in wish:
            body["effectivityPlannedDateTime"] = in_future()
        change = self.mia.makes_a_change(category, **body)
        for status_asked in asked:
            (self.mia if status_asked in ("SUBMITTED", "OPEN_AND_LOCKED") else self.ada).moves(
                change, status_asked
            )
        found: Thing = self.ada.sees_change(change)
        assert found["lifecycleStatus"] == {"type": status}
        return found


def refusal(response: httpx.Response | Answer, *codes: int) -> list[Thing]:
    """The errors of a refusal, which must have these codes, the one envelope and what every answer has."""
    body = response.json()
    told = [error["code"] for error in body["errors"]]
    assert told == list(codes), response.text[:1000]
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-arena-requests-remaining"].isdigit()
    assert response.headers["x-request-id"]
    assert set(body) == {"status", "errors"}
    assert body["status"] == response.status_code == STATUSES.get(codes[0], 400)
    assert all(set(error) == {"code", "message"} and error["message"] for error in body["errors"])
    assert "Traceback" not in response.text
    errors: list[Thing] = body["errors"]
    return errors


STATUSES = {
    401: 401, 404: 404, 405: 405, 413: 413, 415: 415, 503: 503, 3000: 500, 3024: 403, 3085: 403,
    4031: 403, 4084: 429, 4091: 409, 4121: 412, 4221: 422,
}  # fmt: skip
