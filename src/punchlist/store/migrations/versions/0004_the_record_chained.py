"""The record made tamper-evident and readable in order, and the queue of what is to be done about it.

Events are never touched again, not even to link them: a link is a row of its own, made after the event
is committed, whose `position` numbers the events of a workspace without gaps in the order in which
they became visible. Whoever follows the record follows the positions.
"""

from typing import Any

from alembic import op

from punchlist.store import jobs

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A link's position and hash take the place of what the table of events had meant to hold itself.
#
# Neither table refers to the workspaces: PostgreSQL would look the workspace up for every row, which takes
# as long as to write it. An event is written in the statement that writes something of its workspace, and
# a link in the transaction that holds its workspace's chain, so there is no way to one that does not exist.
EVENTS = (
    "ALTER TABLE events DROP transaction_id, DROP previous_hash, DROP hash,"
    " DROP CONSTRAINT events_workspace_id_fkey"
)

EVENT_LINKS = """
CREATE TABLE event_links (
    workspace_id  integer NOT NULL,
    position      bigint NOT NULL CHECK (position > 0),
    seq           bigint NOT NULL,
    previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
    hash          bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (workspace_id, position),
    UNIQUE (workspace_id, seq)
)
"""

# Where a workspace's chain ends, held by whoever makes it longer. Every event up to `settled_seq` has its
# link. `candidate_seq` will be the next such number once no transaction older than `candidate_before` is
# under way any more.
EVENT_CHAINS = """
CREATE TABLE event_chains (
    workspace_id     integer NOT NULL REFERENCES workspaces,
    position         bigint NOT NULL DEFAULT 0,
    hash             bytea CHECK (octet_length(hash) = 32),
    settled_seq      bigint NOT NULL DEFAULT 0,
    candidate_seq    bigint,
    candidate_before xid8,
    PRIMARY KEY (workspace_id),
    CHECK ((position = 0) = (hash IS NULL)),
    CHECK ((candidate_seq IS NULL) = (candidate_before IS NULL))
) WITH (fillfactor = 50)
"""

# How far each reader of the record has come; moved in the transaction that does what the reader does.
EVENT_READERS = """
CREATE TABLE event_readers (
    workspace_id integer NOT NULL REFERENCES workspaces,
    reader       text NOT NULL,
    position     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, reader)
) WITH (fillfactor = 50)
"""

REFUSAL = """
CREATE FUNCTION refuse_to_rewrite_the_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record is only ever added to: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$
"""


def _guard(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_the_record()"
    )


def _run_script(sql: str) -> None:
    """Runs several statements at once, which only asyncpg's own connection does."""

    async def run(connection: Any) -> None:
        await connection.execute(sql)

    op.get_bind().connection.dbapi_connection.run_async(run)  # type: ignore[union-attr]


def upgrade() -> None:
    """Creates the tables, and the queue's in a schema of their own."""
    for statement in (
        EVENTS,
        EVENT_LINKS,
        EVENT_CHAINS,
        EVENT_READERS,
        REFUSAL,
        _guard("events"),
        _guard("event_links"),
    ):
        op.execute(statement)
    _run_script(jobs.install_script())


def downgrade() -> None:
    """Drops everything this revision made, the chain included."""
    op.execute(f"DROP SCHEMA {jobs.SCHEMA} CASCADE")
    op.execute("DROP TRIGGER events_stand ON events")
    op.execute("DROP TABLE event_readers, event_chains, event_links")
    op.execute("DROP FUNCTION refuse_to_rewrite_the_record")
    op.execute(
        "ALTER TABLE events ADD transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),"
        " ADD previous_hash bytea, ADD hash bytea,"
        " ADD CONSTRAINT events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces"
    )
