"""What the endpoints for changes do."""

from typing import Any

from msgspec import UNSET

from punchlist.api.changes import wire
from punchlist.api.changes.answers import guid_in_path, no_content, ok
from punchlist.api.changes.bodies import (
    IGNORED,
    BadAttributeError,
    Reader,
    boolean,
    date,
    guid,
    guids,
    option,
    read_attributes,
    remark,
    text,
)
from punchlist.api.changes.errors import entries_of, entry
from punchlist.api.changes.history import render_event
from punchlist.api.changes.parameters import change_filter, page_of
from punchlist.api.changes.requests import IMPLEMENTATION_STATUS_ALIASES
from punchlist.api.changes.shapes import PossibleMoveOut, PossibleMovesOut
from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.etags import is_known, wanted_versions
from punchlist.domain.categories import Attribute, ImplementationStatus
from punchlist.domain.change_lifecycle import Asked, Effectivity
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.changes import ChangeWish
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.services import changes
from punchlist.services.changes import Classified, PossibleMove, StatusWish
from punchlist.store import configuration_views

_implementation_status = option(ImplementationStatus, **IMPLEMENTATION_STATUS_ALIASES)


def _status_of_implementation(value: Any) -> ImplementationStatus:
    try:
        return _implementation_status(value)
    except BadAttributeError:
        raise BadAttributeError(ChangeKind.INVALID_IMPLEMENTATION_STATUS) from None


def _prefix(value: Any) -> tuple[str, str]:
    """A number sequence is named by its value or by its guid."""
    if isinstance(value, dict) and isinstance(value.get("value"), str):
        return "value", value["value"]
    return "guid", guid(value, ChangeKind.INVALID_PREFIX)


