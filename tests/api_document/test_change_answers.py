"""What the server answers in the change dialect is what the document says of it."""

from typing import Any

import httpx
import pytest

from punchlist.services.passwords import set_password
from tests.api_document.reading import agree
from tests.support.backstage import Backstage, operator
from tests.support.builders import in_past, nobodys_id
from tests.support.client import Caller
from tests.support.forms import as_sent_by_a_library
from tests.support.plant import SUPPLIER, Engineer, Plant, task_path

PASSWORD = "a very long password"
MALFORMED = "XFWQ0GZGZDJ015J12"
OPEN: dict[str, Any] = {"lifecycleStatus.type": "OPEN_AND_UNLOCKED"}
WRONG: dict[str, Any] = {"category.guid": "x", "lifecycleStatus.type": "x"}


@pytest.fixture(scope="module")
def plant(backstage: Backstage, http: httpx.Client) -> Plant:
    return Plant(backstage, http)


@pytest.fixture
def ada(plant: Plant) -> Engineer:
    return plant.ada


def statuses(*answers: httpx.Response) -> list[int]:
    return [answer.status_code for answer in answers]


def test_a_session_begins_and_ends_as_documented(plant: Plant, backstage: Backstage):
    backstage.run(set_password(backstage.db, operator(plant.workspace_id), plant.mia.id, PASSWORD))
    number = backstage.value("SELECT number FROM workspaces WHERE id = $1", plant.workspace_id)
    nobody = plant.nobody
    wish = {"email": plant.mia.email, "password": PASSWORD, "workspaceId": number}
    begun = agree("logIn", nobody.post("/login", wish))
    assert begun.status_code == 200
    session = {"arena_session_id": begun.json()["arenaSessionId"]}
    agree("listChanges", nobody.get("/changes", headers=session))
    agree("listTasks", nobody.get("/tasks", headers=session))
    assert agree("logOut", nobody.send("PUT", "/logout", {}, headers=session)).status_code == 200
    assert agree("logOut", nobody.send("PUT", "/logout", headers=session)).status_code == 401
    told = (
        agree("logIn", nobody.post("/login", wish | {"password": "wrong"})),
        agree("logIn", nobody.post("/login", {"colour": "red"})),
        agree("logIn", nobody.send("POST", "/login", content=b"{")),
        agree("logIn", nobody.send("POST", "/login", content=b"{}", headers={"content-type": "text/plain"})),
        agree("logIn", nobody.send("POST", "/login", content=b" " * 1_100_000)),
        agree("logIn", nobody.send("POST", "/login", wish, params={"colour": "red"})),
    )
    assert statuses(*told) == [400, 400, 400, 415, 413, 400]


def test_what_a_body_must_have_is_missed(ada: Engineer):
    def missed(name: str, path: str) -> int:
        return len(agree(name, ada.post(path, {})).json()["errors"])

    change = ada.makes_a_change()
    assert missed("logIn", "/login") == 2
    assert missed("changeStatus", "/changes/statuschanges") == 2
    assert missed("vote", f"/changes/{change['guid']}/votes") == 1


def test_settings_are_shown_as_documented(plant: Plant, ada: Engineer):
    group, user = plant.assignee("group")["userGroup"]["guid"], plant.bob.id
    category = plant.category("Planned")
    paths = {
        "listSettingsUsers": "/settings/users",
        "getSettingsUser": f"/settings/users/{user}",
        "listGroups": "/settings/usergroups",
        "getGroup": f"/settings/usergroups/{group}",
        "listGroupUsers": f"/settings/usergroups/{group}/users",
        "listGroupEmployees": f"/settings/usergroups/{group}/employees",
        "listGroupPartners": f"/settings/usergroups/{group}/partners",
        "listChangeAdministrators": "/settings/changes/administrators",
        "getChangeAdministrator": f"/settings/changes/administrators/{ada.id}",
        "listCategories": "/settings/changes/categories",
        "getCategory": f"/settings/changes/categories/{category}",
        "listImplementationTemplates": f"/settings/changes/categories/{category}/implementationtemplates",
        "listCategoryAttributes": f"/settings/changes/categories/{plant.category('Plain')}/attributes",
        "listChangeAttributes": "/settings/changes/attributes",
        "listRoutings": "/settings/changes/routings",
        "getRouting": f"/settings/changes/routings/{plant.routing()['guid']}",
        "listNumberPrefixes": "/settings/changes/numbersequenceprefixes",
        "listImplementationStatuses": "/settings/changes/implementationstatuses",
        "listSuppliers": "/suppliers",
        "getSupplier": f"/suppliers/{plant.guid('suppliers', SUPPLIER)}",
    }
    for name, path in paths.items():
        answer = agree(name, ada.get(path))
        assert answer.status_code == 200, name
        assert agree(name, ada.get(path, colour="red")).status_code == 400
        if name.startswith("list"):
            assert answer.json()["results"]
            assert agree(name, ada.get(path, limit=0)).status_code == 400
        elif name.startswith("get"):
            assert agree(name, ada.get(f"{path.rpartition('/')[0]}/{MALFORMED}")).status_code == 400
    templates = ada.get(paths["listImplementationTemplates"]).json()["results"]
    path = f"{paths['listImplementationTemplates']}/{templates[0]['guid']}"
    assert agree("getImplementationTemplate", ada.get(path)).status_code == 200
    unmanaged = path.replace(category, plant.category("Unmanaged"))
    assert agree("getImplementationTemplate", ada.get(unmanaged)).status_code == 400
    with_options = ada.get("/settings/changes/attributes", includePossibleValues="true")
    agree("listChangeAttributes", with_options)
    agree("listSettingsUsers", ada.get("/settings/users", lastName="*a*", type="EMPLOYEE", enabled="true"))
    agree("listSettingsUsers", ada.get("/settings/users", type="ROBOT", enabled="maybe"))


