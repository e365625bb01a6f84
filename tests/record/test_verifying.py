"""The record verified, and found broken wherever somebody who can do anything to the database was at it."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from punchlist.domain.audit import Fault, Head
from punchlist.domain.tasks import TaskChanges
from punchlist.services import auditing, tasks, workspaces
from punchlist.services.auditing import Verdict
from punchlist.services.publishing import follow
from punchlist.store.workspaces import Workspace
from scripts.generate_docs import ROOT
from tests.cli.program import complains, ok, run
from tests.support.backstage import Backstage, operator

EVENTS = 6


class Ledger:
    """A workspace of which some events are linked, and whoever can do anything to them."""

    def __init__(self, record: Backstage) -> None:
        self.record = record
        self.workspace: Workspace = record.run(
            workspaces.found_workspace(record.db, "A workspace with a record")
        )
        self.happens(EVENTS)
        self.is_linked()

    def happens(self, count: int) -> None:
        """Makes so many events."""
        for number in range(count):
            wish = TaskChanges(title=f"Prüfe Ⓐ {number}", warning_hours=None, tags=("a", "b"))
            self.record.run(tasks.create_task(self.record.db, operator(self.workspace.id), wish))

    def is_linked(self) -> None:
        """Lets a linker go by until there is nothing more to do."""
        for _ in range(3):
            self.record.run(follow(self.record.db, ()))

    def seq(self, position: int) -> int:
        """The number of the event at a position."""
        found: int = self.record.value(
            "SELECT seq FROM event_links WHERE workspace_id = $1 AND position = $2",
            self.workspace.id,
            position,
        )
        return found

    def tamper(self, statement: str, *args: Any) -> None:
        """Does what the database refuses to anybody else."""
        for table in ("events", "event_links"):
            self.record.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.record.execute(statement, self.workspace.id, *args)
        for table in ("events", "event_links"):
            self.record.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def verdict(self, noted: Head | None = None) -> Verdict:
        """What is found of it."""
        return self.record.run(auditing.verify(self.record.db, self.workspace, noted))

    def found(self, noted: Head | None = None) -> tuple[Fault, int | None, int | None] | None:
        """What is found wrong with it."""
        flaw = self.verdict(noted).flaw
        return None if flaw is None else (flaw.fault, flaw.position, flaw.seq)


@pytest.fixture
def ledger(record: Backstage) -> Ledger:
    return Ledger(record)


def test_a_record_that_nobody_touched_is_sound(ledger: Ledger):
    verdict = ledger.verdict()
    assert (verdict.flaw, verdict.waiting, verdict.head.position) == (None, 0, EVENTS)
    ledger.happens(2)
    assert ledger.verdict().waiting == 2
    assert ledger.found(verdict.head) is None
    ledger.is_linked()
    assert ledger.found(verdict.head) is None
    assert ledger.verdict().head.position == EVENTS + 2


AT_3 = "workspace_id = $1 AND seq = $2"
CHANGED = {
    "the actor": f"UPDATE events SET actor_id = 'SOMEBODYELSE00000000' WHERE {AT_3}",
    "the verb": f"UPDATE events SET verb = 'deleted' WHERE {AT_3}",
    "the verb to one that is none": f"UPDATE events SET verb = 'archived' WHERE {AT_3}",
    "the entity": f"UPDATE events SET entity = 'note' WHERE {AT_3}",
    "whose event it is": f"UPDATE events SET entity_id = 'T0000000000000000000' WHERE {AT_3}",
    "the parent": f"UPDATE events SET parent_id = 'T0000000000000000000' WHERE {AT_3}",
    "the version": f"UPDATE events SET version = 2 WHERE {AT_3}",
    "what was before": f"UPDATE events SET before = '{{\"title\": null}}' WHERE {AT_3}",
    "one letter of what came after": (
        "UPDATE events SET after = jsonb_set(after, '{title}', '\"Prufe Ⓐ 2\"')" f" WHERE {AT_3}"
    ),
    "a number that no link can be of": (
        f"UPDATE events SET after = after || jsonb_build_object('n', 1e400::numeric) WHERE {AT_3}"
    ),
    "the instant": f"UPDATE events SET at = at + interval '1 microsecond' WHERE {AT_3}",
    "the request": f"UPDATE events SET request_id = 'another' WHERE {AT_3}",
    "the hash": f"UPDATE event_links SET hash = decode(repeat('ab', 32), 'hex') WHERE {AT_3}",
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGED)
def test_a_change_is_found_where_it_was_made(ledger: Ledger, what: str):
    ledger.tamper(CHANGED[what], seq := ledger.seq(3))
    assert ledger.found() == (Fault.HASH, 3, seq)
    assert ledger.verdict().head.position == 2


def test_a_link_that_follows_from_another_one_is_found(ledger: Ledger):
    ledger.tamper(
        f"UPDATE event_links SET previous_hash = decode(repeat('ab', 32), 'hex') WHERE {AT_3}",
        seq := ledger.seq(3),
    )
    assert ledger.found() == (Fault.PREVIOUS, 3, seq)


def test_a_deleted_event_is_missed(ledger: Ledger):
    ledger.tamper(f"DELETE FROM events WHERE {AT_3}", seq := ledger.seq(3))
    assert ledger.found() == (Fault.MISSING, 3, seq)


def test_a_deleted_link_leaves_a_gap(ledger: Ledger):
    ledger.tamper(f"DELETE FROM event_links WHERE {AT_3}", ledger.seq(3))
    assert ledger.found() == (Fault.GAP, 3, None)


def test_a_link_taken_off_the_end_is_missed_by_the_chain_or_by_its_event(ledger: Ledger):
    seq = ledger.seq(EVENTS)
    ledger.tamper("DELETE FROM event_links WHERE workspace_id = $1 AND seq = $2", seq)
    assert ledger.found() == (Fault.END, EVENTS, None)
    ledger.tamper(
        "UPDATE event_chains SET position = $2, hash = (SELECT hash FROM event_links"
        " WHERE workspace_id = $1 AND position = $2) WHERE workspace_id = $1",
        EVENTS - 1,
    )
    assert ledger.found() == (Fault.UNLINKED, None, seq)


def cut(ledger: Ledger, position: int) -> None:
    """Takes everything after a position away, so that the database knows nothing of it."""
    for statement in (
        "DELETE FROM events WHERE workspace_id = $1 AND seq > (SELECT seq FROM event_links"
        " WHERE workspace_id = $1 AND position = $2)",
        "DELETE FROM event_links WHERE workspace_id = $1 AND position > $2",
        "UPDATE event_chains SET position = $2, (hash, settled_seq) = (SELECT hash, seq FROM event_links"
        " WHERE workspace_id = $1 AND position = $2) WHERE workspace_id = $1",
    ):
        ledger.tamper(statement, position)


def test_a_cut_off_end_is_found_by_who_noted_the_head(ledger: Ledger):
    head = ledger.verdict().head
    cut(ledger, 4)
    assert ledger.found() is None  # for nothing in the database tells of it any more
    assert ledger.found(head) == (Fault.END, EVENTS, None)
    ledger.happens(EVENTS)
    ledger.is_linked()
    assert ledger.found() is None
    assert ledger.found(head) == (Fault.OTHER_END, EVENTS, ledger.seq(EVENTS))


def test_an_event_slipped_in_later_has_no_link(ledger: Ledger):
    gone = ledger.seq(3)
    cut(ledger, 2)
    ledger.happens(3)
    ledger.is_linked()
    ledger.tamper(
        "INSERT INTO events (workspace_id, seq, verb, entity, entity_id, version, before, after, at)"
        " OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'updated', 'task', 'x', 2, '{}', '{}', now())",
        gone,
    )
    ledger.is_linked()
    assert ledger.found() == (Fault.UNLINKED, None, gone)


# --- the command ----------------------------------------------------------------------------------------


@pytest.fixture
def verify(ledger: Ledger, record_dsn: str) -> Callable[..., Any]:
    words = ("--database-url", record_dsn, "--workspace", str(ledger.workspace.number))
    return lambda *more: run("audit", "verify", *words, *more)


def test_the_command_prints_the_head_by_which_it_then_knows_the_chain(ledger: Ledger, verify: Any):
    ran = verify()
    assert ran.code == 0
    assert f"{EVENTS} events" in ran.out
    ran = verify("--json")
    assert (ran.code, ran.value["sound"]) == (0, True)
    [found] = ran.value["workspaces"]
    assert (found["events"], found["waiting"], found["flaw"]) == (EVENTS, 0, None)
    assert verify("--head", found["head"]).code == 0
    cut(ledger, 4)
    ran = verify("--head", found["head"])
    assert ran.code == 1
    assert f"position {EVENTS}" in ran.out


def test_the_command_names_what_is_broken_and_fails(ledger: Ledger, verify: Any):
    ledger.tamper(CHANGED["the actor"], seq := ledger.seq(3))
    ran = verify()
    assert ran.code == 1
    assert f"BROKEN {ledger.workspace.number}" in ran.out
    assert f"position 3, event {seq}: the event is not the one that was linked" in ran.out
    ran = verify("--json")
    assert (ran.code, ran.value["sound"]) == (1, False)
    assert ran.value["workspaces"][0]["flaw"] == {
        "fault": "hash", "position": 3, "seq": seq, "says": Fault.HASH.value,
    }  # fmt: skip


def test_what_is_no_head_or_no_workspace_is_refused(ledger: Ledger, record_dsn: str):
    database = ("--database-url", record_dsn)
    assert "is no head" in complains("audit", "verify", *database, "--head", "3:abc")
    assert "no workspace 1" in complains("audit", "verify", *database, "--workspace", "1")
    assert "no such workspace" in complains("audit", "export", *database, "--workspace", "1")
    Ledger(ledger.record)
    assert "several workspaces" in complains("audit", "verify", *database, "--head", f"1:{'0' * 64}")
    assert "several workspaces" in complains("audit", "export", *database)
    assert run("audit", "verify", *database, "--json").value["workspaces"][1:]


def test_an_export_can_be_verified_by_who_has_nothing_but_its_lines(
    ledger: Ledger, record_dsn: str, tmp_path: Path
):
    ledger.tamper(f"DELETE FROM events WHERE {AT_3} AND false", 0)
    words = ("--database-url", record_dsn, "--workspace", str(ledger.workspace.number))
    out = ok("audit", "export", *words).out
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["position"] for line in lines] == list(range(1, EVENTS + 1))
    previous = "0" * 64
    for line in lines:
        told = line.pop("hash")
        assert line["previousHash"] == previous
        previous = hashlib.sha256(rfc8785.dumps(line)).hexdigest()
        assert previous == told
    assert ledger.verdict().head.hash.hex() == previous
    file = tmp_path / "record.jsonl"
    assert ok("audit", "export", *words, "--after", "4", "--output", file).out == ""
    assert file.read_text("utf-8").splitlines() == out.splitlines()[4:]
    assert list(tmp_path.iterdir()) == [file]


def test_the_ten_lines_of_the_manual_verify_an_export_and_find_what_was_changed(
    ledger: Ledger, record_dsn: str, tmp_path: Path
):
    [script] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "audit.md").read_text("utf-8"), re.DOTALL)
    verifier, file = tmp_path / "verify.py", tmp_path / "record.jsonl"
    verifier.write_text(script)
    words = ("--database-url", record_dsn, "--workspace", str(ledger.workspace.number))
    ok("audit", "export", *words, "--output", file)

    def verified() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, verifier, file], capture_output=True, text=True, check=False, timeout=60
        )

    head = ledger.verdict().head
    assert verified().stdout == f"{head.position}:{head.hash.hex()}\n"
    file.write_text(file.read_text("utf-8").replace("Prüfe Ⓐ 3", "Prufe Ⓐ 3"), "utf-8")
    assert "position 4 was changed" in verified().stderr


def test_an_export_of_a_broken_record_stops_there_and_says_so(
    ledger: Ledger, record_dsn: str, tmp_path: Path
):
    ledger.tamper(f"DELETE FROM events WHERE {AT_3}", ledger.seq(3))
    words = ("--database-url", record_dsn, "--workspace", str(ledger.workspace.number))
    file = tmp_path / "record.jsonl"
    assert "broken at position 3" in complains("audit", "export", *words, "--output", file)
    assert list(tmp_path.iterdir()) == []
