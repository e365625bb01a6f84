"""The cluster on disk: made once and whole, with settings for a small server.

initdb works in a directory beside the cluster's and is renamed when it is done and synced, so a cluster
that was half made when the power went is never taken for one.
"""

import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from punchlist.store.embedded.identity import RunAs, environment
from punchlist.store.embedded.place import MAJOR_VERSION, EmbeddedError, Place, installation

UNFINISHED = "postgres.new-"

# Written into postgresql.conf when the cluster is made, where an operator may change them; what must
# hold for Punchlist to work at all is on the command line instead (postmaster.py).
INITIAL_SETTINGS = {
    "shared_buffers": "256MB",  # lazily backed, so that a small machine pays for what it uses
    "max_wal_size": "2GB",  # a burst of writes is not interrupted by a checkpoint
    "random_page_cost": "1.1",  # no spinning disks
    "jit": "off",  # short statements only; compiling them costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def make_directories(place: Place) -> None:
    """Makes the data directory, private to its owner; one that exists is left as it is."""
    try:
        place.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.sockets.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise EmbeddedError(f"{error.filename} is in the way: it is no directory.") from None
    except OSError as error:
        raise EmbeddedError(
            f"The data directory {place.data_dir} cannot be used: {error.strerror} ({error.filename})."
        ) from None


def secure_sockets(place: Place, run_as: RunAs) -> None:
    """Makes sure that only PostgreSQL's user enters the directory with the socket; trust rests on that."""
    run_as.take(place.sockets)
    found = place.sockets.lstat()
    owner = os.geteuid() if run_as.uid is None else run_as.uid
    # In /tmp anybody may have made it first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise EmbeddedError(
            f"{place.sockets} is not a directory of the user who runs PostgreSQL (id {owner}); "
            "run Punchlist as the directory's owner, or remove it."
        )
    if found.st_mode & 0o077:
        place.sockets.chmod(0o700)


def leave_sockets(place: Place) -> None:
    """Removes a directory for sockets that had to be made outside of the data directory."""
    if place.sockets.parent != place.data_dir:
        # Not empty where PostgreSQL had to be killed; the next start uses it as it is.
        with contextlib.suppress(OSError):
            place.sockets.rmdir()


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _initdb(target: Path, run_as: RunAs) -> None:
    settings = [word for name, value in INITIAL_SETTINGS.items() for word in ("--set", f"{name}={value}")]
    # C.UTF-8 from PostgreSQL itself: the same order and case rules on every machine, and no index
    # that breaks when the system's C library is upgraded.
    command = run_as.command(
        installation() / "bin" / "initdb",
        *("--pgdata", target, "--username", "postgres", "--encoding", "UTF8"),
        *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *("--data-checksums", "--auth", "trust", "--no-instructions", *settings),
    )
    done = subprocess.run(  # noqa: S603
        command, cwd="/", env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise EmbeddedError(f"PostgreSQL's data could not be set up: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    errors = [line for line in text.splitlines() if "error:" in line or "FATAL" in line]
    return (errors or text.splitlines() or ["it said nothing"])[-1]


def ensure_cluster(place: Place, run_as: RunAs) -> bool:
    """Makes the cluster unless it is there. Returns whether it was made. Needs the owner's lock."""
    for left_over in place.data_dir.glob(UNFINISHED + "*"):
        shutil.rmtree(left_over)
    if place.cluster.exists():
        _check_version(place)
        return False
    target = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=place.data_dir))
    run_as.take(target)
    try:
        _initdb(target, run_as)
        target.rename(place.cluster)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    _sync_directory(place.data_dir)
    return True


def _check_version(place: Place) -> None:
    try:
        version = (place.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise EmbeddedError(
            f"{place.cluster} is no PostgreSQL cluster (it has no PG_VERSION); move it away and start again."
        ) from None
    except PermissionError:
        raise EmbeddedError(
            f"{place.cluster} belongs to another user; run Punchlist as that user, or as root."
        ) from None
    if version != MAJOR_VERSION:
        raise EmbeddedError(
            f"{place.cluster} was made by PostgreSQL {version}, and this is {MAJOR_VERSION}; "
            "start the Punchlist that made it, take a dump, and load that here."
        )
