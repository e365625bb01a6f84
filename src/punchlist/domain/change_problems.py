"""The ways in which the world of changes refuses something, by name.

Each is the kind of a `Rejected`, or the reason of one of its problems where several are told together.
"""

from enum import StrEnum


class ChangeKind(StrEnum):
    """Refusals of the rules of changes, their implementation tasks, their files and their sessions."""

    # What a request names
    INVALID_GUID = "invalid_guid"
    EMPTY_GUID = "empty_guid"
    NOT_VISIBLE = "not_visible"
    INVALID_CATEGORY = "invalid_category"
    INVALID_USER = "invalid_user"
    INVALID_SUPPLIER = "invalid_supplier"
    INVALID_ADMINISTRATOR = "invalid_administrator"
    # What it says
    ATTRIBUTE_REQUIRED = "attribute_required"
    WRONG_VALUE = "wrong_value"
    UNKNOWN_ATTRIBUTE = "unknown_attribute"
    NOT_AN_OPTION = "not_an_option"
    NOT_EDITABLE = "not_editable"
    NOT_A_DATE = "not_a_date"
    VALUE_TOO_LONG = "value_too_long"
    NOT_SEARCHABLE = "not_searchable"
    INVALID_PAGE = "invalid_page"
    # Who asks
    NO_PRIVILEGE = "no_privilege"
    ADMINISTRATOR_ONLY = "administrator_only"
    SUBMITTER_ONLY = "submitter_only"
    ACCESS_NOT_ALLOWED = "access_not_allowed"
    # Changes
    NOT_DELETABLE = "not_deletable"
    LOCKED = "locked"
    NOT_UPDATABLE = "not_updatable"
    DEADLINE_NEEDED = "deadline_needed"
    DEADLINE_PAST = "deadline_past"
    PLANNED_DATE_NOT_TAKEN = "planned_date_not_taken"
    EXPIRATION_NOT_TAKEN = "expiration_not_taken"
    PLANNED_DATE_PAST = "planned_date_past"
    EXPIRATION_PAST = "expiration_past"
    INVALID_PREFIX = "invalid_prefix"
    PREFIX_REQUIRED = "prefix_required"
    EFFECTIVITY_ENFORCED = "effectivity_enforced"
    PREFIX_ENFORCED = "prefix_enforced"
    CATEGORY_EFFECTIVITY = "category_effectivity"
    CATEGORY_PREFIX = "category_prefix"
    EFFECTIVITY_FIXED = "effectivity_fixed"
    # Their lifecycle
    STATUS_REQUIRED = "status_required"
    MOVE_NOT_SUPPORTED = "move_not_supported"
    ASK_FOR_SUBMITTED = "ask_for_submitted"
    CANNOT_EXPIRE = "cannot_expire"
    CANNOT_BE_EFFECTIVE_AGAIN = "cannot_be_effective_again"
    OPEN_TASKS = "open_tasks"
    ADMINISTRATOR_NEEDED = "administrator_needed"
    ADMINISTRATORS_NOT_TAKEN = "administrators_not_taken"
    IMPLEMENTATION_STATUS_NOT_TAKEN = "implementation_status_not_taken"
    INVALID_IMPLEMENTATION_STATUS = "invalid_implementation_status"
    NO_ROUTING = "no_routing"
    NO_DEADLINE = "no_deadline"
    # Implementation tasks
    TASK_NAME_EMPTY = "task_name_empty"
    TASK_NAME_INVALID = "task_name_invalid"
    TASKS_NOT_MANAGED = "tasks_not_managed"
    NO_OVERRIDE = "no_override"
    CHANGE_CLOSED = "change_closed"
    NOTE_NOT_UPDATABLE = "note_not_updatable"
    FILES_NOT_ADDABLE = "files_not_addable"
    FILES_NOT_REMOVABLE = "files_not_removable"
    FILE_ALREADY_THERE = "file_already_there"
    FILE_NOT_THERE = "file_not_there"
    # Files
    CONTENT_MISSING = "content_missing"
    CONTENT_TOO_LARGE = "content_too_large"
    FILE_WITHOUT_CONTENT = "file_without_content"
    FILE_IN_USE = "file_in_use"
    # Sessions
    NO_SESSION = "no_session"
    LOGIN_REFUSED = "login_refused"
    ACCOUNT_SHUT = "account_shut"
    DAILY_REQUESTS = "daily_requests"
