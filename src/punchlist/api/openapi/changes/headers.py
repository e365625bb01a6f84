"""The headers that answers of the change dialect have, and no other's."""

from punchlist.api.changes.door import UNLIMITED, format_reset
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.openapi.changes.world import FILE_ID, NOW
from punchlist.api.openapi.dialect import Schema
from punchlist.api.openapi.responses import COUNT, TEXT, header
from punchlist.services.sessions import next_midnight
from punchlist.settings import Settings

FILE_GUID = "X-Arena-FileGuid"

HEADERS: dict[str, Schema] = {
    "Server": header(
        "What answers; the setting `server_header` says it.", TEXT, Settings().server_header, always=True
    ),
    FILE_GUID: header("The guid of the new file.", TEXT, FILE_ID, always=True),
    "X-Arena-Next-Request-Limit-Reset": header(
        "When the day of request limits ends: the next midnight Pacific time.",
        TEXT,
        format_reset(next_midnight(NOW)),
        always=True,
    ),
    "X-Arena-Requests-Remaining": header(
        f"How many requests the workspace has left today; {UNLIMITED} where there is no limit.",
        COUNT,
        UNLIMITED,
        always=True,
    ),
}


def headers_of(endpoint: Endpoint | None, status: int) -> tuple[str, ...]:
    """Which of them an answer has."""
    makes_a_file = endpoint is not None and endpoint.name == "create_file" and status == 201
    return tuple(name for name in HEADERS if makes_a_file or name != FILE_GUID)
