"""The project's own source, as syntax trees and as the statements written in it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "punchlist"

_BEGINS_LIKE_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|TRUNCATE|COPY)\s")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def modules(under: Path = SOURCE) -> list[Path]:
    """Every module below a folder."""
    return sorted(path for path in under.rglob("*.py"))


class Literal(NamedTuple):
    """A text in the source; what an f-string leaves open is `…`."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(SOURCE)}:{self.line}: {' '.join(self.text.split())[:90]}"

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches every text that the literal may become."""
        return re.compile(".*?".join(map(re.escape, self.text.split("…"))), re.DOTALL)


def literals(path: Path) -> Iterator[Literal]:
    """The texts of a module, its docstrings and the parts of other texts left out."""
    inside: set[int] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in ast.walk(node) if part is not node}
        elif isinstance(node, ast.Expr):
            inside.add(id(node.value))
    for node in ast.walk(tree(path)):
        if id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
            yield Literal(path, node.lineno, "".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield Literal(path, node.lineno, node.value)


def statements(path: Path) -> list[Literal]:
    """The texts of a module that begin like a statement of SQL."""
    return [literal for literal in literals(path) if _BEGINS_LIKE_SQL.match(literal.text)]
