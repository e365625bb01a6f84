"""The example of a client that was written for Arena, as it is published, in the example's workspace."""

import subprocess
import sys

import pytest

from punchlist.services import passwords
from scripts.generate_docs import ROOT
from tests.support.backstage import operator

PASSWORD = "correct horse battery staple"
SAYS = [
    "Found Change\\Change Order\\Engineering Change Order with 5 templates",
    "Created ECO-000001, with its 5 tasks",
    "Added 'Commit changes to archive' and gave it to Firmware and Test",
    "bob@fennel.example.com has marked it DONE",
    "Submitted: it is EFFECTIVE",
    "Not complete yet: 4998: 1 open implementation tasks stand before COMPLETED.",
    "The last task is done: it is COMPLETED",
    "Un-completed: it is EFFECTIVE",
    "Logged out",
]


@pytest.fixture
def people(backstage, fresh) -> list[str]:
    """The e-mail addresses of two of the example's people; they have passwords."""
    text = (ROOT / "examples" / "workspace.toml").read_text("utf-8")
    # Others of these names work elsewhere, and the example does not say where it logs in.
    present = fresh.configure(text.replace("@example.com", "@fennel.example.com"))
    emails = ["ada@fennel.example.com", "bob@fennel.example.com"]
    for user in present.users:
        if user.value.email in emails:
            context = operator(fresh.workspace_id)
            backstage.run(passwords.set_password(backstage.db, context, user.id, PASSWORD))
    return emails


def test_the_example_goes_its_whole_way(server, people):
    example = ROOT / "examples" / "arena_session.py"
    arguments = [argument for email in people for argument in (email, PASSWORD)]
    done = subprocess.run(
        [sys.executable, "-I", str(example), f"{server}/v1", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    first, *lines = done.stdout.splitlines()
    assert first.startswith("Logged in to Fennel Instruments (")
    assert lines == SAYS
    assert done.returncode == 0
