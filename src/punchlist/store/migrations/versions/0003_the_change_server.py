"""The change server: passwords and sessions, the workspace's configuration, changes and their tasks, files.

As before, `workspace_id` leads every primary key, foreign key and index.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORKSPACES = """
ALTER TABLE workspaces
    ADD version bigint NOT NULL DEFAULT 1,
    ADD request_limit integer CHECK (request_limit > 0),
    ADD requests_day date,
    ADD requests_made integer NOT NULL DEFAULT 0
"""

USERS = """
ALTER TABLE users
    ADD type text NOT NULL DEFAULT 'EMPLOYEE'
        CHECK (type IN ('EMPLOYEE', 'PARTNER', 'INTEGRATION', 'BASIC_SUPPLIER', 'ADVANCED_SUPPLIER')),
    ADD change_administrator boolean NOT NULL DEFAULT false,
    ADD logged_in_at timestamptz
"""

# Wrong passwords are counted and the account shut for a while, so that they cannot be tried out.
PASSWORDS = """
ALTER TABLE passwords
    ADD wrong_tries integer NOT NULL DEFAULT 0,
    ADD shut_until timestamptz
"""

# An API login ends the user's earlier one, hence one row of that kind each.
SESSIONS = (
    """
CREATE TABLE sessions (
    workspace_id integer NOT NULL,
    digest       bytea NOT NULL CHECK (octet_length(digest) = 32),
    user_id      text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('api', 'web')),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, digest),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
) WITH (fillfactor = 50)
""",
    "CREATE UNIQUE INDEX sessions_api_user ON sessions (workspace_id, user_id) WHERE kind = 'api'",
    "CREATE INDEX sessions_user ON sessions (workspace_id, user_id)",
)

GROUPS = (
    """
CREATE TABLE user_groups (
    workspace_id  integer NOT NULL REFERENCES workspaces,
    id            text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version       bigint NOT NULL DEFAULT 1,
    name          text NOT NULL,
    description   text,
    assignability text[] NOT NULL
        CHECK (assignability <@ ARRAY['CHANGES', 'QUALITY', 'ACCESS_POLICIES']),
    enabled       boolean NOT NULL DEFAULT true,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
)
""",
    """
CREATE TABLE user_group_members (
    workspace_id integer NOT NULL,
    group_id     text NOT NULL,
    user_id      text NOT NULL,
    PRIMARY KEY (workspace_id, group_id, user_id),
    FOREIGN KEY (workspace_id, group_id) REFERENCES user_groups ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
""",
    "CREATE INDEX user_group_members_user ON user_group_members (workspace_id, user_id, group_id)",
)

SUPPLIERS = """
CREATE TABLE suppliers (
    workspace_id integer NOT NULL REFERENCES workspaces,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version      bigint NOT NULL DEFAULT 1,
    name         text NOT NULL,
    enabled      boolean NOT NULL DEFAULT true,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
)
"""

# last_number is taken in the transaction that makes the change, so that a number is given once and none
# is skipped, whatever fails.
PREFIXES = """
CREATE TABLE number_prefixes (
    workspace_id integer NOT NULL REFERENCES workspaces,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version      bigint NOT NULL DEFAULT 1,
    value        text NOT NULL CHECK (char_length(value) BETWEEN 1 AND 20),
    position     integer NOT NULL,
    last_number  integer NOT NULL DEFAULT 0,
    enabled      boolean NOT NULL DEFAULT true,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, value)
)
"""

ROUTINGS = (
    """
CREATE TABLE routings (
    workspace_id integer NOT NULL REFERENCES workspaces,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version      bigint NOT NULL DEFAULT 1,
    name         text NOT NULL,
    description  text,
    enabled      boolean NOT NULL DEFAULT true,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
)
""",
    """
CREATE TABLE routing_voters (
    workspace_id integer NOT NULL,
    routing_id   text NOT NULL,
    user_id      text NOT NULL,
    PRIMARY KEY (workspace_id, routing_id, user_id),
    FOREIGN KEY (workspace_id, routing_id) REFERENCES routings ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
""",
)

ATTRIBUTES = """
CREATE TABLE change_attributes (
    workspace_id integer NOT NULL REFERENCES workspaces,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version      bigint NOT NULL DEFAULT 1,
    name         text NOT NULL,
    api_name     text NOT NULL,
    field_type   text NOT NULL CHECK (field_type IN
        ('FIXED_DROP_DOWN', 'SINGLE_LINE_TEXT', 'MULTI_LINE_TEXT', 'NUMBER', 'DATE')),
    options      text[] NOT NULL,
    required     boolean NOT NULL DEFAULT false,
    enabled      boolean NOT NULL DEFAULT true,
    position     integer NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name),
    UNIQUE (workspace_id, api_name)
)
"""

CATEGORIES = (
    """
