"""The task server: workspaces, users, keys, tasks, comments, events.

`workspace_id` leads every primary key, foreign key and index, so that no row can point into another
workspace and all rows of one live together on a sharded database.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORKSPACES = """
CREATE TABLE workspaces (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number     integer NOT NULL UNIQUE CHECK (number BETWEEN 100000000 AND 999999999),
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
)
"""

USERS = """
CREATE TABLE users (
    workspace_id integer NOT NULL REFERENCES workspaces,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version      bigint NOT NULL DEFAULT 1,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    email        text NOT NULL CHECK (char_length(email) <= 254),
    email_key    text NOT NULL,
    role         text NOT NULL CHECK (role IN ('admin', 'manager', 'member')),
    disabled     boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT users_email_key UNIQUE (workspace_id, email_key)
)
"""

API_KEYS = """
CREATE TABLE api_keys (
    workspace_id integer NOT NULL,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version      bigint NOT NULL DEFAULT 1,
    user_id      text NOT NULL,
    digest       bytea NOT NULL CHECK (octet_length(digest) = 32),
    hint         text NOT NULL,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    scopes       text[] NOT NULL,
    networks     text[] NOT NULL,
    plan         text CHECK (plan IN ('free', 'standard', 'professional', 'unlimited')),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    replaced_by  text,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT api_keys_digest_key UNIQUE (workspace_id, digest),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
"""

# Few columns that a PATCH usually changes are indexed, and a tenth of each page is left free: most updates
# then stay on their page and touch no index (a heap-only tuple).
TASKS = """
CREATE TABLE tasks (
    workspace_id  integer NOT NULL,
    id            text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version       bigint NOT NULL DEFAULT 1,
    title         text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
    description   text CHECK (char_length(description) <= 65535),
    status        text NOT NULL CHECK (status IN ('TODO', 'IN_PROGRESS', 'REVIEW', 'DONE', 'CANCELED')),
    priority      text NOT NULL CHECK (priority IN ('LOW', 'MEDIUM', 'HIGH', 'URGENT')),
    created_by    text,
    assignee_id   text,
    due_at        timestamptz,
    warning_hours double precision CHECK (warning_hours BETWEEN 0 AND 8760),
    tags          text[] NOT NULL CHECK (cardinality(tags) <= 10),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT tasks_created_by_fkey FOREIGN KEY (workspace_id, created_by) REFERENCES users,
    CONSTRAINT tasks_assignee_id_fkey FOREIGN KEY (workspace_id, assignee_id) REFERENCES users,
    CHECK (warning_hours IS NULL OR due_at IS NOT NULL)
) WITH (fillfactor = 90)
"""

TASK_INDEXES = (
    "CREATE INDEX tasks_created_at ON tasks (workspace_id, created_at DESC, id)",
    "CREATE INDEX tasks_assignee ON tasks (workspace_id, assignee_id, created_at DESC, id)"
    " WHERE assignee_id IS NOT NULL",
    "CREATE INDEX tasks_creator ON tasks (workspace_id, created_by, created_at DESC, id)"
    " WHERE created_by IS NOT NULL",
    "CREATE INDEX tasks_due_at ON tasks (workspace_id, due_at, id) WHERE due_at IS NOT NULL",
)

COMMENTS = """
CREATE TABLE comments (
    workspace_id integer NOT NULL,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    task_id      text NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    author_id    text,
    body         text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 10000),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, author_id) REFERENCES users ON DELETE SET NULL (author_id)
)
"""

COMMENT_INDEXES = (
    "CREATE INDEX comments_task ON comments (workspace_id, task_id, created_at, id)",
    "CREATE INDEX comments_author ON comments (workspace_id, author_id) WHERE author_id IS NOT NULL",
)

# seq is one identity for all workspaces: a counter of each would make its writers queue for one row.
# So numbers may commit out of order. A reader that goes on from a number compares transaction_id with
# pg_snapshot_xmin(pg_current_snapshot()) to stop short of what may still be in flight.
# previous_hash and hash are the chain's, filled by whoever links it.
EVENTS = """
CREATE TABLE events (
    workspace_id   integer NOT NULL REFERENCES workspaces,
    seq            bigint GENERATED ALWAYS AS IDENTITY,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    actor_id       text,
    verb           text NOT NULL,
    entity         text NOT NULL,
    entity_id      text NOT NULL,
    parent_id      text,
    version        bigint NOT NULL,
    before         jsonb NOT NULL,
    after          jsonb NOT NULL,
    at             timestamptz NOT NULL,
    request_id     text,
    previous_hash  bytea,
    hash           bytea,
    PRIMARY KEY (workspace_id, seq)
)
"""

EVENT_INDEXES = (
    "CREATE INDEX events_entity ON events (workspace_id, entity_id, seq)",
    "CREATE INDEX events_parent ON events (workspace_id, parent_id, seq) WHERE parent_id IS NOT NULL",
)

IDEMPOTENCY = """
CREATE TABLE idempotent_responses (
    workspace_id integer NOT NULL,
    user_id      text NOT NULL,
    key          text NOT NULL,
    fingerprint  bytea NOT NULL,
    status       integer NOT NULL,
    headers      jsonb NOT NULL,
    body         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, user_id, key),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
"""

RATE_COUNTERS = """
CREATE TABLE rate_counters (
    workspace_id integer NOT NULL,
    user_id      text NOT NULL,
    minute       timestamptz NOT NULL,
    in_minute    integer NOT NULL,
    day          timestamptz NOT NULL,
    in_day       integer NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
) WITH (fillfactor = 50)
"""


def upgrade() -> None:
    """Creates the tables."""
    for statement in (
        WORKSPACES,
        USERS,
        API_KEYS,
        TASKS,
        *TASK_INDEXES,
        COMMENTS,
        *COMMENT_INDEXES,
        EVENTS,
        *EVENT_INDEXES,
        IDEMPOTENCY,
        RATE_COUNTERS,
        "CREATE INDEX users_created_at ON users (workspace_id, created_at, id)",
        "CREATE INDEX api_keys_user ON api_keys (workspace_id, user_id, created_at, id)",
        "CREATE INDEX idempotent_responses_age ON idempotent_responses (workspace_id, created_at)",
    ):
        op.execute(statement)


def downgrade() -> None:
    """Drops everything this revision made, data included."""
    op.execute(
        "DROP TABLE rate_counters, idempotent_responses, events, comments, tasks, api_keys, users, workspaces"
    )
