"""How every process of Punchlist logs: lines for people, or one JSON object per line, on stderr.

Whoever logs writes a plain message and puts the facts into `extra={...}`; each becomes a field. The id
of the request at hand is added by itself. Nothing here masks secrets: they are not to be logged.
"""

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec

# Set by the HTTP side for the duration of a request.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# What a record has of its own; the rest of its attributes came with `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}

# Libraries that tell at INFO what we tell ourselves.
_LOUD = ("uvicorn", "uvicorn.error", "alembic", "asyncio", "pgqueuer", "apprise")


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    extra = {name: value for name, value in vars(record).items() if name not in _OWN}
    current = request_id.get()
    return extra if current is None else {"request_id": current} | extra


def _on_one_line(value: object) -> str:
    """Quotes what has line breaks or escapes: a path that a caller made up must not forge a line."""
    text = str(value)
    return text if text.isprintable() else repr(text)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S.%f")[:-3]
        fields = "".join(f" {name}={_on_one_line(value)}" for name, value in _fields(record).items())
        line = f"{clock} {record.levelname.lower():7} {record.getMessage()}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(log_format: str, log_level: str) -> None:
    """Sets up logging for this process; doing it again replaces what was."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if log_format == "json" else _Console())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(log_level.upper())
    for name in _LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # Warnings of libraries about libraries are for developers, who run the tests.
    logging.captureWarnings(True)
