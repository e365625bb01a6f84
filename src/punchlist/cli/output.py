"""What commands print: results on stdout, for people or as JSON; complaints on stderr."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import typer

from punchlist.complaints import Complaint
from punchlist.settings import Settings

T = TypeVar("T")


class CommandError(Complaint):
    """A command cannot do what was asked; the text is a sentence for whoever typed it."""


def show(value: Any, *, as_json: bool, text: str) -> None:
    """Prints a result: `value` as JSON, or the words for it."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() if as_json else text)


def complain(text: str) -> None:
    typer.echo(f"punchlist: {text}", err=True)


def address(dsn: str) -> str:
    """Returns a database's address without its password."""
    parts = urlsplit(dsn)
    host = parts.hostname or "a unix socket"
    port = f":{parts.port}" if parts.hostname and parts.port else ""
    return f"{host}{port}{parts.path}"


def unreachable(dsn: str, error: BaseException) -> CommandError:
    return CommandError(
        f"The database at {address(dsn)} cannot be used: {str(error) or type(error).__name__}."
    )


def with_database(settings: Settings, work: Callable[[str], Awaitable[T]]) -> T:
    """Runs a command's work on the database of its settings, started for it where none is running."""
    import asyncio

    import asyncpg

    from punchlist.store.embedded import database_for

    async def run(dsn: str) -> T:
        return await work(dsn)

    with database_for(settings) as dsn:
        try:
            return asyncio.run(run(dsn))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise unreachable(dsn, error) from error
