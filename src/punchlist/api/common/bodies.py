"""JSON bodies: decoded by msgspec in one go, and looked at field by field only where that fails.

A struct says what a body may hold. `Any` marks a field that is accepted and ignored, which is how a thing
that was read can be sent back whole.
"""

import datetime as dt
import enum
from functools import cache
from itertools import islice
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.api.common.problems import HttpKind
from punchlist.domain import limits
from punchlist.domain.problems import Problem, Reason, Rejected

S = TypeVar("S", bound=msgspec.Struct)


def decode(body: bytes, wire: type[S]) -> tuple[S, tuple[Problem, ...]]:
    """Decodes a body; returns what of it has the right shape, and a problem for each field that has not.

    Problems name fields as the wire does. Raises Rejected when the body is not a JSON object in UTF-8.
    """
    try:
        return _decoder(wire).decode(body), ()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_by_field(decode_object(body), wire)


@cache
def _decoder(wire: type[S]) -> msgspec.json.Decoder[S]:
    return msgspec.json.Decoder(wire)


def decode_object(body: bytes) -> dict[str, Any]:
    """Decodes a body that must be a JSON object; raises Rejected, saying why, when it is none."""
    try:
        value = msgspec.json.decode(body)
    except UnicodeDecodeError:
        raise Rejected(HttpKind.MALFORMED, why="it is not UTF-8") from None
    except RecursionError:
        raise Rejected(HttpKind.MALFORMED, why="it is nested too deeply") from None
    except msgspec.DecodeError as error:
        raise Rejected(HttpKind.MALFORMED, why=f"it is not JSON ({error})") from None
    if not isinstance(value, dict):
        raise Rejected(HttpKind.MALFORMED, why="it is not a JSON object")
    return value


def convert(value: dict[str, Any], wire: type[S]) -> tuple[S, tuple[Problem, ...]]:
    """As `decode`, for an object that is part of a body already decoded."""
    try:
        return msgspec.convert(value, wire), ()
    except msgspec.ValidationError:
        return _decode_by_field(value, wire)


def _decode_by_field(given: dict[str, Any], wire: type[S]) -> tuple[S, tuple[Problem, ...]]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(wire)}
    known = sorted(name for name, field in fields.items() if field.type is not Any)
    # A body of nothing else would be answered with ten times its size.
    unknown = islice((name for name in given if name not in fields), limits.UNKNOWN_FIELDS_NAMED_MAX)
    problems = [Problem(name, Reason.UNKNOWN, {"known": known}) for name in unknown]
    values = {}
    for name, field in fields.items():
        if name not in given:
            if field.required:
                problems.append(Problem(name, Reason.REQUIRED))
            continue
        try:
            values[field.name] = msgspec.convert(given[name], field.type)
        except msgspec.ValidationError:
            problems.append(_problem(name, given[name], field.type))
    blanks = {field.name: UNSET for field in fields.values() if field.required}
    return wire(**(blanks | values)), tuple(problems)


def _problem(name: str, value: Any, declared: Any) -> Problem:
    if value is None:
        return Problem(name, Reason.REQUIRED)
    wanted = next(part for part in _parts(declared) if part not in (type(None), UnsetType))
    item = get_args(wanted)[0] if get_origin(wanted) is tuple and isinstance(value, list) else wanted
    options = _options(item)
    if options:
        return Problem(name, Reason.NOT_ONE_OF, {"options": options})
    if wanted is dt.datetime:
        return Problem(name, Reason.NOT_AN_INSTANT)
    return Problem(
        name, Reason.WRONG_TYPE, {"expected": _EXPECTED.get(get_origin(wanted) or wanted, "valid")}
    )


def _options(declared: Any) -> list[str]:
    """The values of an enumeration or of a Literal; none for anything else."""
    if get_origin(declared) is Literal:
        return list(get_args(declared))
    if isinstance(declared, type) and issubclass(declared, enum.Enum):
        return [option.value for option in declared]
    return []


_EXPECTED: dict[Any, str] = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple: "an array of strings",
    list: "an array",
    dict: "an object",
}


def _parts(declared: Any) -> list[Any]:
    """The members of a union, each without its annotations."""
    if hasattr(declared, "__metadata__"):
        return _parts(declared.__origin__)
    if isinstance(declared, type) or get_origin(declared) in (tuple, list, dict, Literal):
        return [declared]
    return [part for member in get_args(declared) for part in _parts(member)]