def _additional(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return value


# By attribute: how it is read, and the name of it in the domain.
_ATTRIBUTES: dict[str, tuple[Reader, str]] = {
    "title": (Reader(text, nullable=True), "title"),
    "description": (Reader(text, nullable=True), "description"),
    "effectivityType": (Reader(option(Effectivity)), "effectivity"),
    "effectivityPlannedDateTime": (Reader(date), "planned_effectivity_at"),
    "expirationDateTime": (Reader(date), "expiration_at"),
    "approvalDeadlineDateTime": (Reader(date, nullable=True), "approval_deadline_at"),
    "enforceApprovalDeadline": (Reader(boolean), "enforce_approval_deadline"),
    "implementationStatus": (Reader(_status_of_implementation, nullable=True), "implementation_status"),
    "routings": (Reader(guids), "routing_ids"),
}
# What a change that was read holds beside; sent back, it is passed over.
_PASSED_OVER = (
    "guid", "number", "creator", "creationDateTime", "effectiveDateTime", "lifecycleStatus",
    "lifecycleDateTime", "implementationStatusDateTime", "implementationStatusEditor", "administrators",
    "submissionDateTime", "submitter", "progress", "url",
)  # fmt: skip
CHANGE: dict[str, Reader] = {
    "category": Reader(guid),
    "numberSequencePrefix": Reader(_prefix),
    "additionalAttributes": Reader(_additional),
    **{name: reader for name, (reader, _) in _ATTRIBUTES.items()},
    **dict.fromkeys(_PASSED_OVER, IGNORED),
}


async def _wish_of(call: Call, *, set_null: bool) -> tuple[ChangeWish, Classified]:
    given, problems = read_attributes(call.body, CHANGE, set_null=set_null)
    values = values_of(given)
    if "additionalAttributes" in given:
        known = await configuration_views.attributes(call.db, call.context.actor.workspace_id)
        values["attributes"], found = attributes_of(given["additionalAttributes"], known, set_null=set_null)
        problems += found
    kind, prefix = given.get("numberSequencePrefix", ("", UNSET))
    classified = Classified(
        category_id=given.get("category", UNSET),
        prefix_id=prefix if kind == "guid" else UNSET,
        prefix_value=prefix if kind == "value" else UNSET,
    )
    return ChangeWish(**values, problems=problems), classified


def values_of(given: dict[str, Any]) -> dict[str, Any]:
    """What was read of a change, by the domain's names."""
    return {name: given[wire_name] for wire_name, (_, name) in _ATTRIBUTES.items() if wire_name in given}


def attributes_of(
    given: list[dict[str, Any]], known: list[Attribute], *, set_null: bool
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Additional attributes by guid; each is named by its guid or by its API name."""
    by_name = {each.api_name: each.id for each in known}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for each in given:
        value = each.get("value")
        try:
            name = text(each["apiName"]) if "guid" not in each and "apiName" in each else None
            if name is not None and name not in by_name:
                raise BadAttributeError(ChangeKind.UNKNOWN_ATTRIBUTE, attribute=name)
            attribute_id = guid(each) if name is None else by_name[name]
            if value is not None or (set_null and "value" in each):
                values[attribute_id] = value
        except BadAttributeError as error:
            facts = {"attribute": "additionalAttributes", **error.facts}
            problems.append(Problem("additionalAttributes", error.reason, facts))
    return values, tuple(problems)


async def list_changes(call: Call) -> Answer:
    wanted = change_filter(call.parameters)
    found = await changes.list_changes(call.db, call.context, wanted, page_of(call))
    return ok(wire.results([wire.render_compact_change(each, call.base_url) for each in found]))


async def create_change(call: Call) -> Answer:
    wish, classified = await _wish_of(call, set_null=False)
    shown = await changes.create_change(call.db, call.context, wish, classified)
    return ok(wire.render_change(shown, call.base_url), 201, version=shown.change.version)


async def get_change(call: Call) -> Answer:
    shown = await changes.get_change(call.db, call.context, guid_in_path(call, "change_id"))
    answer = ok(wire.render_change(shown, call.base_url), version=shown.change.version)
    if is_known(call.headers.get("if-none-match"), shown.change.version):
        return Answer(304, None, {"etag": answer.headers["etag"]})
    return answer


async def edit_change(call: Call) -> Answer:
    change_id = guid_in_path(call, "change_id")
    wish, classified = await _wish_of(call, set_null=call.parameters.get("setnull", False))
    shown = await changes.edit_change(
        call.db,
        call.context,
        change_id,
        wish,
        classified,
        versions=wanted_versions(call.headers.get("if-match")),
    )
    return ok(wire.render_change(shown, call.base_url), version=shown.change.version)


async def delete_change(call: Call) -> Answer:
    versions = wanted_versions(call.headers.get("if-match"))
    change_id = guid_in_path(call, "change_id")
    await changes.delete_change(call.db, call.context, change_id, versions=versions)
    return no_content()


async def list_alerts(call: Call) -> Answer:
    alerts = await changes.change_alerts(call.db, call.context, guid_in_path(call, "change_id"))
    return ok(wire.results([entry(alert) for alert in alerts]))


async def list_history(call: Call) -> Answer:
    change_id = guid_in_path(call, "change_id")
    entries, _ = await changes.change_history(call.db, call.context, change_id, page_of(call))
    return ok(wire.results([render_event(each) for each in entries]))


def _asked(value: Any) -> Asked:
    name = text(value)
    if name.startswith("SUBMITTED_FOR_"):
        raise BadAttributeError(ChangeKind.ASK_FOR_SUBMITTED)
    return option(Asked)(name)


def _administrators(value: Any) -> tuple[str, ...]:
    """A list of users by guid; the wire's own samples also send a single one without the list."""
    listed = [value] if isinstance(value, dict) else value
    if not isinstance(listed, list):
        raise BadAttributeError(ChangeKind.WRONG_VALUE)
    return tuple(guid(each, ChangeKind.INVALID_ADMINISTRATOR) for each in listed)


def _wrapped_status(value: Any) -> ImplementationStatus | None:
    if not isinstance(value, dict):
        raise BadAttributeError(ChangeKind.INVALID_IMPLEMENTATION_STATUS)
    inner = value.get("value")
    return None if inner is None else _status_of_implementation(inner)


STATUS_CHANGE = {
    "change": Reader(guid),
    "status": Reader(_asked),
    "comment": Reader(remark),
    "administrators": Reader(_administrators),
    "implementationStatus": Reader(_wrapped_status),
}


async def change_status(call: Call) -> Answer:
    given, problems = read_attributes(call.body, STATUS_CHANGE)
    told = {problem.field for problem in problems}
    if "change" not in given and "change" not in told:
        problems += (Problem("change", ChangeKind.EMPTY_GUID, {"attribute": "change"}),)
    if "status" not in given and "status" not in told:
        problems += (Problem("status", ChangeKind.STATUS_REQUIRED),)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    comment = given.get("comment")
    wish = StatusWish(
        asked=given["status"],
        comment=comment,
        administrator_ids=given.get("administrators", UNSET),
        implementation_status=given.get("implementationStatus", UNSET),
    )
    shown = await changes.change_status(call.db, call.context, given["change"], wish)
    answer = wire.render_moved(shown, call.base_url, comment, "implementationStatus" in given)
    return ok(answer, 201, version=shown.change.version)


def render_move(move: PossibleMove) -> PossibleMoveOut:
    """A move that could be asked for; one that is refused in the words that asking for it would get."""
    if move.refusal is None:
        return PossibleMoveOut(move.asked, move.result, True, None, None)
    first = entries_of(move.refusal)[0]
    return PossibleMoveOut(move.asked, move.result, False, first.code, first.message)


async def list_moves(call: Call) -> Answer:
    change_id = guid_in_path(call, "change_id")
    current, moves = await changes.possible_moves(call.db, call.context, change_id)
    return ok(PossibleMovesOut(current, [render_move(move) for move in moves]))


def _vote(value: Any) -> bool:
    if value not in ("APPROVE", "REJECT"):
        raise BadAttributeError(ChangeKind.NOT_AN_OPTION)
    return bool(value == "APPROVE")


VOTE = {"vote": Reader(_vote), "comment": Reader(remark)}


async def vote(call: Call) -> Answer:
    change_id = guid_in_path(call, "change_id")
    given, problems = read_attributes(call.body, VOTE)
    if "vote" not in given and not problems:
        problems = (Problem("vote", ChangeKind.ATTRIBUTE_REQUIRED, {"attribute": "vote"}),)
    if problems:
        raise Rejected(Kind.INVALID, problems)
    shown = await changes.vote(
        call.db, call.context, change_id, approve=given["vote"], comment=given.get("comment")
    )
    return ok(wire.render_change(shown, call.base_url), 201, version=shown.change.version)
