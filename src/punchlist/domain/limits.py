"""Every bound of the system, once. Validation, the OpenAPI document and the tests read them from here."""

import datetime as dt

TITLE_MAX = 255  # a title must fit a line of a board and an e-mail's subject
DESCRIPTION_MAX = 65_535  # characters; the largest description the clients we know of send
TAGS_MAX = 10  # per task; more is a taxonomy, which a tag is not
TAG_MAX = 50
DUE_SOON_HOURS = 48  # before a due date without a warning of its own: today's work, and tomorrow's
WARNING_HOURS_MAX = 8_760.0  # one year; an earlier reminder is a second due date

NAME_MAX = 100  # of a user, and of an API key
EMAIL_MAX = 254  # RFC 5321, 4.5.3.1.3: a forward path of 256 octets less its angle brackets
PASSWORD_MIN = 10  # characters; shorter ones can be tried out offline once a database is stolen
PASSWORD_MAX = 1_024  # a passphrase fits; a megabyte to hash does not

COMMENT_MAX = 10_000  # characters; a longer text belongs in the description or a file

PAGE_DEFAULT = 10
PAGE_MAX = 100
OFFSET_MAX = 2**31 - 1  # far past any real page, and still a PostgreSQL integer
SEARCH_MIN = 3  # shorter fragments match nearly everything
SEARCH_MAX = 255
FILTER_VALUES_MAX = 100  # in one comma-separated filter

BATCH_MAX = 100  # operations; one atomic batch then holds its locks for well under a second
SAVE_ATTEMPTS_MAX = 100  # each lost race means somebody else won: 100 writers of one task all get through

BODY_MAX = 1_048_576  # bytes; sixteen times the largest description in four-byte characters, once over
HEAD_MAX = 65_536  # bytes of a request's address and headers; eight times what proxies usually pass on
HEADERS_MAX = 100  # five times what a browser sends

KEY_NETWORKS_MAX = 50
KEY_GRACE_HOURS_MAX = 720.0  # thirty days in which a rotated key still works
KEYS_PER_USER_MAX = 100  # live ones

WEB_SESSIONS_PER_USER_MAX = 50  # browsers one signed in with and forgot; the one unused longest gives way
USER_AGENT_MAX = 255  # characters of what a browser says of itself; twice what browsers send

REPORT_BUCKETS_MAX = 366  # a year of days; more points than a screen has columns for
REPORT_ROWS_MAX = 10_000  # of one report; about a megabyte, and more than anybody looks through
REPORT_IDS_MAX = 100  # of one person's overdue tasks; the count tells of all

IDEMPOTENCY_KEY_MAX = 255
IDEMPOTENCY_HOURS = 24
REQUEST_ID_MAX = 128
UNKNOWN_FIELDS_NAMED_MAX = 20  # in one refusal; whoever sends more has sent something else altogether
ECHO_MAX = 100  # characters of a caller's own text that an error message repeats
QUERY_PARAMETERS_MAX = 50  # several times what any endpoint takes

CHANGE_TITLE_MAX = 255
CHANGE_ROUTINGS_MAX = 20
ATTRIBUTE_TEXT_MAX = 4_000  # of a multi-line attribute; a single line has TITLE_MAX
IMPLEMENTATION_TASK_NAME_MAX = 100
IMPLEMENTATION_TASKS_MAX = 1_000  # of one change; ten times the longest plan one could still follow
NOTE_MAX = 4_000
LABEL_MAX = 100

WORKSPACE_FILE_MAX = 16_777_216  # bytes; some fifty thousand users
WORKSPACE_REQUESTS_MAX = 2**31 - 2  # a day; on the wire one more means that there is no limit
CONFIGURED_TEXT_MAX = 4_000  # of a description of what an administrator sets up
MEMBERS_MAX = 10_000  # of a user group, or of any other list of people in a workspace file
PREFIX_MAX = 20
OPTIONS_MAX = 1_000  # of a drop-down; nobody looks through more
CATEGORY_DEPTH_MAX = 10
CATEGORY_ATTRIBUTES_MAX = 200
TEMPLATES_MAX = 200  # of a category; each becomes a task of every change
TEMPLATE_DUE_DAYS_MAX = 3_650