def test_a_change_lives_as_documented(plant: Plant, ada: Engineer):
    body = {
        "title": "Case melting",
        "category": {"guid": plant.category("Plain")},
        "routings": [plant.routing()],
        "additionalAttributes": [{"apiName": "custom1", "value": "High"}],
    }
    made = agree("createChange", ada.post("/changes", body))
    assert made.status_code == 201, made.text
    change = made.json()
    path = f"/changes/{change['guid']}"
    tag = {"if-none-match": made.headers["etag"]}
    assert statuses(agree("getChange", ada.get(path)), agree("getChange", ada.get(path, headers=tag))) == [
        200,
        304,
    ]
    agree("listChanges", ada.get("/changes", title="case*", **OPEN))
    agree("listAlerts", ada.get(f"{path}/alerts"))
    edited = agree("editChange", ada.put(path, change | {"title": "Case melts", "description": None}))
    assert edited.json()["title"] == "Case melts"
    submit = {"change": {"guid": change["guid"]}, "status": "SUBMITTED", "comment": "Please"}
    moved = agree("changeStatus", ada.post("/changes/statuschanges", submit))
    assert moved.json()["status"] == "SUBMITTED_FOR_APPROVAL"
    voted = agree("vote", plant.max.post(f"{path}/votes", {"vote": "APPROVE"}))
    assert voted.json()["lifecycleStatus"] == {"type": "EFFECTIVE"}
    done = {
        "change": {"guid": change["guid"]},
        "status": "COMPLETED",
        "implementationStatus": {"value": "DONE"},
    }
    agree("changeStatus", ada.post("/changes/statuschanges", done))
    assert len(agree("changeHistory", ada.get(f"{path}/history")).json()["results"]) > 3
    assert agree("deleteChange", ada.delete(path)).status_code == 400
    other = ada.makes_a_change()
    assert agree("deleteChange", ada.delete(f"/changes/{other['guid']}")).status_code == 204


def test_changes_are_refused_as_documented(plant: Plant, ada: Engineer):
    change = ada.makes_a_change()
    path = f"/changes/{change['guid']}"
    locked = f"/changes/{plant.change_in('OPEN_AND_LOCKED')['guid']}"
    stale = {"if-match": '"99"'}
    wrong = {
        "title": 5,
        "colour": "red",
        "effectivityType": "SOON",
        "expirationDateTime": "tomorrow",
        "approvalDeadlineDateTime": in_past(),
        "category": {"guid": None},
        "numberSequencePrefix": {"guid": MALFORMED},
        "implementationStatus": "NEARLY",
        "enforceApprovalDeadline": True,
    }
    told = (
        agree("listChanges", ada.get("/changes", limit=401, colour="red", effectiveDateTimeTo="soon")),
        agree("listChanges", ada.get("/changes", **WRONG)),
        agree("createChange", ada.post("/changes", wrong)),
        agree("createChange", ada.post("/changes", {"category": {"guid": nobodys_id()}})),
        agree("editChange", ada.put(path, wrong)),
        agree("editChange", ada.put(path, {"title": "x"}, headers=stale)),
        agree("editChange", ada.put(path, {"title": "x"}, setnull="perhaps")),
        agree("editChange", ada.put(locked, {"title": "x"})),
        agree("editChange", plant.charlie.put(path, {"title": "x"})),
        agree("getChange", ada.get(f"/changes/{nobodys_id()}")),
        agree("getChange", Caller(plant.nobody.http, "pl_1_no").get(path)),
        agree("deleteChange", ada.delete(f"/changes/{nobodys_id()}")),
        agree("deleteChange", ada.delete(path, headers=stale)),
        agree("changeStatus", ada.asks(change, "SUBMITTED_FOR_APPROVAL", administrators=[{}])),
        agree("changeStatus", ada.asks(change, "COMPLETED")),
        agree("changeStatus", plant.charlie.asks(change, "CANCELED")),
        agree("vote", ada.post(f"{path}/votes", {"vote": "APPROVE"})),
    )
    assert statuses(*told) == [400] * 5 + [412, 400, 400, 403, 400, 401, 403, 412, 400, 400, 400, 400]