CREATE TABLE change_categories (
    workspace_id                   integer NOT NULL REFERENCES workspaces,
    id                             text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version                        bigint NOT NULL DEFAULT 1,
    path                           text[] NOT NULL,
    assignable                     boolean NOT NULL,
    enabled                        boolean NOT NULL DEFAULT true,
    is_default                     boolean NOT NULL DEFAULT false,
    system_defined                 boolean NOT NULL DEFAULT false,
    effectivity                    text CHECK (effectivity IN
        ('PERMANENT_ON_APPROVAL', 'PERMANENT_ON_DATE', 'TEMPORARY')),
    enforce_effectivity            boolean NOT NULL DEFAULT false,
    prefix_id                      text,
    enforce_prefix                 boolean NOT NULL DEFAULT false,
    initial_implementation_status  text CHECK (initial_implementation_status IN
        ('NOT_STARTED', 'IN_PROGRESS', 'NEEDS_ATTN', 'DONE', 'BLANK')),
    implementation_task_management boolean NOT NULL DEFAULT false,
    object_level_override          boolean NOT NULL DEFAULT false,
    routing_method                 text NOT NULL DEFAULT 'AUTO' CHECK (routing_method IN
        ('USER_DEFINED', 'ADMIN_DEFINED', 'AUTO')),
    creator_id                     text,
    created_at                     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, path),
    FOREIGN KEY (workspace_id, prefix_id) REFERENCES number_prefixes,
    FOREIGN KEY (workspace_id, creator_id) REFERENCES users ON DELETE SET NULL (creator_id)
)
""",
    """
CREATE TABLE category_administrators (
    workspace_id integer NOT NULL,
    category_id  text NOT NULL,
    user_id      text NOT NULL,
    PRIMARY KEY (workspace_id, category_id, user_id),
    FOREIGN KEY (workspace_id, category_id) REFERENCES change_categories ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
""",
    """
CREATE TABLE category_attributes (
    workspace_id integer NOT NULL,
    category_id  text NOT NULL,
    attribute_id text NOT NULL,
    position     integer NOT NULL,
    PRIMARY KEY (workspace_id, category_id, attribute_id),
    FOREIGN KEY (workspace_id, category_id) REFERENCES change_categories ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, attribute_id) REFERENCES change_attributes ON DELETE CASCADE
)
""",
    """
CREATE TABLE implementation_templates (
    workspace_id         integer NOT NULL,
    id                   text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    category_id          text NOT NULL,
    position             integer NOT NULL,
    name                 text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    assignee_user_id     text,
    assignee_group_id    text,
    assignee_supplier_id text,
    due_days             integer CHECK (due_days BETWEEN 0 AND 3650),
    enabled              boolean NOT NULL DEFAULT true,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, category_id, name),
    CHECK (num_nonnulls(assignee_user_id, assignee_group_id, assignee_supplier_id) <= 1),
    FOREIGN KEY (workspace_id, category_id) REFERENCES change_categories ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, assignee_user_id) REFERENCES users ON DELETE SET NULL (assignee_user_id),
    FOREIGN KEY (workspace_id, assignee_group_id) REFERENCES user_groups,
    FOREIGN KEY (workspace_id, assignee_supplier_id) REFERENCES suppliers
)
""",
)

# A change that is made without a category has this one, in every workspace. A workspace made from now on
# gets it when it is made; this is for those already there. A UUID's hexadecimal digits will do as an id.
UNCATEGORIZED = """
INSERT INTO change_categories (workspace_id, id, path, assignable, system_defined, created_at)
SELECT id, upper(left(replace(gen_random_uuid()::text, '-', ''), 20)), ARRAY['-uncategorized-'], true, true,
    now()
FROM workspaces
"""

CHANGES = (
    """
