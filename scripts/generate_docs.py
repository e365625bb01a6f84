"""Writes the parts of the manual that the code already knows: tables, lists and the lifecycle's diagram.

Such a part stands in a page between `<!-- generated: NAME -->` and `<!-- end of generated -->`; what is
between them is replaced, and nothing else is touched. `make docs` runs this, and a test fails when a page
is out of date. The words that only people can write stand in `docs_words.py`, one for each thing that
needs one: a new error code, field or bound without words stops this program.
"""

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from punchlist.api.changes.errors import WORDS as CHANGE_ERRORS
from punchlist.api.changes.routes import ENDPOINTS as CHANGE_ENDPOINTS
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.parameters import Parameter
from punchlist.api.tasks.errors import ERRORS, SENTENCES
from punchlist.api.tasks.notification_routes import LIST as NOTIFICATION_LIST
from punchlist.api.tasks.parameters import TASK_LIST, USER_LIST
from punchlist.api.tasks.routes import ENDPOINTS
from punchlist.api.tasks.wire import CommentOut, KeyOut, TaskOut, UserOut
from punchlist.api.tasks.wire_notifications import NotificationOut
from punchlist.cli.main import app
from punchlist.domain import limits
from punchlist.domain.change_lifecycle import MOVES, ChangeStatus, When
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.deliveries import pause_before
from punchlist.domain.implementation_tasks import RULES
from punchlist.domain.keys import Scope, effective_scopes
from punchlist.domain.lifecycle import TRANSITIONS
from punchlist.domain.notice_preferences import FIXED_SERVICES, HOSTED_SERVICES
from punchlist.domain.permissions import GRANTS, Relation, Role
from punchlist.domain.plans import ALLOWANCES
from punchlist.domain.publication import PUBLISHED
from punchlist.settings import SETTINGS, Setting
from scripts import docs_words as words

ROOT = Path(__file__).resolve().parent.parent

BEGIN, END = "<!-- generated: {name} -->", "<!-- end of generated -->"

Rows = Iterable[Sequence[str]]


