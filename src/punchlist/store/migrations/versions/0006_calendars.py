"""Calendars that people subscribe to: a token each, of which only the digest is kept."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CALENDARS = """
CREATE TABLE calendars (
    workspace_id integer NOT NULL,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version      bigint NOT NULL DEFAULT 1,
    user_id      text NOT NULL,
    digest       bytea NOT NULL CHECK (octet_length(digest) = 32),
    hint         text NOT NULL,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT calendars_digest_key UNIQUE (workspace_id, digest),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
"""


def upgrade() -> None:
    """Creates the table."""
    op.execute(CALENDARS)
    op.execute("CREATE INDEX calendars_user ON calendars (workspace_id, user_id, created_at, id)")


def downgrade() -> None:
    """Drops it."""
    op.execute("DROP TABLE calendars")
