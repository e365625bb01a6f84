"""Values to draw from: what people write, the things they write about, and what nobody should send."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from punchlist.domain import ids
from punchlist.domain.lifecycle import Status
from punchlist.domain.tasks import Priority

NOW = dt.datetime(2030, 5, 17, 12, 0, 0, tzinfo=dt.UTC)

# Everything that PostgreSQL can store as text: no NUL, and no half of a surrogate pair.
characters = st.characters(codec="utf-8", exclude_characters="\0")


def text(least: int, most: int) -> st.SearchStrategy[str]:
    """Any text of so many characters."""
    return st.text(characters, min_size=least, max_size=most)


lines = text(1, 40).filter(str.strip)
identifiers = st.text(ids.ALPHABET, min_size=ids.LENGTH, max_size=ids.LENGTH)


def _instants(first: int, last: int) -> st.SearchStrategy[dt.datetime]:
    """Instants at whole seconds, from the first of one year to the first of another."""
    bounds = (int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp()) for year in (first, last))
    return st.integers(*bounds).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


instants = _instants(2025, 2040)
# As JSON writes them, long after the server's clock.
futures = _instants(2200, 2300).map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%SZ}")
hours = st.one_of(st.integers(0, 8760), st.floats(0, 8760))
tags = st.lists(text(1, 12).map(str.strip).filter(bool), max_size=5, unique=True)
statuses = st.sampled_from([status.value for status in Status])
priorities = st.sampled_from([priority.value for priority in Priority])


def bodies(people: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """What somebody may send to create a task; every part of it is valid."""
    plain = st.fixed_dictionaries(
        {"title": lines},
        optional={
            "description": st.none() | text(0, 60),
            "status": statuses,
            "priority": priorities,
            "assigneeId": st.none() | st.sampled_from(people),
            "tags": st.none() | tags,
        },
    )
    dated = st.fixed_dictionaries({"dueDate": futures}, optional={"warningOffset": st.none() | hours})
    undated = st.sampled_from([{}, {"dueDate": None}, {"dueDate": None, "warningOffset": None}])
    return st.builds(lambda one, other: one | other, plain, dated | undated)


# JSON of any shape, as Python sees it.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