def test_implementation_tasks_live_as_documented(plant: Plant, ada: Engineer):
    change = ada.makes_a_change()
    tasks = f"/changes/{change['guid']}/implementationtasks"
    body = {
        "name": "Commit changes to archive",
        "assignee": plant.assignee("group"),
        "dueDate": "2022-03-07T08:00:00Z",
        "status": "NOT_STARTED",
    }
    made = agree("addImplementationTask", ada.post(tasks, body))
    assert made.status_code == 200
    task = made.json()
    path = task_path(change, task)
    agree("listImplementationTasks", ada.get(tasks))
    tag = {"if-none-match": made.headers["etag"]}
    assert agree("getImplementationTask", ada.get(path, headers=tag)).status_code == 304
    done = body | {"name": "Check Packaging", "status": "DONE"}
    agree("editImplementationTask", plant.bob.put(path, done, headers={"if-match": made.headers["etag"]}))
    for kind in ("user", "supplier"):
        agree("editImplementationTask", ada.put(path, {"assignee": plant.assignee(kind)}))
    cleared = agree("editImplementationTask", ada.put(path, {"assignee": None}, setnull="true"))
    assert cleared.json()["assignee"] == {}
    hours = {"dueDate": "2035-03-07T08:00:00Z", "warningHours": 1.5}
    agree("editImplementationTask", ada.put(path, hours))
    agree("changeHistory", ada.get(f"/changes/{change['guid']}/history"))
    assert agree("removeImplementationTask", ada.delete(path)).status_code == 204


def test_implementation_tasks_are_refused_as_documented(plant: Plant, ada: Engineer):
    change = ada.makes_a_change()
    path = task_path(change, ada.adds_a_task(change))
    closed = plant.change_in("COMPLETED")
    stale = {"if-match": '"99"'}
    wrong = {
        "name": " ",
        "assignee": {"user": {"guid": nobodys_id()}},
        "dueDate": "tomorrow",
        "status": "NEARLY",
        "warningHours": "one",
        "colour": "red",
    }

    def add(change: dict[str, str], **body: object) -> httpx.Response:
        return agree(
            "addImplementationTask", ada.post(f"/changes/{change['guid']}/implementationtasks", body)
        )

    told = (
        add(change, **wrong),
        add(change),
        add(change, name="x", assignee={"supplier": {"guid": nobodys_id()}}),
        add(closed, name="x"),
        add(ada.makes_a_change("Unmanaged"), name="x"),
        add(ada.makes_a_change("Fixed"), name="x"),
        agree("editImplementationTask", ada.put(f"{path[:-20]}{MALFORMED}", {})),
        agree("editImplementationTask", ada.put(path, wrong)),
        agree("editImplementationTask", ada.put(path, {"name": "x"}, headers=stale)),
        agree("editImplementationTask", plant.charlie.put(path, {"name": "x"})),
        agree("removeImplementationTask", ada.delete(f"{path[:-20]}{nobodys_id()}")),
        agree("removeImplementationTask", ada.delete(path, headers=stale)),
        agree("removeImplementationTask", plant.charlie.delete(path)),
        agree("changeStatus", ada.asks(plant.change_in("EFFECTIVE"), "EXPIRED")),
    )
    assert statuses(*told) == [400] * 8 + [412, 403, 403, 412, 403, 400]


def test_notes_live_as_documented(plant: Plant, ada: Engineer):
    change = ada.makes_a_change()
    notes = f"{task_path(change, ada.adds_a_task(change))}/notes"
    note = agree("addNote", ada.post(notes, {"note": "Begun", "private": True, "label": "x"})).json()
    path = f"{notes}/{note['guid']}"
    agree("listNotes", ada.get(notes))
    agree("getNote", ada.get(path))
    agree("editNote", ada.put(path, {"note": "Well begun", "label": None}, setnull="true"))
    told = (
        agree("addNote", ada.post(notes, {"private": "yes"})),
        agree("addNote", ada.post(notes, {"note": "x" * 4001})),
        agree("getNote", plant.charlie.get(path)),
        agree("editNote", plant.charlie.put(path, {"note": "x"})),
        agree("removeNote", plant.charlie.delete(path)),
        agree("removeNote", ada.delete(path)),
        agree("removeNote", ada.delete(path)),
    )
    assert statuses(*told) == [400, 400, 400, 400, 403, 204, 403]


