"""How values are kept in the history."""

from datetime import datetime
from typing import Any


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
