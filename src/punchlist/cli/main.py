"""The program `punchlist`: which commands there are, and what becomes of their errors.

A command imports what it needs when it runs, so that `--help` and `serve` do not wait for each other's
libraries.
"""

import sys
from typing import Annotated

import typer

from punchlist import __version__
from punchlist.cli import audit, configuration, doctor, keys, migrate, serve, users, webhooks, worker
from punchlist.cli.options import ELSEWHERE
from punchlist.cli.output import complain
from punchlist.complaints import Complaint

app = typer.Typer(
    name="punchlist",
    help="A task server with its own PostgreSQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"punchlist {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command(epilog=ELSEWHERE)(serve.serve)
app.command(epilog=ELSEWHERE)(worker.worker)
app.command(epilog=ELSEWHERE)(migrate.migrate)
app.command(epilog=ELSEWHERE)(doctor.doctor)
app.add_typer(configuration.app)
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="key")
app.add_typer(audit.app, name="audit")
app.add_typer(webhooks.app, name="webhook")


def main() -> None:
    """Runs the command line; an error that was foreseen becomes one sentence and exit code 1."""
    try:
        app()
    except Complaint as error:
        complain(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
