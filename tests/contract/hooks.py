"""What schemathesis cannot know by itself; it loads this module by the name in its configuration."""

import os
import re
from typing import Any

import schemathesis

# The key that the requests are made with. Without it the rest of the run would see nothing but 401.
OWN_KEY = os.environ["OWN_KEY_ID"]
NOBODYS_KEY = "0" * 20

# A request that fits the schema may be refused for what it is about, for the time, or for what no
# schema says: never for its shape.
NOT_OF_SHAPE = re.compile(
    r"""
      .+\ with\ ID\ '.*'\ (does\ not\ exist|is\ disabled)
    | .+\ must\ be\ in\ the\ future
    | .+\ needs\ a\ due\ date
    | .+\ is\ required                       # where there is nothing but blanks
    | .+\ must\ have\ at\ least\ [13]\ characters     # likewise, in a query
    | Each\ tag\ must\ have\ .+              # likewise
    | .+\ must\ not\ contain\ NUL\ characters
    | .+\ must\ be\ networks\ in\ CIDR\ form,\ .+
    | .+\ must\ be\ a\ valid\ email\ address
    | Cannot\ transition\ from\ .+
    | sort\ must\ be\ one\ or\ more\ of,\ each\ once:\ .+
    """,
    re.VERBOSE | re.DOTALL,
)

# What even an admin may not do: change their own role, delete themselves, edit what others said.
NOT_EVEN_AN_ADMIN = {"updateUser", "deleteUser", "updateComment"}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Keeps the run from revoking the key that it lives on."""
    if case.path_parameters and case.path_parameters.get("keyId") == OWN_KEY:
        case.path_parameters["keyId"] = NOBODYS_KEY


@schemathesis.check
def refused_only_for_what_no_schema_says(context: Any, response: Any, case: Any) -> None:
    """What fits the document is accepted, or refused for a reason that no schema can express."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code < 400 or response.status_code in (404, 409):
        return
    if "" in (case.query or {}).values():
        return  # a null of an earlier answer, tried as a parameter, is sent as nothing at all
    headers = {name.lower() for name in case.headers or {}}
    error = response.json()["error"]
    details = error.get("details", {})
    if error["code"] == "permission_denied":
        fair = case.operation.definition.raw["operationId"] in NOT_EVEN_AN_ADMIN
    elif error["code"] == "precondition_failed":
        fair = "if-match" in headers
    elif error["code"] == "idempotency_key_reused":
        fair = "idempotency-key" in headers
    elif error["code"] in ("validation_error", "invalid_parameters"):
        fair = bool(details) and all(NOT_OF_SHAPE.fullmatch(sentence) for sentence in details.values())
    else:
        fair = error["code"] in ("invalid_status_transition", "batch_rejected")
    if not fair:
        raise AssertionError(f"What fits the document was refused: {response.status_code} {error}")
