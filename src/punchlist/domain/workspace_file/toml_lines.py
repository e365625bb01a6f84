"""On which line of a TOML document each key and each entry of a list stands.

`tomllib` reads a document but says nothing of where. This walks a text that `tomllib` has already accepted,
so it need not know what is allowed, only where one thing ends and the next begins.
"""

import bisect
import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# A string of several lines may end in one or two quotes of its own, before the three that close it.
_STRING = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""' r'"{0,2}'
    r"|'''[\s\S]*?'''" r"'{0,2}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
)  # fmt: skip
_SCALAR = re.compile(r"[^,\]}#\n]+")  # a date may have a space inside


def lines_of(text: str) -> dict[Path, int]:
    """Returns the line, from 1, of every key, table and list entry, by paths such as ("users", 0, "name")."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.found


class _Scanner:
    """A place in the text, and what was found up to there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._tables: dict[Path, int] = {}  # how many [[tables]] of a name there are so far

    def document(self) -> None:
        table: Path = ()
        self._skip()
        while self.at < len(self.text):
            if self._take("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _header(self) -> Path:
        line = self._line()
        is_list = self._take("[")
        *parents, last = self._key()
        self._take("]]" if is_list else "]")
        path: Path = ()
        for part in parents:
            path = self._latest((*path, part))
            self.found.setdefault(path, line)
        path = (*path, last)
        self.found.setdefault(path, line)
        if is_list:
            self._tables[path] = self._tables.get(path, 0) + 1
            path = self._latest(path)
        self.found[path] = line
        return path

    def _latest(self, path: Path) -> Path:
        """What a table's name means in a header: the last of them, where there are several."""
        count = self._tables.get(path)
        return path if count is None else (*path, count - 1)

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self.found.setdefault(path, line)
        self._take("=")
        self._skip()
        self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip()
            quoted = _STRING.match(self.text, self.at)
            match = quoted or _BARE_KEY.match(self.text, self.at)
            assert match is not None, "the text is no TOML"
            self.at = match.end()
            parts.append(str(tomllib.loads(f"key = {match[0]}")["key"]) if quoted else match[0])
            self._skip()
            if not self._take("."):
                return parts

    def _value(self, path: Path) -> None:
        if self._take("["):
            for index in self._until("]"):
                self.found[(*path, index)] = self._line()
                self._value((*path, index))
        elif self._take("{"):
            for _ in self._until("}"):
                self._pair(path)
        else:
            match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            assert match is not None, "the text is no TOML"
            self.at = match.end()

    def _until(self, end: str) -> Iterator[int]:
        """Counts the entries up to a bracket, standing at the beginning of each."""
        index = 0
        self._skip()
        while not self._take(end):
            yield index
            index += 1
            self._skip()
            self._take(",")
            self._skip()

    def _take(self, sign: str) -> bool:
        taken = self.text.startswith(sign, self.at)
        self.at += len(sign) if taken else 0
        return taken

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _line(self) -> int:
        return bisect.bisect_left(self._ends, self.at) + 1