CREATE TABLE changes (
    workspace_id                    integer NOT NULL,
    id                              text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version                         bigint NOT NULL DEFAULT 1,
    number                          text NOT NULL,
    prefix_id                       text NOT NULL,
    title                           text CHECK (char_length(title) BETWEEN 1 AND 255),
    description                     text CHECK (char_length(description) <= 65535),
    category_id                     text NOT NULL,
    creator_id                      text,
    effectivity                     text NOT NULL CHECK (effectivity IN
        ('PERMANENT_ON_APPROVAL', 'PERMANENT_ON_DATE', 'TEMPORARY')),
    planned_effectivity_at          timestamptz,
    expiration_at                   timestamptz,
    effective_at                    timestamptz,
    approval_deadline_at            timestamptz,
    enforce_approval_deadline       boolean NOT NULL,
    status                          text NOT NULL CHECK (status IN
        ('OPEN_AND_UNLOCKED', 'OPEN_AND_LOCKED', 'SUBMITTED_FOR_ROUTING', 'SUBMITTED_FOR_APPROVAL',
         'APPROVED', 'REJECTED', 'CANCELED', 'EFFECTIVE', 'EXPIRED', 'COMPLETED')),
    status_at                       timestamptz NOT NULL,
    implementation_status           text CHECK (implementation_status IN
        ('NOT_STARTED', 'IN_PROGRESS', 'NEEDS_ATTN', 'DONE', 'BLANK')),
    implementation_status_at        timestamptz,
    implementation_status_editor_id text,
    submitted_at                    timestamptz,
    submitter_id                    text,
    routing_ids                     text[] NOT NULL,
    administrator_ids               text[] NOT NULL,
    attributes                      jsonb NOT NULL,
    created_at                      timestamptz NOT NULL,
    updated_at                      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, number),
    CHECK (planned_effectivity_at IS NULL OR effectivity = 'PERMANENT_ON_DATE'),
    CHECK (expiration_at IS NULL OR effectivity = 'TEMPORARY'),
    CHECK (approval_deadline_at IS NOT NULL OR NOT enforce_approval_deadline),
    FOREIGN KEY (workspace_id, prefix_id) REFERENCES number_prefixes,
    FOREIGN KEY (workspace_id, category_id) REFERENCES change_categories,
    FOREIGN KEY (workspace_id, creator_id) REFERENCES users ON DELETE SET NULL (creator_id),
    FOREIGN KEY (workspace_id, submitter_id) REFERENCES users ON DELETE SET NULL (submitter_id),
    FOREIGN KEY (workspace_id, implementation_status_editor_id) REFERENCES users
        ON DELETE SET NULL (implementation_status_editor_id)
) WITH (fillfactor = 90)
""",
    "CREATE INDEX changes_created_at ON changes (workspace_id, created_at DESC, id)",
    "CREATE INDEX changes_category ON changes (workspace_id, category_id, created_at DESC, id)",
    # What the clock looks for, and nothing else: few rows, found at once.
    "CREATE INDEX changes_clock ON changes (workspace_id, status, id)"
    " WHERE status IN ('APPROVED', 'EFFECTIVE', 'SUBMITTED_FOR_APPROVAL')",
)

VOTES = """
CREATE TABLE change_votes (
    workspace_id integer NOT NULL,
    change_id    text NOT NULL,
    user_id      text NOT NULL,
    approve      boolean NOT NULL,
    comment      text,
    voted_at     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, change_id, user_id),
    FOREIGN KEY (workspace_id, change_id) REFERENCES changes ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES users ON DELETE CASCADE
)
"""

IMPLEMENTATION_TASKS = (
    """
CREATE TABLE implementation_tasks (
    workspace_id         integer NOT NULL,
    id                   text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    change_id            text NOT NULL,
    version              bigint NOT NULL DEFAULT 1,
    name                 text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    status               text NOT NULL CHECK (status IN
        ('NOT_STARTED', 'IN_PROGRESS', 'BEHIND', 'DONE', 'CANCELED', 'NOT_APPLICABLE')),
    assignee_user_id     text,
    assignee_group_id    text,
    assignee_supplier_id text,
    due_at               timestamptz,
    warning_hours        double precision CHECK (warning_hours BETWEEN 0 AND 8760),
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CHECK (num_nonnulls(assignee_user_id, assignee_group_id, assignee_supplier_id) <= 1),
    CHECK (warning_hours IS NULL OR due_at IS NOT NULL),
    FOREIGN KEY (workspace_id, change_id) REFERENCES changes ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, assignee_user_id) REFERENCES users ON DELETE SET NULL (assignee_user_id),
    FOREIGN KEY (workspace_id, assignee_group_id) REFERENCES user_groups,
    FOREIGN KEY (workspace_id, assignee_supplier_id) REFERENCES suppliers
) WITH (fillfactor = 90)
""",
    "CREATE INDEX implementation_tasks_change"
    " ON implementation_tasks (workspace_id, change_id, created_at, id)",
    "CREATE INDEX implementation_tasks_user ON implementation_tasks (workspace_id, assignee_user_id)"
    " WHERE assignee_user_id IS NOT NULL",
    "CREATE INDEX implementation_tasks_group ON implementation_tasks (workspace_id, assignee_group_id)"
    " WHERE assignee_group_id IS NOT NULL",
)

NOTES = (
    """
CREATE TABLE implementation_task_notes (
    workspace_id integer NOT NULL,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    task_id      text NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    author_id    text,
    note         text NOT NULL CHECK (char_length(note) BETWEEN 1 AND 4000),
    private      boolean NOT NULL,
    label        text CHECK (char_length(label) <= 100),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, task_id) REFERENCES implementation_tasks ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, author_id) REFERENCES users ON DELETE SET NULL (author_id)
)
""",
    "CREATE INDEX implementation_task_notes_task"
    " ON implementation_task_notes (workspace_id, task_id, created_at, id)",
)

# Content is in the data directory or an object store under `content_key`, never in a row; a row is
# written only once its content is there.
FILES = (
    """
