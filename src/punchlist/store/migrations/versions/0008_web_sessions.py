"""Sign-ins of the web app: a session goes by an id that opens nothing, and says what it was made with.

What a session was known by so far is the digest of its token, which no list may show.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UPGRADE = (
    "ALTER TABLE sessions ADD id text, ADD user_agent text CHECK (char_length(user_agent) <= 255)",
    "UPDATE sessions SET id = upper(left(replace(gen_random_uuid()::text, '-', ''), 20))",
    "ALTER TABLE sessions ALTER id SET NOT NULL, ADD CHECK (id ~ '^[0-9A-Z]{20}$'),"
    " ADD CONSTRAINT sessions_id_key UNIQUE (workspace_id, id)",
)


def upgrade() -> None:
    """Gives every session an id; those that are open stay open."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Takes the ids away again."""
    op.execute("ALTER TABLE sessions DROP id, DROP user_agent")
