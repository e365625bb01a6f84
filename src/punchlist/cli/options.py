"""Options that several commands share, made from the table of settings, and what they resolve to."""

from pathlib import Path
from typing import Annotated, Any

import typer

from punchlist import settings
from punchlist.settings import SETTINGS, Settings


def setting(name: str) -> Any:
    """Returns the option for a setting. Its text is checked by `settings`, like any other source's."""
    row = SETTINGS[name]
    switch = isinstance(row.default, bool)
    return typer.Option(
        f"{row.flag}/--no-{row.flag[2:]}" if switch else row.flag,
        help=f"{row.help}{_default(str(row.default).lower()) if row.default not in (None, '') else ''}",
        metavar=None if switch else row.sign,
        show_default=False,
    )


def _default(text: str) -> str:
    # Typer would set the text in parentheses; the backslash keeps Rich from reading it as a style.
    return f" \\[default: {text}]"


ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help=f"Settings file, in TOML.{_default(f'./{settings.DEFAULT_CONFIG} if there is one')}",
        show_default=False,
    ),
]
DataDir = Annotated[str | None, setting("data_dir")]
Host = Annotated[str | None, setting("host")]
Port = Annotated[str | None, setting("port")]
DatabaseUrl = Annotated[str | None, setting("database_url")]
ELSEWHERE = (
    "An option that is not given may stand in the environment (PUNCHLIST_DATA_DIR for --data-dir) "
    "or in the settings file (data_dir)."
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def resolve(config: Path | None, **flags: object) -> Settings:
    """Loads the settings of a command; raises SettingsError."""
    return settings.load(flags, config=config)
