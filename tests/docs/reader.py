"""A reader who follows a page to the letter, and compares what they get with what it shows.

They type each block into one shell. What the page shows is what must come, but for what nobody can know
beforehand: ids, tokens, instants and the like. Those the reader puts in the place of the page's from then on,
as anybody would.
"""

import contextlib
import json
import re
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

from tests.docs.machine import Machine
from tests.docs.pages import Block, Step
from tests.support.servers import PATIENCE_SECONDS

_MARK = "---- that was all ----"
_SERVE = re.compile(r"(make run|(\.venv/bin/)?punchlist serve)\b.*")

# What differs from one run to the next. The first three are names: the same stays the same.
_VARIES = {
    "token": r"[ps]l_[0-9a-z]{1,8}_[0-9A-Za-z]{32}",
    "id": r"\b[0-9A-Z]{20}\b",
    "secret": r"whsec_[0-9A-Za-z+/]{43}=",
    # 2035 is when everything in the manual is due.
    "instant": r"\b(?!2035)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z| UTC)",
    "epoch": r"\b1\d{9}\b",
    "number": r'(?<="id": ")\d+(?=")',
    "workspace": r'(?<="workspaceId": )\d+',
    "hint": r'(?<="hint": ")\w{4}(?=")|(?<=…)\w{4}\b',
    "version": r"(?<=Punchlist )\d+\.\d+\.\d+",
}
_NAMES = ("token", "id", "secret")
VARYING = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _VARIES.items()))


class Http(NamedTuple):
    """An answer as `curl -i` shows it."""

    status: str
    headers: dict[str, str]
    body: str


class Reader:
    """Somebody in front of a shell."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.names: dict[str, str] = {}  # what the page calls something, and what it is called here
        self._shell = subprocess.Popen(
            ["/bin/sh"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=machine.errors,
            text=True,
            cwd=machine.folder,
            env=machine.environment,
        )

    def follow(self, step: Step) -> None:
        """Does a step, and compares what comes of it with what the page shows."""
        commands = step.commands.text
        if _SERVE.fullmatch(commands):
            lines = 0 if step.shown is None else step.shown.text.count("\n") + 1
            came = self.machine.serve(commands, lines=lines)
        else:
            came = self._type(self.machine.put_here(self._with_names(commands)))
        if step.shown is not None:
            self._compare(step.shown, self.machine.as_the_pages_have_it(came))

    def _with_names(self, commands: str) -> str:
        for theirs, ours in self.names.items():
            commands = commands.replace(theirs, ours)
        return commands

    def _type(self, commands: str) -> str:
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{{ {commands}\n}} </dev/null\nprintf '\\n%s %s\\n' '{_MARK}' $?\n")
        self._shell.stdin.flush()
        came: list[str] = []
        for line in self._shell.stdout:
            if line.startswith(_MARK):
                text = "".join(came).removesuffix("\n")
                assert line == f"{_MARK} 0\n", f"{commands}\n{text}\n{self.machine.complaints()}"
                return text
            came.append(line)
        raise AssertionError(f"the shell ended: {self.machine.complaints()}")

    def _compare(self, shown: Block, came: str) -> None:
        if shown.language == "json":
            self._same(as_json(shown.text), as_json(came))
        elif shown.language == "http":
            theirs, ours = as_http(shown.text), as_http(came)
            assert theirs.status == ours.status, came
            assert theirs.headers.keys() <= ours.headers.keys(), came
            self._same(
                "\n".join(f"{name}: {value}" for name, value in theirs.headers.items()),
                "\n".join(f"{name}: {ours.headers[name]}" for name in theirs.headers),
            )
            if theirs.body:
                self._same(as_json(theirs.body), as_json(ours.body))
        else:
            self._same(_plain(shown.text), _plain(came))

    def _same(self, theirs: str, ours: str) -> None:
        assert VARYING.sub(_kind, theirs) == VARYING.sub(_kind, ours)
        for shown, came in zip(VARYING.finditer(theirs), VARYING.finditer(ours), strict=True):
            if shown.lastgroup in _NAMES:
                known = self.names.setdefault(shown[0], came[0])
                assert known == came[0], f"{shown[0]} was {known}, and now it is {came[0]}"

    def leave(self) -> None:
        """Closes the shell."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.close()
        self._shell.wait(PATIENCE_SECONDS)
        self._shell.stdout.close()


def _kind(found: re.Match[str]) -> str:
    return f"<{found.lastgroup}>"


def as_json(text: str) -> str:
    return json.dumps(json.loads(text), indent=1, ensure_ascii=False)


def as_http(text: str) -> Http:
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    status, *headers = head.splitlines()
    named = (header.split(": ", 1) for header in headers)
    return Http(status, {name.lower(): value for name, value in named}, body.strip())


def _plain(text: str) -> str:
    """Lines without their layout, which depends on what is in them."""
    return "\n".join(re.sub(r"[\s─]+", " ", line).strip() for line in text.strip().splitlines())


@contextlib.contextmanager
def reading(machine: Machine) -> Iterator[Reader]:
    """A reader for the block."""
    reader = Reader(machine)
    try:
        yield reader
    finally:
        reader.leave()
