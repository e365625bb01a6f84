"""Passwords, for those who log in rather than use an API key.

A table of its own, so that no query for a user can bring a hash along.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
    op.execute("""
CREATE TABLE passwords (
    workspace_id integer NOT NULL,
    user_id      text NOT NULL,
    hash         text NOT NULL CHECK (hash LIKE '$argon2id$%'),
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
""")


def downgrade() -> None:
    """Drops the table, passwords included."""
    op.execute("DROP TABLE passwords")
