"""Rules of the house that can be read off the source: who may ask for a role, where SQL is written, and
that every refusal is raised with the facts its words need."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from punchlist.api.changes.errors import WORDS
from punchlist.api.common.problems import HttpKind
from punchlist.api.tasks.errors import ERRORS, SENTENCES
from punchlist.api.tasks.names import FIELDS
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Kind, Reason
from tests.architecture.source import ROOT, SOURCE, literals, modules, tree

# --- SQL ------------------------------------------------------------------------------------------------

_SQL = re.compile(
    r"\b(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|TRUNCATE\s)", re.DOTALL
)


def test_sql_is_written_in_the_store_and_nowhere_else():
    outside = [path for path in modules() if SOURCE / "store" not in path.parents]
    assert len(outside) > 40
    assert [str(literal) for path in outside for literal in literals(path) if _SQL.search(literal.text)] == []


def test_the_store_is_where_sql_is_found():
    found = {
        path.name for path in modules(SOURCE / "store") for each in literals(path) if _SQL.search(each.text)
    }
    assert {"tasks.py", "users.py", "keys.py", "events.py"} <= found


# --- roles ----------------------------------------------------------------------------------------------

# The table's two readings, and where an actor is made of what the database says.
MAY_ASK_FOR_AN_ACTORS_ROLE = {"domain/permissions.py", "store/visibility.py"}
# Everything else that compares roles is about the user who is to be changed, not about who asks.
MAY_COMPARE_ROLES = MAY_ASK_FOR_AN_ACTORS_ROLE | {
    "services/users.py",
    "services/demo/team_tasks.py",
    "domain/workspace_file/checks.py",
}


def places_where(found: object) -> set[str]:
    return {
        str(path.relative_to(SOURCE))
        for path in modules()
        for node in ast.walk(tree(path))
        if found(node)  # type: ignore[operator]
    }


def asks_for_an_actors_role(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "role"
        and (
            (isinstance(node.value, ast.Name) and node.value.id == "actor")
            or (isinstance(node.value, ast.Attribute) and node.value.attr == "actor")
        )
    )


def compares_roles(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    sides = (node.left, *node.comparators)
    if any(isinstance(side, ast.Name) and side.id == "UNSET" for side in sides):
        return False  # asks whether a role was sent at all
    return any(
        isinstance(side, ast.Attribute)
        and (side.attr == "role" or (isinstance(side.value, ast.Name) and side.value.id == "Role"))
        for side in sides
    )


def test_nothing_but_the_table_asks_for_an_actors_role():
    assert places_where(asks_for_an_actors_role) == MAY_ASK_FOR_AN_ACTORS_ROLE


def test_roles_are_compared_only_where_users_are_changed():
    assert places_where(compares_roles) <= MAY_COMPARE_ROLES


# --- refusals -------------------------------------------------------------------------------------------

# What the words are given beside the facts a refusal is raised with.
ALWAYS_THERE = {"label", "attribute", "request_id", "doing"}


def calls_of(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """The calls of these in the source, the document's examples left out."""
    for path in modules():
        if path.is_relative_to(SOURCE / "api" / "openapi"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield path, node


def member(node: ast.expr | None, *enums: type) -> object:
    """The member that an expression such as `Kind.STALE` names, if it is one."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        for enum in enums:
            if enum.__name__ == node.value.id:
                return getattr(enum, node.attr)
    return None


def needed(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name} - ALWAYS_THERE


def message_of(kind: object) -> str:
    """What is said of a kind or a reason: what the tasks' rules refuse in their dialect's words, what the
    rules of changes refuse in theirs."""
    if isinstance(kind, ChangeKind):
        return WORDS[kind].message
    return SENTENCES[kind] if isinstance(kind, Reason) else ERRORS[kind].message  # type: ignore[index]


def refusals() -> list[tuple[str, object, set[str] | None]]:
    """Every `Rejected(...)` of the source: where, its kind, and its facts (None: not told by the source)."""
    found = []
    for path, call in calls_of("Rejected"):
        kind = member(call.args[0], Kind, HttpKind, ChangeKind)
        facts = {keyword.arg or "" for keyword in call.keywords}
        where = f"{path.relative_to(SOURCE)}:{call.lineno}"
        found.append((where, kind, None if "" in facts else facts))
    return found


def test_every_refusal_is_raised_with_the_facts_that_its_message_needs():
    assert len(refusals()) > 30
    missing = [
        f"{where}: {kind} without {needed(message_of(kind)) - facts}"
        for where, kind, facts in refusals()
        if kind is not None and facts is not None and not needed(message_of(kind)) <= facts
    ]
    assert missing == []


def test_what_the_source_does_not_tell_of_a_refusal_is_known_here():
    """A kind that is chosen as it goes, and facts made elsewhere; the tests of errors render both."""
    untold = {where.split(":")[0] for where, kind, facts in refusals() if kind is None or facts is None}
    assert untold == {
        "api/common/door.py",
        "api/protocol.py",
        "domain/change_lifecycle.py",
        "domain/implementation_tasks.py",
        "domain/tasks.py",
    }


def test_every_kind_of_refusal_is_raised_somewhere():
    raised = {kind for _, kind, _ in refusals()} - set(ChangeKind)
    chosen_elsewhere = {Kind.MINUTE_LIMIT, Kind.DAY_LIMIT, HttpKind.NOT_HTTP, HttpKind.HEAD_TOO_LARGE}
    assert {*Kind, *HttpKind} - raised == chosen_elsewhere


def problems() -> Iterator[tuple[str, object, set[str]]]:
    """Every problem of the source: where, its reason, and its facts."""
    for path, call in calls_of("Problem", "BadValueError"):
        is_problem = isinstance(call.func, ast.Name) and call.func.id == "Problem"
        reason = member(call.args[1] if is_problem else call.args[0], Reason, ChangeKind)
        facts = {keyword.arg or "" for keyword in call.keywords}
        if is_problem and len(call.args) > 2 and isinstance(call.args[2], ast.Dict):
            facts |= {key.value for key in call.args[2].keys if isinstance(key, ast.Constant)}  # type: ignore[misc]
        told = not (is_problem and len(call.args) > 2 and not isinstance(call.args[2], ast.Dict))
        if reason is not None and told:
            yield f"{path.relative_to(SOURCE)}:{call.lineno}", reason, facts


def test_every_problem_is_found_with_the_facts_that_its_sentence_needs():
    assert len(list(problems())) > 30
    missing = [
        f"{where}: {reason} without {needed(message_of(reason)) - facts}"
        for where, reason, facts in problems()
        if not needed(message_of(reason)) <= facts
    ]
    assert missing == []


def test_every_field_that_a_rule_complains_of_has_a_name():
    named = {
        call.args[0].value
        for path, call in calls_of("Problem")
        if SOURCE / "domain" in path.parents
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and member(call.args[1], Reason) is not None
    }
    assert len(named) > 7
    assert named <= set(FIELDS)


# --- limits and tests -----------------------------------------------------------------------------------


def limits() -> list[str]:
    body = tree(SOURCE / "domain" / "limits.py").body
    return [
        node.targets[0].id
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]


def names_in(path: Path) -> set[str]:
    attributes = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("limit", limits())
def test_every_limit_is_heeded_somewhere(limit: str):
    heeding = [path for path in modules() if path.name != "limits.py" and limit in names_in(path)]
    assert heeding


def test_no_test_is_skipped_or_expected_to_fail():
    banned = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in modules(ROOT / "tests")
        if path != Path(__file__) and banned.search(path.read_text("utf-8"))
    ]
    assert found == []
