"""schemathesis makes requests of the document, good ones and bad ones, and holds the answers against it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from punchlist.api.changes.routes import ENDPOINTS as CHANGES
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.openapi import upkeep
from punchlist.api.openapi.changes import prose as changes
from punchlist.api.openapi.tasks import prose as tasks
from punchlist.api.tasks.live import EVENT_STREAM
from punchlist.api.tasks.routes import ENDPOINTS as TASKS
from tests.support.backstage import Backstage
from tests.support.client import expect
from tests.support.people import Cast, Person
from tests.support.plant import Plant, task_path

ROOT = Path(__file__).resolve().parents[2]
ST = Path(sys.executable).with_name("st")


@pytest.mark.timeout(400)
def test_the_task_dialect_does_what_its_document_says(cast: Cast, tmp_path: Path):
    # Something to find: a run on an empty workspace would mostly meet 404.
    task = cast.ada.makes_a_task(title="Check the torque", assigneeId=cast.bob.id)
    cast.ada.comments_on(task)
    run(tmp_path, cast.ada, [*tasks.TAGS, *upkeep.TAGS], at_least=TASKS)


@pytest.mark.timeout(400)
def test_the_change_dialect_does_what_its_document_says(
    backstage: Backstage, http: httpx.Client, tmp_path: Path
):
    plant = Plant(backstage, http)
    run(tmp_path, plant.cast.ada, list(changes.TAGS), at_least=CHANGES, known=what_is_there(plant))


def what_is_there(plant: Plant) -> dict[str, str]:
    """Something of everything that stands in paths, by the names of those parameters."""
    change = plant.mia.makes_a_change("Planned")
    task = plant.ada.adds_a_task(change)
    link = {"title": "The plan", "storageMethodName": "WEB", "location": "https://example.com/plan"}
    file = expect(201, plant.ada.post("/files", link))
    planned = plant.category("Planned")
    templates = f"/settings/changes/categories/{planned}/implementationtemplates"
    attached = plant.ada.post(f"{task_path(change, task)}/files", {"file": {"guid": file["guid"]}})
    return {
        "changeId": change["guid"],
        "taskId": task["guid"],
        "noteId": plant.ada.notes(change, task)["guid"],
        "fileId": file["guid"],
        "associationId": expect(200, attached)["guid"],
        "userId": plant.ada.id,
        "groupId": plant.assignee("group")["userGroup"]["guid"],
        "categoryId": planned,
        "templateId": expect(200, plant.ada.get(templates))["results"][0]["guid"],
        "routingId": plant.routing()["guid"],
        "supplierId": plant.assignee("supplier")["supplier"]["guid"],
    }


def run(
    directory: Path,
    person: Person,
    tags: list[str],
    *,
    at_least: tuple[Endpoint, ...],
    known: dict[str, str] | None = None,
) -> None:
    """Has the operations under some tags tried by somebody."""
    config = Path(__file__).with_name("schemathesis.toml")
    done = subprocess.run(
        [
            *(ST, "--config-file", config, "run", "--no-color"),
            *("--header", f"Authorization: Bearer {person.token}"),
            *(part for tag in tags for part in ("--include-tag", tag)),
            *("--exclude-operation-id", "streamEvents"),  # its answer has no end
            f"{person.http.base_url}/openapi.json",
        ],
        cwd=directory,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "OWN_KEY_ID": person.key_id, "KNOWN_IDS": json.dumps(known or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    # A run that tried nothing finds nothing.
    assert number_before(" generated", done.stdout) > 1_000
    assert number_before(" selected / ", done.stdout) >= sum(each.media != EVENT_STREAM for each in at_least)
    # Nor does one that has lost its key, or the server.
    assert expect(200, person.get(f"/api-keys/{person.key_id}"))["revokedAt"] is None
    assert person.http.get("/health/ready").status_code == 200


def number_before(words: str, text: str) -> int:
    found = re.search(rf"(\d+){words}", text)
    assert found is not None, text
    return int(found[1])
