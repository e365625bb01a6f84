"""As whom PostgreSQL runs: it refuses to run as root, and an ordinary user needs no change.

For root another user is found or made. That user often cannot reach the files: /root is 0700, and so
may be the directory of the virtual environment. Nobody's directories are changed for that; instead the
process is given one capability, to read and search past permissions, and only where the path needs it.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from punchlist.store.embedded.place import EmbeddedError, Place, installation

SYSTEM_USER = "punchlist"

# In order of harm. dac_override is what a container has that was not given dac_read_search, and what
# it takes to execute a file without an x bit for others.
CAPABILITIES = (None, "dac_read_search", "dac_override")

# With the parent gone, SIGINT shuts a postmaster down cleanly and ends initdb.
DEATH_SIGNAL = "INT"


class RunAs(NamedTuple):
    """A user to run PostgreSQL's programs as; uid None means as this process."""

    uid: int | None = None
    gid: int | None = None
    capability: str | None = None

    def command(self, *program: str | Path) -> list[str]:
        """Returns the command line that runs a program as this user and lets it die with its parent."""
        setpriv = shutil.which("setpriv", path="/usr/bin:/bin:/usr/sbin:/sbin")
        if setpriv is None:
            if self.uid is not None:
                raise EmbeddedError(
                    "Running as root needs the program setpriv, which is not installed (Debian: apt-get "
                    "install util-linux); install it or run Punchlist as an ordinary user."
                )
            return [str(part) for part in program]
        words = [setpriv, f"--pdeathsig={DEATH_SIGNAL}"]
        if self.uid is not None:
            words += [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if self.capability is not None:
            # Without no_setuid_fixup the kernel forgets the capability in access(2), by which
            # PostgreSQL looks for its own files.
            words += [f"--inh-caps=+{self.capability}", f"--ambient-caps=+{self.capability}"]
            words += ["--securebits=+no_setuid_fixup"]
        return [*words, "--", *(str(part) for part in program)]

    def take(self, path: Path) -> None:
        """Gives a file or directory of ours to this user."""
        if self.uid is not None and self.gid is not None:
            # Never through a link: the directory may be another user's, and this process root.
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def environment() -> dict[str, str]:
    """Returns the environment for PostgreSQL's programs: nothing of ours (PGPORT, PGDATA, LANG) leaks in."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


def _owner(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_uid, found.st_gid) if found.st_uid != 0 else None


def _system_user(name: str) -> tuple[int, int] | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return found.pw_uid, found.pw_gid


def _made_system_user() -> tuple[int, int] | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    made = subprocess.run([useradd, *options, SYSTEM_USER], capture_output=True, check=False)  # noqa: S603
    return _system_user(SYSTEM_USER) if made.returncode == 0 else None


def _user_for_root(place: Place) -> tuple[int, int]:
    found = (
        _owner(place.cluster)
        or _owner(place.data_dir)
        or _system_user("postgres")
        or _system_user(SYSTEM_USER)
        or _made_system_user()
    )
    if found is None:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and there is no system user to run it as: make one with "
            f"`useradd --system {SYSTEM_USER}`, or run Punchlist as an ordinary user."
        )
    return found


def _reaches(run_as: RunAs, directory: Path) -> bool:
    """Tells whether PostgreSQL's programs run as that user and reach its files, by doing it."""
    install = installation()
    script = 'cd "$1" && cat "$2/share/postgresql/postgres.bki" && "$2/bin/initdb" -V && "$2/bin/postgres" -V'
    command = run_as.command("/bin/sh", "-c", script, "sh", directory, install)
    done = subprocess.run(  # noqa: S603
        command, cwd="/", env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    # A postgres that cannot look at its own file by access(2) says so, exits 0 here and fails later.
    return done.returncode == 0 and b"invalid binary" not in done.stderr


def run_as(place: Place) -> RunAs:
    """Chooses the user for a data directory, whose directory for sockets exists by now."""
    if os.geteuid() != 0:
        return RunAs()
    uid, gid = _user_for_root(place)
    for capability in CAPABILITIES:
        candidate = RunAs(uid, gid, capability)
        if _reaches(candidate, place.data_dir):
            return candidate
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and the user with id {uid} may not read {installation()} or "
        f"{place.data_dir}: move both below directories that others may search, or run Punchlist as the "
        "user who owns them."
    )
