"""`punchlist audit`: whether the record is whole, and its links for somebody else's keeping."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from punchlist.cli.desk import Shown, WorkspaceNumber, find_workspace, with_pool
from punchlist.cli.options import ELSEWHERE, AsJson, ConfigFile, DatabaseUrl, DataDir, resolve
from punchlist.cli.output import CommandError, show, with_database

if TYPE_CHECKING:
    from punchlist.domain.audit import Head
    from punchlist.services.auditing import Verdict
    from punchlist.store.database import Database
    from punchlist.store.workspaces import Workspace

app = typer.Typer(help="Check and export the record of what happened.", no_args_is_help=True)

_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})").fullmatch


@app.command("verify", epilog=ELSEWHERE)
def verify(
    workspace: WorkspaceNumber = None,
    head: Annotated[
        str | None,
        typer.Option(metavar="POSITION:HASH", help="An earlier head, which the chain must still contain."),
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Check every link of the record, and print each chain's head; exit with 1 if anything is broken."""
    settings = resolve(config, data_dir=data_dir, database_url=database_url)
    noted = None if head is None else _read_head(head)
    broken = False

    async def work(db: "Database") -> Shown:
        nonlocal broken
        verdicts = await _verify(db, workspace, noted)
        broken = any(verdict.flaw is not None for verdict in verdicts)
        return Shown({"sound": not broken, "workspaces": _values(verdicts)}, "\n".join(map(_said, verdicts)))

    shown = with_database(settings, lambda dsn: with_pool(dsn, work))
    show(shown.value, as_json=as_json, text=shown.text)
    raise typer.Exit(1 if broken else 0)


async def _verify(db: "Database", number: int | None, noted: "Head | None") -> "list[Verdict]":
    from punchlist.services import auditing
    from punchlist.services.workspaces import find_workspaces

    if noted is None:
        found = await find_workspaces(db, number)
    else:
        found = [each] if (each := await find_workspace(db, number)) is not None else []
    if not found and (number is not None or noted is not None):
        raise CommandError("There is no workspace." if number is None else f"There is no workspace {number}.")
    return [await auditing.verify(db, each, noted) for each in found]


def _read_head(text: str) -> "Head":
    from punchlist.domain.audit import Head

    match = _HEAD(text)
    if match is None:
        raise CommandError(
            f"--head {text} is no head: say one as `audit verify` prints it, a position and a hash of 64 "
            "digits with a colon between them."
        )
    return Head(int(match[1]), bytes.fromhex(match[2]))


def _values(verdicts: "list[Verdict]") -> list[dict[str, Any]]:
    return [
        {
            "number": verdict.workspace.number,
            "name": verdict.workspace.name,
            "events": verdict.head.position,
            "waiting": verdict.waiting,
            "head": _written(verdict.head),
            "flaw": None
            if verdict.flaw is None
            else {
                "fault": verdict.flaw.fault.name.lower(),
                "position": verdict.flaw.position,
                "seq": verdict.flaw.seq,
                "says": verdict.flaw.fault.value,
            },
        }
        for verdict in verdicts
    ]


def _written(head: "Head") -> str | None:
    return f"{head.position}:{head.hash.hex()}" if head.position else None


def _said(verdict: "Verdict") -> str:
    workspace = f"{verdict.workspace.number} ({verdict.workspace.name})"
    flaw = verdict.flaw
    head = _written(verdict.head)
    if flaw is not None:
        places = (("position", flaw.position), ("event", flaw.seq))
        where = ", ".join(f"{name} {number}" for name, number in places if number is not None)
        sound = f"\n       sound up to {head}" if head else ""
        return f"BROKEN {workspace}: {where}: {flaw.fault.value}{sound}"
    waiting = f"; {verdict.waiting} more wait for their links" if verdict.waiting else ""
    if head is None:
        return f"ok     {workspace}: no events{waiting}"
    return f"ok     {workspace}: {verdict.head.position} events{waiting}\n       head {head}"


@app.command("export", epilog=ELSEWHERE)
def export(
    workspace: WorkspaceNumber = None,
    after: Annotated[
        int, typer.Option(min=0, metavar="POSITION", help="Only what follows this position.")
    ] = 0,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to, in place of standard output.")
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    config: ConfigFile = None,
) -> None:
    """Write the record of a workspace as JSON Lines, each with its hash, oldest first."""
    settings = resolve(config, data_dir=data_dir, database_url=database_url)

    async def work(db: "Database") -> Shown:
        found = await find_workspace(db, workspace)
        if found is None:
            raise CommandError("There is no such workspace.")
        with _opened(output) as file:
            await _write(db, found, after, file)
        return Shown(None, "")

    with_database(settings, lambda dsn: with_pool(dsn, work))


async def _write(db: "Database", workspace: "Workspace", after: int, file: IO[bytes]) -> None:
    import msgspec

    from punchlist.domain.audit import Flaw
    from punchlist.services import auditing

    encode = msgspec.json.Encoder().encode
    async for line in auditing.export(db, workspace, after):
        if isinstance(line, Flaw):
            raise CommandError(
                f"The record is broken at position {line.position}, event {line.seq}: {line.fault.value}."
            )
        file.write(encode(line) + b"\n")


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its name once it is whole."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(output)
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)
