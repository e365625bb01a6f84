"""Answers as tables (RFC 4180), for those who take them into a spreadsheet."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from punchlist.api.common.calls import Answer
from punchlist.api.common.downloads import content_disposition

CSV = "text/csv"

# With one of these at its beginning, a spreadsheet takes a text for a formula and runs it.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def wants_table(headers: Mapping[str, str], chosen: str | None) -> bool:
    """Tells whether a client wants a table: it says so by a parameter, or asks for that media type and not
    for JSON."""
    if chosen is not None:
        return chosen == "csv"
    named = {part.partition(";")[0].strip().lower() for part in headers.get("accept", "").split(",")}
    return CSV in named and "application/json" not in named


def table(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Answer:
    """An answer that is a table with a line of headings, to be saved under a name."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    headers = {
        "content-type": f"{CSV}; charset=utf-8; header=present",
        "content-disposition": content_disposition(f"{name}.csv"),
        "x-content-type-options": "nosniff",
        "vary": "accept",
    }
    return Answer(200, text.getvalue().encode(), headers)


def _cell(value: Any) -> Any:
    """A value as a spreadsheet takes it for what it is, and for no more."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
