"""A plan in words, a line for each entry that would change; and the mistakes of a file, a line for each."""

from collections import Counter
from typing import Any

from punchlist.domain.workspace_file.entries import SECTIONS, TemplateEntry, shown
from punchlist.domain.workspace_file.fields import Mistake
from punchlist.domain.workspace_file.planning import Act, Difference, Step
from punchlist.domain.workspace_file.toml_text import quoted

_SIGNS = {Act.MAKE: "+", Act.CHANGE: "~", Act.DISABLE: "-"}


def describe(steps: tuple[Step, ...]) -> str:
    """The steps of a plan that change something, in the order in which they are taken, and their number."""
    lines = [_line(step) for step in steps if step.act is not Act.KEEP]
    return "\n".join([*lines, _summary(steps)])


def _summary(steps: tuple[Step, ...]) -> str:
    count = Counter(step.act for step in steps)
    return (
        f"{count[Act.MAKE]} to make, {count[Act.CHANGE]} to change, {count[Act.DISABLE]} to disable, "
        f"{count[Act.KEEP]} to keep as they are."
    )


def _line(step: Step) -> str:
    noun = SECTIONS[step.section].noun if step.section in SECTIONS else step.section
    begin = f"  {_SIGNS[step.act]} {noun:<13} {_printable(shown(step.key))}"
    said = _made(step) if step.act is Act.MAKE else _changed(step)
    return f"{begin}: {said}" if said else begin


def _made(step: Step) -> str:
    words = ["only for those below it"] if step.section == "categories" and not step.value.assignable else []
    return ", ".join([*words, *_password(step)])


def _changed(step: Step) -> str:
    if step.act is Act.DISABLE:
        return "disable"
    return "; ".join([*map(difference_in_words, step.differences), *_password(step)])


def _password(step: Step) -> list[str]:
    return ["password set"] if step.sets_password else []


def difference_in_words(difference: Difference) -> str:
    """What changes in one field: its values, or what comes and goes where it is a list."""
    if difference.field == "enabled":
        return "enable"
    label = difference.field.replace("_", " ")
    if isinstance(difference.old, tuple):
        return f"{label}: {_list_in_words(difference.old, difference.new)}"
    return f"{label}: {_in_words(difference.old)} → {_in_words(difference.new)}"


def _list_in_words(old: tuple[Any, ...], new: tuple[Any, ...]) -> str:
    olds, news = {_name(each): each for each in old}, {_name(each): each for each in new}
    words = [f"+{_in_words(name)}" for name in news if name not in olds]
    words += [f"-{_in_words(name)}" for name in olds if name not in news]
    words += [f"~{_in_words(name)}" for name in news if name in olds and news[name] != olds[name]]
    return ", ".join(words) or "in another order"


def _name(entry: Any) -> Any:
    return entry.name if isinstance(entry, TemplateEntry) else entry


def _in_words(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _printable(str(value))


def _printable(text: str) -> str:
    """A text that cannot spoil its line, nor make a terminal do something."""
    return text if text.isprintable() and len(text) <= _LONG else _shortened(text)


_LONG = 100


def _shortened(text: str) -> str:
    return quoted(text if len(text) <= _LONG else f"{text[:_LONG]}…")


def list_mistakes(mistakes: tuple[Mistake, ...], file_name: str) -> str:
    """The mistakes of a file, as `file:line: key: reason`."""
    lines = []
    for mistake in mistakes:
        place = file_name if mistake.line is None else f"{file_name}:{mistake.line}"
        key = f"{mistake.key}: " if mistake.key else ""
        lines.append(_one_line(f"{place}: {key}{mistake.reason}"))
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else quoted(char)[1:-1] for char in text)
