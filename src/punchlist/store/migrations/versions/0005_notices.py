"""Notices: what may be due, what was told to whom, by which channels, and how people want to be told.

The due dates themselves stay where they are: `alarms` is no more than an index of what may be due, kept by
a reader of the record, so that nobody who writes a task writes here as well.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# An alarm says that a task is to be looked at, and nothing about what will be found. Of an assignment it
# says whose it was and which event tells of it.
ALARMS = (
    """
CREATE TABLE alarms (
    workspace_id integer NOT NULL REFERENCES workspaces,
    entity       text NOT NULL CHECK (entity IN ('task', 'implementation_task')),
    entity_id    text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('due', 'assigned')),
    at           timestamptz NOT NULL,
    actor_id     text,
    seq          bigint,
    assigned_at  timestamptz,
    PRIMARY KEY (workspace_id, entity, entity_id, kind),
    CHECK ((kind = 'assigned') = (seq IS NOT NULL)),
    CHECK ((kind = 'assigned') = (assigned_at IS NOT NULL))
)
""",
    "CREATE INDEX alarms_at ON alarms (workspace_id, at)",
)

# `once` holds what is given at most once: the kind, the task and the due date or the event.
NOTIFICATIONS = (
    """
CREATE TABLE notifications (
    workspace_id integer NOT NULL,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    user_id      text NOT NULL,
    once         text NOT NULL CHECK (char_length(once) <= 200),
    kind         text NOT NULL CHECK (kind IN ('reminder', 'overdue', 'assigned', 'webhook_disabled')),
    entity       text NOT NULL,
    entity_id    text NOT NULL,
    parent_id    text,
    title        text NOT NULL CHECK (char_length(title) <= 255),
    due_at       timestamptz,
    in_app       boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    read_at      timestamptz,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT notifications_once UNIQUE (workspace_id, user_id, once),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
""",
    "CREATE INDEX notifications_user ON notifications (workspace_id, user_id, created_at DESC, id)"
    " WHERE in_app",
    "CREATE INDEX notifications_unread ON notifications (workspace_id, user_id, created_at DESC, id)"
    " WHERE in_app AND read_at IS NULL",
    "CREATE INDEX notifications_age ON notifications (workspace_id, created_at)",
)

# One of each channel but the list itself. `reached` are those of a person's addresses that have it already.
DELIVERIES = """
CREATE TABLE notification_deliveries (
    workspace_id    integer NOT NULL,
    notification_id text NOT NULL,
    channel         text NOT NULL CHECK (channel IN ('email', 'apprise')),
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed', 'dropped')),
    attempts        integer NOT NULL DEFAULT 0,
    reached         text[] NOT NULL DEFAULT '{}',
    ended_at        timestamptz,
    PRIMARY KEY (workspace_id, notification_id, channel),
    CHECK ((state = 'pending') = (ended_at IS NULL)),
    FOREIGN KEY (workspace_id, notification_id) REFERENCES notifications ON DELETE CASCADE
) WITH (fillfactor = 80)
"""

PREFERENCES = """
CREATE TABLE notification_preferences (
    workspace_id integer NOT NULL,
    user_id      text NOT NULL,
    channels     jsonb NOT NULL,
    apprise_urls text[] NOT NULL CHECK (cardinality(apprise_urls) <= 10),
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
"""

# For what is there already: all that is still to come, and what is overdue for so short that it is news.
SEED = (
    """
INSERT INTO alarms (workspace_id, entity, entity_id, kind, at)
SELECT workspace_id, 'task', id, 'due', due_at - coalesce(warning_hours, 0) * interval '1 hour'
FROM tasks
WHERE due_at > now() - interval '7 days' AND assignee_id IS NOT NULL AND status NOT IN ('DONE', 'CANCELED')
""",
    """
INSERT INTO alarms (workspace_id, entity, entity_id, kind, at)
SELECT workspace_id, 'implementation_task', id, 'due', due_at - coalesce(warning_hours, 0) * interval '1 hour'
FROM implementation_tasks
WHERE due_at > now() - interval '7 days' AND num_nonnulls(assignee_user_id, assignee_group_id) = 1
    AND status IN ('NOT_STARTED', 'IN_PROGRESS', 'BEHIND')
""",
)


def upgrade() -> None:
    """Creates the tables, with an alarm for each task that may become due."""
    for statement in (*ALARMS, *NOTIFICATIONS, DELIVERIES, PREFERENCES, *SEED):
        op.execute(statement)


def downgrade() -> None:
    """Drops everything this revision made, what people were told included."""
    op.execute("DROP TABLE notification_preferences, notification_deliveries, notifications, alarms")
