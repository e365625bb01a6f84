"""What commands print: results on stdout, for people or as JSON; complaints on stderr."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import typer

from punchlist.complaints import Complaint
from punchlist.settings import Settings

if TYPE_CHECKING:
    from punchlist.domain.queries import Page

T = TypeVar("T")


class CommandError(Complaint):
    """A command cannot do what was asked; the text is a sentence for whoever typed it."""


def show(value: Any, *, as_json: bool, text: str) -> None:
    """Prints a result: `value` as JSON, or the words for it."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() if as_json else text)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lays out rows under their headings, as wide as the terminal; in a pipe as wide as they are."""
    import io

    from rich import box
    from rich.console import Console
    from rich.table import Table

    laid_out = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        laid_out.add_row(*row)
    width = None if sys.stdout.isatty() else 10_000
    console = Console(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as captured:
        console.print(laid_out)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()).strip("\n")


async def every_page(
    read: Callable[["Page"], Awaitable[tuple[list[T], int]]],
) -> AsyncIterator[T]:
    """Yields the entries of a list to its end, a page at a time."""
    from punchlist.domain.limits import PAGE_MAX
    from punchlist.domain.queries import Page

    offset = 0
    while True:
        entries, total = await read(Page(limit=PAGE_MAX, offset=offset))
        for entry in entries:
            yield entry
        offset += PAGE_MAX
        if offset >= total:
            return


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