def pages() -> list[Path]:
    """Every page of the documentation, the README first."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def table(columns: Sequence[str], rows: Rows) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(text: str) -> str:
    return f"`{text}`"


def some(words: Sequence[str], last: str = "or") -> str:
    """Words as a sentence lists them."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def lifecycle_diagram() -> str:
    begin = next(iter(TRANSITIONS))
    arrows = [f"    {status} --> {to}" for status, following in TRANSITIONS.items() for to in following]
    ends = [f"    {status} --> [*]" for status, following in TRANSITIONS.items() if not following]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {begin}", *arrows, *ends, "```"])


def lifecycle_table() -> str:
    rows = [
        (code(status), ", ".join(map(code, following)) or "nothing")
        for status, following in TRANSITIONS.items()
    ]
    return table(("from", "to"), rows)


def permissions() -> str:
    rows = [
        (action.value, *(_granted(relations[role]) for role in Role)) for action, relations in GRANTS.items()
    ]
    return table(("may …", *(f"{role}" for role in Role)), rows)


def _granted(relations: frozenset[Relation]) -> str:
    if Relation.ANYONE in relations:
        return "yes"
    return some([words.RELATIONS[each] for each in Relation if each in relations]) if relations else "no"


def scopes() -> str:
    rows = []
    for scope in Scope:
        also = sorted((effective_scopes((scope,)) or frozenset()) - {scope})
        rows.append((code(scope), words.SCOPES[scope], ", ".join(map(code, also)) or "nothing"))
    return table(("scope", "allows", "includes"), rows)


def plans() -> str:
    rows = [
        (code(plan), f"{each.per_minute:,}", f"{each.per_day:,}") if each else (code(plan), "∞", "∞")
        for plan, each in ALLOWANCES.items()
    ]
    return table(("plan", "requests a minute", "requests a day"), rows)


def endpoints(described: tuple[Endpoint, ...]) -> str:
    rows = [
        (
            f"{endpoint.method} {code(endpoint.path)}",
            endpoint.summary,
            code(endpoint.scope) if endpoint.scope else "",
            ", ".join(str(status) for status in endpoint.answers),
        )
        for endpoint in described
    ]
    return table(("endpoint", "what it does", "scope", "success"), rows)


def errors() -> str:
    """One row for each message, and with a code's first one what a client can do about it."""
    rows = []
    told: set[str] = set()
    for each in sorted(ERRORS.values(), key=lambda each: each.status):
        advice = "" if each.code in told else words.ADVICE[each.code]
        rows.append((str(each.status), code(each.code), code(each.message), advice))
        told.add(each.code)
    return table(("status", "code", "message", "what to do"), rows)


def change_errors() -> str:
    """One row for each message of the change dialect, by their numbers."""
    rows = sorted({(each.code, each.status, each.message) for each in CHANGE_ERRORS.values()})
    return table(
        ("code", "status", "message"), [(code(str(each[0])), str(each[1]), code(each[2])) for each in rows]
    )


def change_lifecycle() -> str:
    rows = [
        (
            some([code(status) for status in ChangeStatus if status in move.sources]),
            code(move.asked),
            "" if move.when is When.ALWAYS else move.when,
            code(move.result) if move.result else f"refused with {CHANGE_ERRORS[ChangeKind.NO_ROUTING].code}",
            _standings(move.who),
        )
        for move in MOVES
    ]
    return table(("from", "asked for", "if", "becomes", "who may ask"), rows)


def _standings(relations: frozenset[Relation]) -> str:
    return some([words.STANDINGS[each] for each in Relation if each in relations])


def implementation_tasks() -> str:
    rows = [
        (
            deed,
            _standings(who),
            "; ".join(f"{gate} (else {CHANGE_ERRORS[refusal].code})" for gate, refusal in gates),
        )
        for deed, (who, gates) in RULES.items()
    ]
    return table(("to", "one must be", "and it must hold that"), rows)


def sentences() -> str:
    return "\n".join(f"- {code(sentence)}" for sentence in dict.fromkeys(SENTENCES.values()))


def _fields(struct: type[msgspec.Struct], rules: dict[str, str]) -> str:
    names = [field.encode_name for field in msgspec.structs.fields(struct)]
    return table(("field", "what it is"), [(code(name), rules[name]) for name in names])


def _parameters(parameters: tuple[Parameter, ...]) -> str:
    rows = [(code(each.name), _takes(each), each.description) for each in parameters]
    return table(("parameter", "takes", "which"), rows)


def _takes(parameter: Parameter) -> str:
    schema = parameter.schema
    if schema["type"] == "array":
        return f"one or more: {_one(schema['items'])}"
    return _one(schema)


def _one(schema: dict[str, Any]) -> str:
    if "minimum" in schema:
        return f"{schema['minimum']:,} to {schema['maximum']:,}; default {schema['default']}"
    if "enum" in schema:  # with signs where it is an order
        return ", ".join(code(name) for name in schema["enum"] if name[0].isalpha())
    if "maxLength" in schema:
        return f"{schema['minLength']} to {schema['maxLength']} characters"
    kinds = {"boolean": "`true` or `false`", "string": "an id"}
    return "an instant" if schema.get("format") == "date-time" else kinds[schema["type"]]


def settings() -> str:
    rows = [
        (code(each.name), _flags(each), code(each.variable), _default(each), f"{each.help} {_allowed(each)}")
        for each in SETTINGS.values()
    ]
    return table(("in the file", "flag", "in the environment", "default", "what it is"), rows)


def _flags(setting: Setting) -> str:
    no = f"--no-{setting.flag[2:]}"
    return f"{code(setting.flag)}, {code(no)}" if isinstance(setting.default, bool) else code(setting.flag)


def _default(setting: Setting) -> str:
    if setting.default in (None, ""):
        return "none"
    return code(str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default))


def _allowed(setting: Setting) -> str:
    return f"{setting.allowed[0].upper()}{setting.allowed[1:]}."


def commands() -> str:
    rows = [(code(name), (command.help or "").splitlines()[0]) for name, command in all_commands().items()]
    return table(("command", "what it does"), rows)


def all_commands() -> dict[str, TyperCommand]:
    """Every command of the program by the words that call it."""
    program = get_command(app)
    assert isinstance(program, TyperGroup)
    return dict(_commands("punchlist", program))


def _commands(prefix: str, group: TyperGroup) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(f"{prefix} {name}", command)
        else:
            assert isinstance(command, TyperCommand)
            yield f"{prefix} {name}", command


def apprise_services() -> str:
    hosted = some([code(name) for name in sorted(HOSTED_SERVICES) if not name.endswith("s")], "and")
    fixed = some([code(name) for name in sorted(FIXED_SERVICES)], "and")
    return f"- at a host that you name, with an `s` at the end for HTTPS: {hosted}\n- at their own: {fixed}"


def bounds() -> str:
    return table(("what", "at most"), words.BOUNDS)


def webhook_events() -> str:
    return table(("event", "when"), [(code(name), words.PUBLISHED[name]) for name in PUBLISHED.values()])


def webhook_retries() -> str:
    """Each retry with its pause and, in whole minutes or hours, when that is after the first attempt."""
    rows, since = [], dt.timedelta()
    for retry in range(1, limits.DELIVERY_RETRIES + 1):
        pause = pause_before(retry, 0)
        since += pause
        rows.append((str(retry), _span(pause), _span(since)))
    return table(("retry", "pause before it", "after the first attempt"), rows)


def _span(span: dt.timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


PARTS: dict[str, Callable[[], str]] = {
    "lifecycle diagram": lifecycle_diagram,
    "lifecycle table": lifecycle_table,
    "permissions": permissions,
    "scopes": scopes,
    "plans": plans,
    "endpoints": lambda: endpoints(ENDPOINTS),
    "change endpoints": lambda: endpoints(CHANGE_ENDPOINTS),
    "change errors": change_errors,
    "change lifecycle": change_lifecycle,
    "implementation tasks": implementation_tasks,
    "errors": errors,
    "sentences": sentences,
    "task fields": lambda: _fields(TaskOut, words.TASK),
    "user fields": lambda: _fields(UserOut, words.USER),
    "comment fields": lambda: _fields(CommentOut, words.COMMENT),
    "key fields": lambda: _fields(KeyOut, words.KEY),
    "task list": lambda: _parameters(TASK_LIST),
    "user list": lambda: _parameters(USER_LIST),
    "notification fields": lambda: _fields(NotificationOut, words.NOTIFICATION),
    "notification list": lambda: _parameters(NOTIFICATION_LIST),
    "apprise services": apprise_services,
    "settings": settings,
    "commands": commands,
    "bounds": bounds,
    "webhook events": webhook_events,
    "webhook retries": webhook_retries,
}


def brought_up_to_date(page: str) -> str:
    """The text of a page with all of its generated parts as the code now has them."""
    for name, make in PARTS.items():
        begin = BEGIN.format(name=name)
        before, found, rest = page.partition(begin)
        if found:
            _, ended, after = rest.partition(END)
            if not ended:
                raise ValueError(f"{begin} has no {END}")
            page = f"{before}{begin}\n{make()}\n{END}{after}"
    return page


def main() -> None:
    for path in pages():
        text = path.read_text("utf-8")
        fresh = brought_up_to_date(text)
        if fresh != text:
            path.write_text(fresh, "utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)} is new\n")


if __name__ == "__main__":
    main()
