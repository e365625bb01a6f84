"""Every key and entry of a TOML document has a line, whatever the document looks like."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain.workspace_file.toml_lines import Path, lines_of
from punchlist.domain.workspace_file.toml_text import quoted
from tests.stateful.bounds import examples


def paths_in(value: Any, path: Path = ()) -> list[Path]:
    """The paths of everything in a document, read with the line-blind parser."""
    if isinstance(value, dict):
        inside = [((*path, key), each) for key, each in value.items()]
    elif isinstance(value, list):
        inside = [((*path, index), each) for index, each in enumerate(value)]
    else:
        return []
    return [found for place, each in inside for found in (place, *paths_in(each, place))]


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
_GAPS = st.sampled_from(["", " ", "\t"])
_BREAKS = st.sampled_from(["", " ", "\n", " # ] } ' \"\n", "\n\n"])


@st.composite
def scalars(draw: st.DrawFn) -> str:
    """A value that is no list and no table, in one of the forms that TOML has for it."""
    text = draw(_TEXT)
    tame = "".join(char for char in text if char.isprintable() and char not in "'\\")
    return draw(
        st.sampled_from(
            [
                quoted(text),
                f"'{tame}'",
                f'"""{quoted(text)[1:-1]}\n"x" ]\n"""',
                f'"""{quoted(tame)[1:-1]}\\""""""',
                f"'''{tame} = [\n'''",
                "true",
                "-1.5e3",
                "1979-05-27 07:32:00",
                "0xff",
            ]
        )
    )


@st.composite
def keys(draw: st.DrawFn, number: int) -> str:
    """A key that no other has, by its number."""
    return draw(st.sampled_from([f"k{number}", f'"k {number}"', f"'k.{number}]'"]))


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.sampled_from(["scalar", "list", "table"] if depth else ["scalar"]))
    if kind == "scalar":
        return draw(scalars())
    count = draw(st.integers(0, 3))
    if kind == "list":
        inside = [f"{draw(_BREAKS)}{draw(values(depth - 1))}{draw(_BREAKS)}" for _ in range(count)]
        return f"[{','.join(inside)}{draw(_BREAKS)}]"
    pairs = [f"{draw(keys(place))}{draw(_GAPS)}={draw(_GAPS)}{draw(values(0))}" for place in range(count)]
    return f"{{{', '.join(pairs)}}}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    parts = []
    for number in range(draw(st.integers(0, 5))):
        parts.append(draw(_BREAKS).rstrip(" "))
        if draw(st.booleans()):
            header = draw(keys(number))
            parts.append(f"\n{draw(_GAPS)}[{header}]\n" if draw(st.booleans()) else f"\n[[ {header} ]]\n" * 2)
        parts.append(f"\n{draw(keys(number + 100))}{draw(_GAPS)}={draw(_GAPS)}{draw(values())}\n")
    return "".join(parts)


@examples(300)
@given(documents())
def test_whatever_is_in_a_document_has_a_line_and_nothing_else_has(text):
    found = lines_of(text)
    assert set(found) == set(paths_in(tomllib.loads(text)))
    lines = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str):
            assert path[-1] in lines[line - 1]