def test_a_request_sent_twice_is_answered_as_documented(ada: Engineer):
    key = {"idempotency-key": "once"}
    first = agree("createChange", ada.post("/changes", {"title": "Once"}, headers=key))
    again = agree("createChange", ada.post("/changes", {"title": "Once"}, headers=key))
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert agree("createChange", ada.post("/changes", {"title": "Twice"}, headers=key)).status_code == 422
    bad = {"idempotency-key": "a bad one"}
    refused = [agree("createChange", ada.post("/changes", {}, headers=bad)) for _ in range(2)]
    assert refused[1].headers["idempotency-replayed"] == "true"


def test_files_live_as_documented(plant: Plant, ada: Engineer):
    link = {"title": "The plan", "storageMethodName": "WEB", "location": "https://example.com/plan"}
    made = agree("createFile", ada.post("/files", link))
    path = f"/files/{made.json()['guid']}"
    body, media = as_sent_by_a_library("report.txt", b"Twenty thousand turns.", {"title": "Test report"})
    form = {"content-type": media}
    uploaded = agree("createFile", ada.send("POST", "/files", content=body, headers=form))
    content = f"/files/{uploaded.headers['x-arena-fileguid']}/content"
    agree("listFiles", ada.get("/files", title="*plan*"))
    agree("getFile", ada.get(path))
    assert agree("getFile", ada.get(path, headers={"if-none-match": '"1"'})).status_code == 304
    assert agree("editFile", ada.put(path, made.json() | {"title": "A plan"})).status_code == 200
    assert agree("getFileContent", ada.get(content)).text == "Twenty thousand turns."
    replaced = ada.send("POST", f"{path}/content", content=body, headers=form)
    assert agree("replaceFileContent", replaced).status_code == 201
    change = ada.makes_a_change()
    task = ada.adds_a_task(change)
    files = f"{task_path(change, task)}/files"
    wish = {"file": {"guid": made.json()["guid"]}}
    added = agree("addTaskFile", ada.post(files, wish))
    agree("listTaskFiles", ada.get(files))
    agree("getTaskFile", ada.get(f"{files}/{added.json()['guid']}"))
    told = (
        agree("addTaskFile", ada.post(files, wish)),
        agree("addTaskFile", ada.post(files, {"file": {"guid": MALFORMED}})),
        agree("addTaskFile", plant.charlie.post(files, wish)),
        agree("getTaskFile", ada.get(f"{files}/{nobodys_id()}")),
        agree("deleteFile", ada.delete(path)),
        agree("deleteFile", plant.charlie.delete(path)),
        agree("removeTaskFile", plant.charlie.delete(f"{files}/{added.json()['guid']}")),
        agree("removeTaskFile", ada.delete(f"{files}/{added.json()['guid']}")),
        agree("removeTaskFile", ada.delete(f"{files}/{added.json()['guid']}")),
        agree("deleteFile", ada.delete(path, headers={"if-match": '"99"'})),
        agree("deleteFile", ada.delete(path)),
        agree("deleteFile", ada.delete(path)),
    )
    assert statuses(*told) == [400, 400, 403, 400, 400, 403, 403, 204, 403, 412, 204, 403]


def test_files_are_refused_as_documented(plant: Plant, ada: Engineer):
    link = {"title": "The plan", "storageMethodName": "WEB", "location": "https://example.com/plan"}
    path = f"/files/{ada.post('/files', link).json()['guid']}"
    form = {"content-type": "multipart/form-data; boundary=xx"}
    wrong = {"title": 5, "colour": "red", "category": {"guid": None}, "storageMethodName": "DRAWER"}
    told = (
        agree("createFile", ada.post("/files", wrong)),
        agree("createFile", ada.post("/files", {})),
        agree("createFile", ada.send("POST", "/files", content=b"--xx--", headers=form)),
        agree("createFile", ada.send("POST", "/files", content=b"x", headers={"content-type": "a/b"})),
        agree("createFile", ada.send("POST", "/files", content=b" " * 1_100_000)),
        agree("getFileContent", ada.get(f"{path}/content")),
        agree("replaceFileContent", ada.post(f"{path}/content", {})),
        agree("replaceFileContent", ada.send("POST", f"{path}/content", content=b"--xx--", headers=form)),
        agree("editFile", ada.put(path, wrong)),
        agree("editFile", ada.put(path, {"storageMethodName": "FILE"})),
        agree("editFile", plant.charlie.put(path, {"title": "x"})),
        agree("editFile", ada.put(path, {"title": "x"}, headers={"if-match": '"99"'})),
        agree("listFiles", ada.get("/files", edition="1", limit=0)),
    )
    assert statuses(*told) == [400] * 3 + [415, 413, 400, 415] + [400] * 3 + [403, 412, 400]