# Events that one page of the record looks at: a tenth of a second's work, however few pass its filter.
RECORD_SCAN_MAX = 50_000
RECORD_ID_MAX = 100  # characters of what an event is of; a session's is the longest, with 64

STREAMS_MAX = 2_000  # live updates of one server process; each holds a connection and up to a queue of events
STREAMS_PER_USER_MAX = 20  # of one server process; as many tabs as anybody finds their way in
STREAM_QUEUE_MAX = 1_000  # events that wait for a slow reader, who then has to come again
STREAM_HEARTBEAT_SECONDS = 15.0  # below what proxies wait for, which is 30 s at the least
STREAM_SEND_SECONDS = 30.0  # for which a reader may take nothing; then nobody is there any more
STREAM_RETRY_MILLISECONDS = 2_000  # after which a client that lost its stream opens another

CALENDARS_PER_USER_MAX = 20  # subscriptions: a device each
CALENDAR_ENTRIES_MAX = 1_000  # of each kind in one calendar; more due dates nobody can look at
CALENDAR_PAST_DAYS = 365  # for which what is overdue is still shown
CALENDAR_TEXT_MAX = 1_000  # characters of a description; the rest is a click away

FILE_MAX = 104_857_600  # bytes; drawings and test reports fit, disk images do not belong here
FILE_NAME_MAX = 255  # what file systems take
FILE_TITLE_MAX = 255
FILE_DESCRIPTION_MAX = 4_000
FILE_EDITION_MAX = 100
FILE_FORMAT_MAX = 100
FILE_LOCATION_MAX = 2_000  # what browsers and proxies pass on of an address
FORM_FIELDS_MAX = 50  # parts of an upload; ours are nine
UPLOADS_AT_ONCE = 32  # of one worker process; each holds up to 5 MiB in memory
FORM_FIELD_MAX = 65_536  # bytes of one that is not the content; four times the longest description
# Content that no file has is left alone so long. No upload takes longer, and whoever deleted a file by
# mistake has that time to ask for a backup's row and still find what it names.
STRAY_CONTENT_HOURS = 24

OVERDUE_NEWS_DAYS = 7  # a week off, and one still hears of it; what is older was known, or was imported
ASSIGNMENT_NEWS_HOURS = 24  # a night without a worker loses nothing, and its first start tells no old tales
NOTIFICATIONS_KEPT_DAYS = 90  # a quarter; nobody scrolls further back, and the tasks themselves remain
NOTIFICATIONS_READ_MAX = 100  # ids in one request; as many as a page has
APPRISE_URLS_MAX = 10  # of one person; each is a connection for each notice
APPRISE_URL_MAX = 500  # several times the longest token that a service gives out
NOTIFICATION_ATTEMPTS_MAX = 11  # with the waits between them twelve hours: a night in which mail is down
WEBHOOKS_MAX = 50  # of a workspace; each is asked of every event, and tried for a day when it is down
WEBHOOK_URL_MAX = 2_000  # what proxies pass on of an address
WEBHOOK_EVENTS_MAX = 50  # several times the types there are
WEBHOOK_DESCRIPTION_MAX = 255
WEBHOOK_GRACE_HOURS_MAX = 720.0  # as of API keys
WEBHOOK_FAILING_MAX = dt.timedelta(hours=24)  # without one success; a weekend's night is shorter
DELIVERY_FIRST_PAUSE = dt.timedelta(seconds=5)  # a receiver that restarts is back by then
DELIVERY_PAUSE_GROWTH = 4
DELIVERY_PAUSE_MAX = dt.timedelta(hours=4)
DELIVERY_RETRIES = 12  # with these pauses the last comes 26 hours after the first attempt
DELIVERY_SECONDS = 15.0  # an attempt takes at most; whoever has more to do answers first and does it then
DELIVERY_CLAIM = dt.timedelta(seconds=30)  # held while it is attempted; twice what that takes
DELIVERY_ANSWER_READ = 16_384  # bytes of what a receiver says
DELIVERY_ANSWER_KEPT = 500  # characters of them
DELIVERIES_AT_ONCE = 8  # to one endpoint by one process; an eighth of the jobs it has in hand
DELIVERIES_KEPT = dt.timedelta(days=30)  # what ended earlier is forgotten, with its body and attempts
REPLAYED_AT_ONCE = 1_000  # deliveries in one replay of a span
