"""What can be set, and where a value comes from.

`Settings` is the one table: its fields are the settings, their types and bounds say what is allowed, and
the environment's names, the command line's help and the manual's reference are read from it. A value is
taken from the command line, else from the environment (`PUNCHLIST_PORT`), else from one TOML file, else
it is the default. What is unknown or wrong anywhere is refused with one sentence, so that a slip of the
pen never becomes a server that runs with something else than was meant.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

import msgspec
from msgspec import Meta

from punchlist.complaints import Complaint

ENVIRONMENT_PREFIX = "PUNCHLIST_"
CONFIG_VARIABLE = "PUNCHLIST_CONFIG"
DEFAULT_CONFIG = Path("punchlist.toml")

# Of each worker, beside those of the server process that it may be in. Requests never wait behind jobs.
WORKER_CONNECTIONS = 8

# How a parent process hands resolved settings to its workers. Not a setting, so without the prefix.
HANDOFF_VARIABLE = "_PUNCHLIST_HANDOFF"


class SettingsError(Complaint):
    """A setting is unknown or wrong; the text is a sentence for whoever started the program."""


def _says(
    help: str, *, allowed: str | None = None, sign: str | None = None, secret: bool = False, **bounds: Any
) -> Meta:
    """What a setting says of itself; `allowed` and `sign` (its value's name in --help) where the type
    does not tell them."""
    return Meta(description=help, extra={"allowed": allowed, "sign": sign, "secret": secret}, **bounds)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set. A new field here is a new setting everywhere."""

    data_dir: Annotated[
        Path,
        _says("Directory of the embedded PostgreSQL, its data, and files.", allowed="a path", sign="PATH"),
    ] = Path("data")
    database_url: Annotated[
        Annotated[str, Meta(pattern=r"^postgres(ql)?://")] | None,
        _says(
            "Use this PostgreSQL (15 or newer) instead of the embedded one.",
            allowed="a URL such as postgresql://user:password@host:5432/database",
            sign="URL",
            secret=True,
        ),
    ] = None
    storage_url: Annotated[
        Annotated[str, Meta(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?$")] | None,
        _says(
            "Keep the content of files in this S3-compatible store instead of the data directory.",
            allowed="a bucket, and a prefix if you like, such as s3://bucket/prefix",
            sign="URL",
        ),
    ] = None
    s3_endpoint: Annotated[
        Annotated[str, Meta(pattern=r"^https?://[^@/]+/?$")] | None,
        _says(
            "Address of the S3-compatible store, where it is not Amazon's.",
            allowed="a URL such as https://minio.example.com:9000",
            sign="URL",
        ),
    ] = None
    s3_region: Annotated[
        str, _says("Region of the store.", allowed="a region's name", sign="NAME", min_length=1)
    ] = "us-east-1"
    # Without the two, what Amazon's tools look for: AWS_ACCESS_KEY_ID, a profile, the machine's own role.
    s3_access_key_id: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        _says("Access key of the store.", allowed="an access key's id", sign="ID"),
    ] = None
    s3_secret_access_key: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        _says("Secret of that access key.", allowed="an access key's secret", sign="SECRET", secret=True),
    ] = None
    host: Annotated[
        str,
        _says("Address to listen on.", allowed="a host name or an IP address", sign="HOST", min_length=1),
    ] = "127.0.0.1"
    port: Annotated[int, _says("Port to listen on; 0 picks a free one.", ge=0, le=65535)] = 8000
    # Empty by default: whoever could reach the port could otherwise claim any address, and keys may be
    # bound to addresses.
    trusted_proxies: Annotated[
        str,
        _says(
            "Reverse proxies whose X-Forwarded-For is believed.",
            allowed="addresses or networks, separated by commas",
            sign="ADDRESSES",
        ),
    ] = ""
    server_header: Annotated[
        str,
        _says(
            "What the change API's answers give as Server; some clients look for ArenaSolutions.",
            allowed="a name",
            sign="NAME",
            pattern=r"^[\x21-\x7e][\x20-\x7e]{0,99}$",
        ),
    ] = "Punchlist"
    worker: Annotated[
        bool, _says("Do background work in the server processes, rather than in `punchlist worker`.")
    ] = True
    public_url: Annotated[
        Annotated[str, Meta(pattern=r"^https?://[^/?#@]+(/[^?#]*)?$")] | None,
        _says(
            "Where people reach this server; links in messages lead there, and its pages may use cookies.",
            allowed="a URL such as https://punchlist.example.com",
            sign="URL",
        ),
    ] = None
    webhook_allow_private: Annotated[
        bool, _says("Let webhooks and notifications go to private, loopback and link-local addresses.")
    ] = False
    smtp_host: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        _says(
            "Mail server that takes notifications; without one no e-mail is sent.",
            allowed="a host name or an IP address",
            sign="HOST",
        ),
    ] = None
    smtp_port: Annotated[int, _says("Port of the mail server.", ge=1, le=65535)] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"],
        _says(
            "How the connection to the mail server is encrypted: after it was made, from the start, or not."
        ),
    ] = "starttls"
    smtp_username: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        _says("User name at the mail server.", allowed="a name", sign="NAME"),
    ] = None
    smtp_password: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        _says("Password at the mail server.", allowed="a password", sign="SECRET", secret=True),
    ] = None
    mail_from: Annotated[
        str,
        _says(
            "Sender of e-mails.",
            allowed="an address, with or without a name",
            sign="ADDRESS",
            pattern=r"^[^\r\n]*@[^\r\n]*$",
        ),
    ] = "Punchlist <punchlist@localhost>"
    # Each is a process of its own with a pool of its own.
    workers: Annotated[int, _says("Server processes.", ge=1, le=64)] = 1
    pool_size: Annotated[int, _says("Database connections per server process.", ge=1, le=200)] = 10
    log_format: Annotated[
        Literal["console", "json"], _says("Log lines for people, or one JSON object per line.")
    ] = "console"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _says("The least serious message that is logged.")
    ] = "info"
    default_plan: Annotated[
        Literal["free", "standard", "professional", "unlimited"],
        _says("Rate-limit plan of API keys that have none of their own."),
    ] = "unlimited"
    migrate: Annotated[bool, _says("Bring the database's schema up to date on start.")] = True
    shutdown_grace_seconds: Annotated[
        int, _says("How long a stopping server waits for requests in flight.", ge=0, le=3600)
    ] = 30


