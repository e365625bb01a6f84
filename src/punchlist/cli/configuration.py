"""`punchlist apply` and `punchlist export-config`: a workspace's configuration as a file."""

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from punchlist.cli.desk import Desk, Shown, WorkspaceNumber, desk_command, find_workspace, with_pool
from punchlist.cli.options import ELSEWHERE, AsJson, ConfigFile, DatabaseUrl, DataDir, resolve
from punchlist.cli.output import CommandError, show, with_database
from punchlist.domain.limits import WORKSPACE_FILE_MAX

if TYPE_CHECKING:
    from punchlist.domain.workspace_file.entries import Present
    from punchlist.domain.workspace_file.fields import Mistake
    from punchlist.domain.workspace_file.planning import Step
    from punchlist.domain.workspace_file.reading import Document
    from punchlist.services.configuration import Wish
    from punchlist.store.database import Database

app = typer.Typer()


@app.command(epilog=ELSEWHERE)
def apply(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The workspace file, in TOML.", show_default=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Disable what the file does not name. Nothing is ever deleted.")
    ] = False,
    workspace: WorkspaceNumber = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a workspace as a file says, all of it or nothing."""
    from punchlist.domain.workspace_file.fields import Mistaken
    from punchlist.domain.workspace_file.reading import parse
    from punchlist.services.configuration import wish

    settings = resolve(config, data_dir=data_dir, database_url=database_url)
    try:
        document = parse(_content(file))
        number = _number(document, workspace)
        wished = wish(document, os.environ, prune=prune)

        async def run(dsn: str) -> Shown:
            return await with_pool(dsn, lambda db: _apply(db, wished, number, dry_run=dry_run))

        shown = with_database(settings, run)
    except Mistaken as mistaken:
        raise CommandError(_refusal(mistaken.mistakes, file)) from mistaken
    show(shown.value, as_json=as_json, text=shown.text)


@desk_command(app, "export-config")
async def export_config(desk: Desk) -> Shown:
    """Write a workspace's configuration as a file that `apply` understands; passwords are not in it."""
    from punchlist.domain.workspace_file.toml_text import export
    from punchlist.services.configuration import read_configuration

    present = await read_configuration(desk.db, desk.context.actor.workspace_id)
    return Shown(_as_value(present), export(present).removesuffix("\n"))


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            # One byte more than may be read: `parse` then says that it is too much.
            return opened.read(WORKSPACE_FILE_MAX + 1).decode()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8, which TOML must be.") from error


def _number(document: "Document", asked: int | None) -> int | None:
    """The number of the workspace that is meant, by the file or else by the command."""
    said = document.file.workspace.number
    if said is not None and asked is not None and said != asked:
        raise CommandError(f"The file is for workspace {said}, and --workspace says {asked}.")
    return asked if said is None else said


async def _apply(db: "Database", wished: "Wish", number: int | None, *, dry_run: bool) -> Shown:
    from punchlist.domain.workspace_file.planning import changes_anything
    from punchlist.domain.workspace_file.wording import describe
    from punchlist.services.configuration import apply_configuration, plan_configuration

    workspace = await find_workspace(db, number)
    if workspace is None and number is not None and wished.document.file.workspace.number is None:
        raise CommandError(f"There is no workspace {number}.")
    if dry_run:
        outcome = await plan_configuration(db, workspace, wished)
    else:
        outcome = await apply_configuration(db, workspace, wished, now=dt.datetime.now(dt.UTC))
    changed = changes_anything(outcome.steps)
    value = _as_value(outcome.present, outcome.steps) | {"dry_run": dry_run, "changed": changed}
    done = "Nothing was changed: this was a dry run." if dry_run else "Applied."
    return Shown(value, f"{describe(outcome.steps)}\n{done if changed else 'There is nothing to change.'}")


def _refusal(mistakes: tuple["Mistake", ...], file: Path) -> str:
    from punchlist.domain.workspace_file.wording import list_mistakes

    count = "one mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return f"{file} was not applied, because of {count}:\n{list_mistakes(mistakes, str(file))}"


def _as_value(present: "Present", steps: "tuple[Step, ...] | None" = None) -> dict[str, Any]:
    """Every enabled entry with its guid, and what becomes of it where there is a plan.

    An entry that a dry run would make has no guid yet, and a workspace perhaps no number.
    """
    from punchlist.domain.workspace_file.entries import SECTIONS, standing_by_key

    wanted = {} if steps is None else {(step.section, step.key): step for step in steps}
    value: dict[str, Any] = {"workspace": _workspace_value(present, steps)}
    for section in SECTIONS:
        standing = standing_by_key(present, section)
        keys = [key for key, entry in standing.items() if entry.enabled]
        keys += [key for name, key in wanted if name == section and key not in keys]
        value[section] = [
            _entry_value(section, standing.get(key), wanted.get((section, key))) for key in keys
        ]
    return value


def _workspace_value(present: "Present", steps: "tuple[Step, ...] | None") -> dict[str, Any]:
    entry = present.workspace.value if present.workspace is not None else (steps or ())[0].value
    value = {"name": entry.name, "number": entry.number, "request_limit": entry.request_limit}
    return value | ({} if steps is None else _step_value(steps[0]))


def _entry_value(section: str, standing: Any, step: "Step | None") -> dict[str, Any]:
    from punchlist.domain.workspace_file.entries import SECTIONS

    entry = standing.value if standing is not None else step.value if step is not None else None
    identity = SECTIONS[section].identity
    value = {"guid": standing.id if standing is not None else None, identity: getattr(entry, identity)}
    if section == "categories":
        ids = standing.template_ids if standing is not None else {}
        value["templates"] = [
            {"guid": ids.get(template.name), "name": template.name}
            for template in getattr(entry, "templates", ())
        ]
    return value | ({} if step is None else _step_value(step))


def _step_value(step: "Step") -> dict[str, Any]:
    changes: dict[str, Any] = {each.field: {"from": each.old, "to": each.new} for each in step.differences}
    if step.sets_password:
        changes["password"] = {"from": None, "to": None}  # what it was and is, nobody is told
    return {"step": step.act, "changes": changes}