CREATE TABLE files (
    workspace_id   integer NOT NULL REFERENCES workspaces,
    id             text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    version        bigint NOT NULL DEFAULT 1,
    number         text NOT NULL,
    title          text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
    description    text CHECK (char_length(description) <= 4000),
    edition        text NOT NULL CHECK (char_length(edition) BETWEEN 1 AND 100),
    format         text CHECK (char_length(format) <= 100),
    private        boolean NOT NULL DEFAULT false,
    storage_method text NOT NULL CHECK (storage_method IN ('FILE', 'WEB', 'FTP', 'PLACE_HOLDER')),
    location       text CHECK (char_length(location) <= 2000),
    name           text CHECK (char_length(name) BETWEEN 1 AND 255),
    content_key    text CHECK (content_key ~ '^[0-9A-Z]{20}$'),
    size           bigint CHECK (size >= 0),
    sha256         text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    author_name    text CHECK (char_length(author_name) <= 100),
    category_id    text,
    creator_id     text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, number),
    UNIQUE (workspace_id, content_key),
    CHECK (num_nonnulls(name, content_key, size, sha256) = CASE storage_method WHEN 'FILE' THEN 4 ELSE 0 END),
    CHECK (storage_method <> 'FILE' OR location IS NULL),
    CHECK (storage_method NOT IN ('WEB', 'FTP') OR location IS NOT NULL),
    FOREIGN KEY (workspace_id, creator_id) REFERENCES users ON DELETE SET NULL (creator_id)
)
""",
    "CREATE INDEX files_created_at ON files (workspace_id, created_at DESC, id)",
    "CREATE INDEX files_title ON files (workspace_id, lower(title) text_pattern_ops)",
    "CREATE INDEX files_name ON files (workspace_id, lower(name) text_pattern_ops)",
    # Numbers are drawn outside of the transaction that uses them: nobody waits, and some are never used.
    """
CREATE TABLE file_numbers (
    workspace_id integer NOT NULL REFERENCES workspaces,
    last_number  integer NOT NULL,
    PRIMARY KEY (workspace_id)
)
""",
    # Contents that no file has: on their way in, or no longer wanted. What stands here for long is
    # removed; a doomed one can no longer become a file's.
    """
CREATE TABLE stray_contents (
    workspace_id integer NOT NULL REFERENCES workspaces,
    key          text NOT NULL CHECK (key ~ '^[0-9A-Z]{20}$'),
    since        timestamptz NOT NULL,
    doomed       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (workspace_id, key)
)
""",
    "CREATE INDEX stray_contents_since ON stray_contents (workspace_id, since)",
    """
CREATE TABLE implementation_task_files (
    workspace_id integer NOT NULL,
    id           text NOT NULL CHECK (id ~ '^[0-9A-Z]{20}$'),
    task_id      text NOT NULL,
    file_id      text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT implementation_task_files_once UNIQUE (workspace_id, task_id, file_id),
    FOREIGN KEY (workspace_id, task_id) REFERENCES implementation_tasks ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, file_id) REFERENCES files
)
""",
    "CREATE INDEX implementation_task_files_file ON implementation_task_files (workspace_id, file_id)",
)


def upgrade() -> None:
    """Creates the tables and adds the columns."""
    for statement in (
        WORKSPACES,
        USERS,
        PASSWORDS,
        *SESSIONS,
        *GROUPS,
        SUPPLIERS,
        PREFIXES,
        *ROUTINGS,
        ATTRIBUTES,
        *CATEGORIES,
        UNCATEGORIZED,
        *CHANGES,
        VOTES,
        *IMPLEMENTATION_TASKS,
        *NOTES,
        *FILES,
    ):
        op.execute(statement)


def downgrade() -> None:
    """Drops everything this revision made, data included."""
    op.execute(
        "DROP TABLE implementation_task_files, stray_contents, file_numbers, files,"
        " implementation_task_notes, implementation_tasks, change_votes, changes, implementation_templates,"
        " category_attributes, category_administrators, change_categories, change_attributes,"
        " routing_voters, routings, number_prefixes, suppliers, user_group_members, user_groups, sessions"
    )
    op.execute("ALTER TABLE users DROP type, DROP change_administrator, DROP logged_in_at")
    op.execute("ALTER TABLE passwords DROP wrong_tries, DROP shut_until")
    op.execute(
        "ALTER TABLE workspaces DROP version, DROP request_limit, DROP requests_day, DROP requests_made"
    )
