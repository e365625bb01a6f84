"""Whose turn it is: two file locks in the data directory.

`owner.lock` is held around a running postmaster, by a server for its life or by a command that had to
start PostgreSQL for itself; so there are never two postmasters. `server.lock` is held by a server in
addition, and tells others what kind of owner there is: a command may use a server's PostgreSQL, but
must wait for another command's, which is about to stop. The kernel drops both with the process that
held them, however it ends.
"""

import fcntl
import os
import time
from pathlib import Path

from punchlist.store.embedded.place import EmbeddedError, Place

# Long enough for another command's whole work, or for recovery after a crash.
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.05

# A command asks whether there is a server by taking its lock for an instant; a server must not take
# that for another server.
INSTANT_SECONDS = 1.0


class AlreadyServing(EmbeddedError):
    """Another server owns this data directory."""


class Busy(EmbeddedError):
    """Another process has had the data directory's PostgreSQL for longer than is worth waiting for."""

    def __init__(self, place: Place) -> None:
        super().__init__(
            f"Another Punchlist process is using {place.data_dir}, and was not done within "
            f"{PATIENCE_SECONDS:g} s; try again later."
        )


class FileLock:
    """An advisory lock on a file. The file stays; only the lock on it means something."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False) -> bool:
        """Takes the lock if it is free. Returns whether it did."""
        descriptor = _open(self.path)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        if self.is_in_place():
            return True
        self.release()
        return False

    def is_in_place(self) -> bool:
        """Tells whether the file that is locked is the one others would try to lock: not where somebody
        removed the directory and perhaps made another one of its name."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        return self._descriptor is not None and os.path.samestat(os.fstat(self._descriptor), there)

    def take_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def note(self, text: str) -> None:
        """Leaves a word for people in the file; nothing is decided by it."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _open(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise EmbeddedError(f"{path} cannot be opened: {error.strerror}.") from None
    if os.geteuid() == 0:
        # Root may look in on somebody else's directory, and must not lock its owner out for good.
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


def owner_lock(place: Place) -> FileLock:
    return FileLock(place.data_dir / "owner.lock")


def server_lock(place: Place) -> FileLock:
    return FileLock(place.data_dir / "server.lock")


def take_server_lock(place: Place) -> FileLock:
    """Becomes the server of a data directory, or raises AlreadyServing."""
    lock = server_lock(place)
    if not lock.take_within(INSTANT_SECONDS):
        pid = lock.path.read_text().strip()
        raise AlreadyServing(
            f"A Punchlist server (process {pid}) is already running on {place.data_dir}; "
            "stop it first, or give this one a --data-dir of its own."
        )
    lock.note(str(os.getpid()))
    return lock


def is_served(place: Place) -> bool:
    """Tells whether a server owns the data directory at this moment."""
    probe = server_lock(place)
    if not probe.path.exists():
        return False
    if probe.take(shared=True):
        probe.release()
        return False
    return True
