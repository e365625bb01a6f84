"""Webhooks: the endpoints, what each is told of which event, and every attempt to tell it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WEBHOOKS = """
CREATE TABLE webhooks (
    workspace_id          integer NOT NULL REFERENCES workspaces,
    id                    text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version               bigint NOT NULL DEFAULT 1,
    url                   text NOT NULL CHECK (char_length(url) BETWEEN 1 AND 2000),
    events                text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 50),
    description           text CHECK (char_length(description) <= 255),
    enabled               boolean NOT NULL DEFAULT true,
    disabled_reason       text,
    owner_id              text,
    previous_secret_until timestamptz,
    failing_since         timestamptz,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES users ON DELETE SET NULL (owner_id),
    CHECK (enabled = (disabled_reason IS NULL))
)
"""

# A table of its own, so that no query for an endpoint can bring a secret along.
WEBHOOK_SECRETS = """
CREATE TABLE webhook_secrets (
    workspace_id integer NOT NULL,
    webhook_id   text NOT NULL,
    secret       text NOT NULL CHECK (secret LIKE 'whsec_%'),
    previous     text CHECK (previous LIKE 'whsec_%'),
    PRIMARY KEY (workspace_id, webhook_id),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE
)
"""

# What is sent of an event, once for all endpoints and all attempts, so that each gets the same bytes.
WEBHOOK_MESSAGES = """
CREATE TABLE webhook_messages (
    workspace_id integer NOT NULL REFERENCES workspaces,
    position     bigint NOT NULL,
    type         text NOT NULL,
    entity_id    text NOT NULL,
    body         text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, position)
)
"""

# The row is the truth about a delivery; a job of the queue only says when somebody should look at it.
# `claimed_until` is in the future while somebody attempts it.
WEBHOOK_DELIVERIES = """
CREATE TABLE webhook_deliveries (
    workspace_id    integer NOT NULL,
    id              text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    webhook_id      text NOT NULL,
    position        bigint NOT NULL,
    type            text NOT NULL,
    entity_id       text NOT NULL,
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    claimed_until   timestamptz,
    last_attempt_at timestamptz,
    last_status     integer,
    last_error      text,
    ended_at        timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT webhook_deliveries_once UNIQUE (workspace_id, webhook_id, position),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, position) REFERENCES webhook_messages ON DELETE CASCADE,
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'pending') = (ended_at IS NULL))
) WITH (fillfactor = 70)
"""

WEBHOOK_ATTEMPTS = """
CREATE TABLE webhook_attempts (
    workspace_id integer NOT NULL,
    delivery_id  text NOT NULL,
    number       integer NOT NULL CHECK (number > 0),
    at           timestamptz NOT NULL,
    status       integer,
    error        text,
    answer       text,
    milliseconds integer NOT NULL,
    PRIMARY KEY (workspace_id, delivery_id, number),
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries ON DELETE CASCADE
)
"""

INDEXES = (
    "CREATE INDEX webhooks_owner ON webhooks (workspace_id, owner_id) WHERE owner_id IS NOT NULL",
    "CREATE INDEX webhook_messages_age ON webhook_messages (workspace_id, created_at)",
    "CREATE INDEX webhook_deliveries_message ON webhook_deliveries (workspace_id, position)",
    "CREATE INDEX webhook_deliveries_untried ON webhook_deliveries"
    " (workspace_id, webhook_id, entity_id, position) WHERE state = 'pending' AND attempts = 0",
    "CREATE INDEX webhook_deliveries_pending ON webhook_deliveries"
    " (workspace_id, webhook_id, next_attempt_at) WHERE state = 'pending'",
)


def upgrade() -> None:
    """Creates the tables."""
    for statement in (
        WEBHOOKS,
        WEBHOOK_SECRETS,
        WEBHOOK_MESSAGES,
        WEBHOOK_DELIVERIES,
        WEBHOOK_ATTEMPTS,
        *INDEXES,
    ):
        op.execute(statement)


def downgrade() -> None:
    """Drops everything this revision made, what is still to be delivered included."""
    op.execute("DROP TABLE webhook_attempts, webhook_deliveries, webhook_messages, webhook_secrets, webhooks")
