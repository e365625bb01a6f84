"""`punchlist doctor`: what is wrong with this installation, and how to mend it.

Each check is a function that returns findings; one that cannot be made because an earlier one failed is
left out rather than guessed. The doctor makes and changes nothing; where a data directory has a
cluster and no server runs, it starts PostgreSQL for the look, as any command does.
"""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import typer

from punchlist.cli.options import AsJson, ConfigFile, DatabaseUrl, DataDir, Host, Port, resolve
from punchlist.cli.output import CommandError, show, with_database
from punchlist.complaints import Complaint
from punchlist.settings import Settings

OLDEST_PYTHON = (3, 11)

# PostgreSQL stops when its disk is full; with less than this that is days away, not weeks.
LEAST_FREE_BYTES = 1 << 30


class Finding(NamedTuple):
    """One thing looked at. `mend` says what to do where `ok` is false."""

    check: str
    ok: bool
    says: str
    mend: str = ""


def doctor(
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    host: Host = None,
    port: Port = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong and how to mend it; exit with 1 if anything is."""
    findings = list(_findings(config, data_dir=data_dir, database_url=database_url, host=host, port=port))
    healthy = all(finding.ok for finding in findings)
    show(
        {"ok": healthy, "findings": [_as_json(finding) for finding in findings]},
        as_json=as_json,
        text="\n".join(_line(finding) for finding in findings),
    )
    raise typer.Exit(0 if healthy else 1)


def _line(finding: Finding) -> str:
    line = f"{'ok   ' if finding.ok else 'WRONG'} {finding.check}: {finding.says}"
    return line if finding.ok else f"{line}\n      {finding.mend}"


def _as_json(finding: Finding) -> dict[str, object]:
    return finding._asdict() | {"mend": None if finding.ok else finding.mend}


def _findings(config: Path | None, **flags: str | None) -> Iterator[Finding]:
    yield _python()
    try:
        settings = resolve(config, **flags)
    except Complaint as error:
        yield Finding("settings", False, str(error), "Mend or remove that setting, and ask again.")
        return
    yield Finding("settings", True, "every setting is known and allowed")
    if settings.database_url is None:
        for finding in _data_directory(settings.data_dir):
            yield finding
            if not finding.ok and finding.check == "data directory":
                return
    yield from _database(settings)
    yield _port(settings)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(
        "python",
        sys.version_info >= OLDEST_PYTHON,
        f"{version} at {sys.executable}",
        "Install Python 3.11 or newer and run `make setup` with it.",
    )


def _data_directory(data_dir: Path) -> Iterator[Finding]:
    if not data_dir.exists():
        parent = next(folder for folder in data_dir.parents if folder.exists())
        yield Finding(
            "data directory",
            os.access(parent, os.W_OK | os.X_OK),
            f"{data_dir} is not there yet; `punchlist serve` makes it",
            f"You may not write in {parent}: choose another --data-dir, or be given that right.",
        )
        yield _disk(parent)
        return
    yield _ownership(data_dir)
    mode = stat.S_IMODE(data_dir.stat().st_mode)
    yield Finding(
        "privacy",
        mode & 0o077 == 0,
        f"{data_dir} has mode {mode:04o}",
        f"Others may look in: chmod 700 {data_dir}",
    )
    yield _disk(data_dir)


def _ownership(data_dir: Path) -> Finding:
    owner = data_dir.stat().st_uid
    return Finding(
        "data directory",
        data_dir.is_dir() and os.access(data_dir, os.R_OK | os.W_OK | os.X_OK) and os.geteuid() in (0, owner),
        f"{data_dir}, of the user with id {owner}",
        f"You (id {os.geteuid()}) do not own it: run Punchlist as its owner, or choose another --data-dir.",
    )


def _disk(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    return Finding(
        "disk",
        free >= LEAST_FREE_BYTES,
        f"{free / (1 << 30):.1f} GiB free at {place}",
        "Make room, or move the data directory to a larger disk while the server is stopped.",
    )


def _database(settings: Settings) -> Iterator[Finding]:
    from punchlist.store import migrate
    from punchlist.store.embedded.place import installation, place_of

    if settings.database_url is None:
        try:
            yield Finding("postgresql", True, f"embedded, at {installation()}")
        except Complaint as error:
            yield Finding("postgresql", False, str(error), "Run `make setup` again.")
            return
        if not place_of(settings.data_dir).cluster.exists():
            yield Finding("database", True, "not there yet; `punchlist serve` makes it")
            return
        yield _owner_of(settings)
    try:
        with_database(settings, migrate.check)
    except migrate.MigrationError as error:
        yield Finding("database", False, str(error), "Do as it says: your data is as it was.")
    except CommandError as error:
        yield Finding(
            "database", False, str(error), "See that it runs, and that its URL and password are right."
        )
    except Complaint as error:
        yield Finding("database", False, str(error), "See the server's log for what PostgreSQL says.")
    else:
        yield Finding("database", True, f"answers, and is at revision {migrate.head()}")


def _owner_of(settings: Settings) -> Finding:
    """Tells who holds the data directory; the lock of a process that died is gone with it."""
    from punchlist.store.embedded.ownership import is_served
    from punchlist.store.embedded.place import place_of
    from punchlist.store.embedded.processes import working_in

    place = place_of(settings.data_dir)
    running = working_in(place)
    if is_served(place):
        return Finding("server", True, "runs on this data directory")
    if running:
        return Finding("server", True, "none runs; a PostgreSQL it left behind is stopped at the next start")
    if (place.cluster / "postmaster.pid").exists():
        return Finding("server", True, "none runs, and it was not stopped properly; the next start recovers")
    return Finding("server", True, "none runs on this data directory")


def _port(settings: Settings) -> Finding:
    from punchlist.cli.http import listen, lives, url_of

    try:
        with listen(settings.host, settings.port):
            return Finding("port", True, f"{settings.host} port {settings.port} is free")
    except CommandError as error:
        url = url_of(settings.host, settings.port)
        if lives(url):
            return Finding("port", True, f"a Punchlist server answers on {url}")
        return Finding("port", False, str(error), "Find the program with `ss -ltnp`.")
