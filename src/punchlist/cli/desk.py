"""Commands that work on a workspace, as the operator, beside a running server or without one.

Such a command is a coroutine that takes a `Desk` and its own options, and returns what to show. What they
all share is added here: where the database is, which workspace is meant, `--json`, and the words for a
refusal.
"""

import datetime as dt
import functools
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from punchlist.cli.options import ELSEWHERE, AsJson, ConfigFile, DatabaseUrl, DataDir, resolve
from punchlist.cli.output import CommandError, show, with_database

if TYPE_CHECKING:
    from punchlist.domain.context import Context
    from punchlist.domain.problems import Rejected
    from punchlist.store.database import Database
    from punchlist.store.workspaces import Workspace

WorkspaceNumber = Annotated[
    int | None,
    typer.Option("--workspace", metavar="NUMBER", help="Which workspace, where there are several."),
]

# What a workspace is called until somebody names it.
FIRST_WORKSPACE = "Workspace"


class Desk(NamedTuple):
    """Where a command works: the database, and in whose name and which workspace it acts."""

    db: "Database"
    context: "Context"


class Shown(NamedTuple):
    """What a command shows: a value for programs, and its words for people."""

    value: Any
    text: str


# Takes a Desk and the command's own options.
Work = Callable[..., Awaitable[Shown]]

_SHARED = {
    "workspace": WorkspaceNumber,
    "data_dir": DataDir,
    "database_url": DatabaseUrl,
    "config": ConfigFile,
    "as_json": AsJson,
}


def desk_command(app: typer.Typer, name: str, *, founds: bool = False) -> Callable[[Work], Work]:
    """Registers a coroutine as a command of `app`; `founds`: it makes the first workspace if need be."""

    def register(work: Work) -> Work:
        @functools.wraps(work)
        def command(
            *,
            workspace: int | None,
            data_dir: str | None,
            database_url: str | None,
            config: Path | None,
            as_json: bool,
            **given: Any,
        ) -> None:
            settings = resolve(config, data_dir=data_dir, database_url=database_url)

            async def run(dsn: str) -> Shown:
                return await _at_desk(dsn, workspace, founds, lambda desk: work(desk, **given))

            shown = with_database(settings, run)
            show(shown.value, as_json=as_json, text=shown.text)

        _sign(command, work)
        app.command(name, epilog=ELSEWHERE)(command)
        return work

    return register


def _sign(command: Any, work: Callable[..., Any]) -> None:
    """Gives a command the options of its work and the shared ones, which is where Typer looks for them."""
    own = list(inspect.signature(work, eval_str=True).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [
        inspect.Parameter(name, keyword, default=False if name == "as_json" else None, annotation=kind)
        for name, kind in _SHARED.items()
    ]
    parameters = [*(each.replace(kind=keyword) for each in own), *shared]
    command.__signature__ = inspect.Signature(parameters)
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    del command.__wrapped__


async def _at_desk(
    dsn: str, number: int | None, founds: bool, work: Callable[[Desk], Awaitable[Shown]]
) -> Shown:
    from punchlist.domain.context import system_context

    async def at_desk(db: "Database") -> Shown:
        workspace = await _workspace(db, number, founds)
        return await work(Desk(db, system_context(workspace.id, dt.datetime.now(dt.UTC))))

    return await with_pool(dsn, at_desk)


async def with_pool(dsn: str, work: Callable[["Database"], Awaitable[Shown]]) -> Shown:
    """Does a command's work with a database that is brought up to date; its refusals become sentences."""
    from punchlist.domain.problems import Rejected, Unavailable
    from punchlist.store import migrate
    from punchlist.store.database import Database

    await migrate.prepare(dsn)
    db = await Database.connect(dsn, size=2)
    try:
        return await work(db)
    except Rejected as rejected:
        raise CommandError(said(rejected)) from rejected
    except Unavailable as error:
        raise CommandError(f"The database went away: {error}.") from error
    finally:
        await db.close()


async def _workspace(db: "Database", number: int | None, founds: bool) -> "Workspace":
    from punchlist.services.workspaces import found_workspace

    found = await find_workspace(db, number)
    if found is not None:
        return found
    if number is not None:
        raise CommandError(f"There is no workspace {number}.")
    if not founds:
        raise CommandError("There is nobody here yet: add a first user with `punchlist user add`.")
    return await found_workspace(db, FIRST_WORKSPACE)


async def find_workspace(db: "Database", number: int | None) -> "Workspace | None":
    """The workspace of a number, or the only one there is; None when there is none, else a complaint."""
    from punchlist.services.workspaces import find_workspaces

    found = await find_workspaces(db, number)
    if len(found) > 1:
        known = ", ".join(f"{each.number} ({each.name})" for each in found)
        raise CommandError(f"There are several workspaces, {known}: say which with --workspace.")
    return found[0] if found else None


def said(rejected: "Rejected") -> str:
    """Returns a refusal in the words that the API has for it."""
    import msgspec

    from punchlist.api.tasks.errors import refuse

    answer = refuse(rejected, request_id="", now=dt.datetime.now(dt.UTC))
    error = msgspec.json.decode(answer.body or b"{}")["error"]
    details = error.get("details", {}) if rejected.problems else {}
    return "; ".join(str(sentence) for sentence in details.values()) or str(error["message"])