class Setting(NamedTuple):
    """One row of the table, as `--help`, the environment and the manual show it."""

    name: str
    help: str
    allowed: str
    sign: str
    default: Any
    secret: bool
    type: Any

    @property
    def variable(self) -> str:
        return ENVIRONMENT_PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")


def _allowed_and_sign(declared: Any) -> tuple[str, str]:
    kind, meta = declared.__origin__, declared.__metadata__[0]
    if meta.extra["allowed"] is not None:
        return meta.extra["allowed"], meta.extra["sign"]
    if kind is bool:
        return "true or false", "BOOLEAN"
    if kind is int:
        return f"a whole number from {meta.ge} to {meta.le}", f"{meta.ge}..{meta.le}"
    return "one of " + ", ".join(get_args(kind)), "|".join(get_args(kind))


def _rows() -> Iterator[Setting]:
    for field in msgspec.structs.fields(Settings):
        meta = field.type.__metadata__[0]
        allowed, sign = _allowed_and_sign(field.type)
        yield Setting(
            name=field.name,
            help=meta.description,
            allowed=allowed,
            sign=sign,
            default=field.default,
            secret=meta.extra["secret"],
            type=field.type,
        )


SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _rows()}


def _path_from_text(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str | Path) and value:
        return Path(value)
    raise ValueError("not a path")


def _path_to_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value)} in a setting")


class _Given(NamedTuple):
    """A raw value and the words for where it stands."""

    value: object
    place: str
    is_text: bool


def _check(setting: Setting, given: _Given) -> Any:
    try:
        return msgspec.convert(given.value, setting.type, strict=not given.is_text, dec_hook=_path_from_text)
    except msgspec.ValidationError:
        what = given.place if setting.secret else f"{given.place} is {given.value!r}; it"
        raise SettingsError(
            f"The setting {setting.name} is wrong: {what} must be {setting.allowed}."
        ) from None


def _did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}."


def _from_environment(environ: Mapping[str, str]) -> dict[str, _Given]:
    by_variable = {setting.variable: setting for setting in SETTINGS.values()}
    found = {}
    for variable, text in environ.items():
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable == CONFIG_VARIABLE:
            continue
        if variable not in by_variable:
            known = [*by_variable, CONFIG_VARIABLE]
            raise SettingsError(
                f"There is no setting {variable}, which stands in the environment; "
                f"{_did_you_mean(variable, known)}"
            )
        found[by_variable[variable].name] = _Given(text, f"{variable} in the environment", is_text=True)
    return found


def _config_path(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    if config is not None:
        return config
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE])
    return DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None


def _from_file(path: Path) -> dict[str, _Given]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} is not TOML: {error}.") from None
    for name in table:
        if name not in SETTINGS:
            raise SettingsError(
                f"There is no setting {name}, which stands in {path}; {_did_you_mean(name, list(SETTINGS))}"
            )
    return {name: _Given(value, f"{name} in {path}", is_text=False) for name, value in table.items()}


def _from_flags(flags: Mapping[str, object]) -> dict[str, _Given]:
    return {
        name: _Given(value, f"{SETTINGS[name].flag} on the command line", is_text=isinstance(value, str))
        for name, value in flags.items()
        if value is not None
    }


def load(
    flags: Mapping[str, object] | None = None,
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Resolves the settings: flag over environment over file over default.

    A flag that is None was not given. Every value is checked, also one that a stronger source overrides:
    a wrong line left in a file would otherwise wait for the day its override goes. The data directory
    comes out absolute, so that it means the same in every process. Raises SettingsError.
    """
    environ = os.environ if environ is None else environ
    path = _config_path(config, environ)
    sources = [
        _from_file(path) if path is not None else {},
        _from_environment(environ),
        _from_flags(flags or {}),
    ]
    values: dict[str, Any] = {}
    for source in sources:
        values |= {name: _check(SETTINGS[name], given) for name, given in source.items()}
    settings = Settings(**values)
    return msgspec.structs.replace(settings, data_dir=settings.data_dir.expanduser().resolve())


class Handoff(NamedTuple):
    """What a worker process is told by the process that started it."""

    settings: Settings
    dsn: str


def to_handoff(settings: Settings, dsn: str) -> dict[str, str]:
    """Puts resolved settings and the database's address into environment variables for a worker."""
    text = msgspec.json.encode(Handoff(settings, dsn), enc_hook=_path_to_text).decode()
    return {HANDOFF_VARIABLE: text}


def from_handoff(environ: Mapping[str, str] | None = None) -> Handoff:
    """Reads what `to_handoff` wrote; the counterpart of `load` in a process that `serve` started."""
    text = (os.environ if environ is None else environ)[HANDOFF_VARIABLE]
    return msgspec.json.decode(text, type=Handoff, dec_hook=_path_from_text)
