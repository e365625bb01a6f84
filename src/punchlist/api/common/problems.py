"""The refusals that only HTTP knows: what never gets as far as the rules."""

from enum import StrEnum


class HttpKind(StrEnum):
    """The ways a request can be refused for how it is made."""

    NOT_HTTP = "not_http"
    MALFORMED = "malformed"
    INVALID_PARAMETERS = "invalid_parameters"
    MISSING_AUTHENTICATION = "missing_authentication"
    CROSS_SITE_REQUEST = "cross_site_request"
    NO_SUCH_PATH = "no_such_path"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ACCEPTABLE = "not_acceptable"
    TOO_LARGE = "too_large"
    HEAD_TOO_LARGE = "head_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    BATCH_REJECTED = "batch_rejected"
    NOT_APPLIED = "not_applied"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"
