"""schemathesis makes requests of the document, good ones and bad ones, and holds the answers against it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from punchlist.api.tasks.routes import ENDPOINTS
from tests.support.client import expect
from tests.support.people import Cast

ROOT = Path(__file__).resolve().parents[2]
ST = Path(sys.executable).with_name("st")


@pytest.mark.timeout(400)
def test_the_server_does_what_its_document_says(cast: Cast, tmp_path: Path):
    # Something to find: a run on an empty workspace would mostly meet 404.
    task = cast.ada.makes_a_task(title="Check the torque", assigneeId=cast.bob.id)
    cast.ada.comments_on(task)
    done = subprocess.run(
        [
            *(ST, "--config-file", Path(__file__).with_name("schemathesis.toml"), "run", "--no-color"),
            *("--header", f"Authorization: Bearer {cast.ada.token}"),
            f"{cast.http.base_url}/openapi.json",
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OWN_KEY_ID": cast.ada.key_id},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    # A run that tried nothing finds nothing.
    assert number_before(" generated", done.stdout) > 1_000
    assert number_before(" selected / ", done.stdout) >= len(ENDPOINTS)
    # Nor does one that has lost its key, or the server.
    assert expect(200, cast.ada.get(f"/api-keys/{cast.ada.key_id}"))["revokedAt"] is None
    assert cast.http.get("/health/ready").status_code == 200


def number_before(words: str, text: str) -> int:
    found = re.search(rf"(\d+){words}", text)
    assert found is not None, text
    return int(found[1])
