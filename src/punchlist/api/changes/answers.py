"""How handlers of the change dialect answer, and how they read what every path of it names."""

from typing import Any

import msgspec

from punchlist.api.common.calls import JSON, Answer, Call
from punchlist.api.common.etags import etag
from punchlist.domain import ids
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.grounds import Ground
from punchlist.domain.problems import Rejected


def ok(value: Any, status: int = 200, *, version: int | None = None) -> Answer:
    """An answer with a JSON body, and the thing's version as its tag."""
    headers = {"content-type": JSON}
    if version is not None:
        headers["etag"] = etag(version)
    return Answer(status, msgspec.json.encode(value), headers)


def no_content() -> Answer:
    """An answer that says no more than that it is done."""
    return Answer(204)


def guid_in_path(call: Call, name: str) -> str:
    """A guid of the path; raises Rejected when it has not the form of one."""
    guid = str(call.path_parameters[name])
    if not ids.is_id(guid):
        raise Rejected(ChangeKind.INVALID_GUID, guid=guid)
    return guid


def ground_of(call: Call) -> Ground:
    """The ground that was read with the request; raises Rejected when a guid of the path is malformed, or
    its first names no change."""
    for name in call.path_parameters:
        guid_in_path(call, name)
    ground: Ground | None = call.found
    if ground is None:
        raise Rejected(ChangeKind.INVALID_GUID, guid=call.path_parameters["change_id"])
    return ground
