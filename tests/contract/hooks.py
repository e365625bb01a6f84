"""What schemathesis cannot know by itself; it loads this module by the name in its configuration."""

import json
import os
import re
from typing import Any

import schemathesis

# The key that the requests are made with. Without it the rest of the run would see nothing but 401.
OWN_KEY = os.environ["OWN_KEY_ID"]
NOBODYS_KEY = "0" * 20

# What stands in paths and is there: guesses would meet nothing but refusals of that.
KNOWN: dict[str, str] = json.loads(os.environ.get("KNOWN_IDS", "{}"))

# A request that fits the schema may be refused for what it is about, for the time, or for what no
# schema says: never for its shape.
NOT_OF_SHAPE = re.compile(
    r"""
      .+\ with\ ID\ '.*'\ (does\ not\ exist|is\ disabled)
    | .+\ must\ be\ in\ the\ future
    | .+\ needs\ a\ due\ date
    | .+\ is\ required                       # where there is nothing but blanks
    | .+\ must\ have\ at\ least\ [13]\ characters     # likewise, in a query
    | .+\ must\ be\ an\ http\ or\ https\ address\ .+
    | .+\ must\ not\ lead\ into\ a\ private\ network
    | .+\ must\ not\ be\ before\ .+
    | Each\ tag\ must\ have\ .+              # likewise
    | .+\ must\ not\ contain\ NUL\ characters
    | .+\ must\ be\ networks\ in\ CIDR\ form,\ .+
    | .+\ must\ be\ a\ valid\ email\ address
    | .+\ must\ be\ among\ those\ that\ this\ server\ has:\ .+
    | .+\ must\ be\ addresses\ of\ services\ of\ Apprise\ .+
    | .+\ must\ not\ lead\ into\ a\ private\ network
    | Cannot\ transition\ from\ .+
    | (From|To)\ must\ be\ a\ date\ .+     # of years that there is nothing to tell of, or in no order
    | From\ must\ be\ at\ most\ .+          # with too many days until then
    | sort\ must\ be\ one\ or\ more\ of,\ each\ once:\ .+
    """,
    re.VERBOSE | re.DOTALL,
)

# The change dialect's numbers that say that something has not the form that it must have.
OF_SHAPE = {400, 401, 413, 415, 3001, 3003, 3004, 3006, 3019, 3055, 3098, 3101, 3220, 4051, 4996, 4999}

# What even an admin may not do: change their own role, delete themselves, edit what others said.
NOT_EVEN_AN_ADMIN = {"updateUser", "deleteUser", "updateComment"}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Keeps the run from losing the key that it lives on, and has it ask for what is there.

    The document offers a session and a cookie beside a key, and a session made up would go before it.
    """
    case.headers.pop("arena_session_id", None)
    case.cookies.clear()
    parameters = case.path_parameters or {}
    if parameters.get("keyId") == OWN_KEY:
        parameters["keyId"] = NOBODYS_KEY
    if case.method != "DELETE" and case.meta is not None and case.meta.generation.mode.is_positive:
        parameters.update({name: KNOWN[name] for name in parameters.keys() & KNOWN.keys()})


@schemathesis.check
def refused_only_for_what_no_schema_says(context: Any, response: Any, case: Any) -> None:
    """What fits the document is accepted, or refused for a reason that no schema can express."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code < 400 or response.status_code in (404, 409):
        return
    if "" in (case.query or {}).values():
        return  # a null of an earlier answer, tried as a parameter, is sent as nothing at all
    body = response.json()
    fair = _is_fair_in_changes(body["errors"], case) if "errors" in body else _is_fair_in_tasks(body, case)
    if not fair:
        raise AssertionError(f"What fits the document was refused: {response.status_code} {body}")


def _is_fair_in_tasks(body: Any, case: Any) -> bool:
    headers = {name.lower() for name in case.headers or {}}
    error = body["error"]
    details = error.get("details", {})
    if error["code"] == "permission_denied":
        return case.operation.definition.raw["operationId"] in NOT_EVEN_AN_ADMIN
    if error["code"] == "precondition_failed":
        return "if-match" in headers
    if error["code"] == "idempotency_key_reused":
        return "idempotency-key" in headers
    if error["code"] in ("validation_error", "invalid_parameters"):
        return bool(details) and all(NOT_OF_SHAPE.fullmatch(sentence) for sentence in details.values())
    if error["code"] in ("invalid_credentials", "account_shut"):
        return bool(case.operation.definition.raw["operationId"] == "signIn")
    return error["code"] in ("invalid_status_transition", "batch_rejected")


def _is_fair_in_changes(errors: list[Any], case: Any) -> bool:
    return all(error["code"] not in OF_SHAPE or _is_excused(error, case) for error in errors)


def _is_excused(error: Any, case: Any) -> bool:
    """Tells whether something is amiss with values that the schema takes, for a reason it cannot give."""
    body = case.body if isinstance(case.body, dict) else {}
    named = re.search(r'"(.*?)"', error["message"])
    value = body.get(named[1] if named else "")
    if error["code"] == 3001:  # nothing but blanks; or what is needed because of something else
        return (isinstance(value, str) and not value.strip()) or (
            named is not None and named[1] == "location"
        )
    if error["code"] == 3003:
        return "\\u0000" in json.dumps([body, dict(case.query or {})], default=str) or (
            named is not None and named[1] in ("location", "warningHours")
        )
    # An additional attribute may be unknown, and what it is to say not what it can say.
    return bool(body.get("additionalAttributes"))
