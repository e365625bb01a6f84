"""What PostgreSQL's plan for a statement says of the workspaces that it reaches."""

import re
from collections.abc import Iterator
from typing import Any

Plan = dict[str, Any]

_JOIN_CONDITIONS = ("Hash Cond", "Merge Cond", "Join Filter")
_SCAN_CONDITIONS = ("Index Cond", "Recheck Cond", "Filter")
_EQUAL = re.compile(r"(\w+)\.workspace_id = (\w+)\.workspace_id").fullmatch

# Which side of a join its condition says something about: of the one that is kept whole, nothing.
_BOTH, _INNER, _OUTER = {"Inner", "Semi", "Right Semi"}, {"Left", "Anti"}, {"Right", "Right Anti"}


def unbound(plan: Plan, workspace_id: int, tenant_tables: set[str]) -> list[str]:
    """The places of a plan that could reach, or make, rows of another workspace than this one.

    A scan of a tenant's table is bound by the workspace's number, or by being equal, in a condition that
    must hold, to what is bound: another scan, or a value that the statement was given.
    """
    scans = {node["Alias"]: node for node in _nodes(plan) if node.get("Relation Name") in tenant_tables}
    bound = {
        alias
        for alias, node in scans.items()
        for part in _conjuncts_of(node, _SCAN_CONDITIONS)
        if part == f"{alias}.workspace_id = {workspace_id}"
    }
    edges = {edge for node in _nodes(plan) for edge in _edges(node)}
    bound |= {start for start, _ in edges if start not in scans}
    while reached := {end for start, end in edges if start in bound} - bound:
        bound |= reached
    found = [
        f"reads {node['Relation Name']} as {alias} where {_conjuncts_of(node, _SCAN_CONDITIONS)}"
        for alias, node in scans.items()
        if alias not in bound and node["Node Type"] != "ModifyTable"
    ]
    return found + [
        f"inserts into {node['Relation Name']} with workspace {first}"
        for node in _nodes(plan)
        if node.get("Operation") == "Insert" and node["Relation Name"] in tenant_tables
        for first in [_source(node)["Output"][0]]
        if not re.fullmatch(rf"'?{workspace_id}'?(::integer)?", first)
    ]


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _edges(node: Plan) -> Iterator[tuple[str, str]]:
    """Pairs of aliases: where the first is bound, the second is too."""
    if "Alias" in node:
        for part in _conjuncts_of(node, _SCAN_CONDITIONS):
            if (match := _EQUAL(part)) and node["Alias"] in match.groups():
                one, other = match.groups()
                yield (other, one) if one == node["Alias"] else (one, other)
    if "Join Type" in node:
        sides = {child["Parent Relationship"]: _aliases(child) for child in node["Plans"]}
        for match in filter(None, map(_EQUAL, _conjuncts_of(node, _JOIN_CONDITIONS))):
            for start, end in (match.groups(), match.groups()[::-1]):
                side = "Inner" if end in sides["Inner"] else "Outer"
                if node["Join Type"] in _BOTH | (_INNER if side == "Inner" else _OUTER):
                    yield start, end


def _aliases(plan: Plan) -> set[str]:
    return {node["Alias"] for node in _nodes(plan) if "Alias" in node}


def _source(insertion: Plan) -> Plan:
    return next(child for child in insertion["Plans"] if child["Parent Relationship"] == "Outer")


def _conjuncts_of(node: Plan, names: tuple[str, ...]) -> list[str]:
    return [part for name in names if name in node for part in conjuncts(node[name])]


def conjuncts(condition: str) -> list[str]:
    """The parts of a condition all of which must hold: `((a) AND (b OR c))` has two."""
    while condition.startswith("(") and _closing(condition) == len(condition) - 1:
        condition = condition[1:-1]
    parts = _split(condition, " AND ")
    if len(parts) > 1:
        return [each for part in parts for each in conjuncts(part)]
    # What every branch of an alternative says must hold as well; so a bitmap of two indexes is read.
    alternatives = _split(condition, " OR ")
    if len(alternatives) == 1:
        return [condition]
    first, *others = map(conjuncts, alternatives)
    return [condition, *(each for each in first if all(each in other for other in others))]


def _split(condition: str, connective: str) -> list[str]:
    """The parts of a condition between a connective that stands in no parentheses."""
    parts, start, depth = [], 0, 0
    for place, letter in enumerate(condition):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and condition.startswith(connective, place):
            parts.append(condition[start:place])
            start = place + len(connective)
    return [*parts, condition[start:]]


def _closing(condition: str) -> int:
    """The place of the parenthesis that closes the first one."""
    depth = 0
    for place, letter in enumerate(condition):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place
    return -1
