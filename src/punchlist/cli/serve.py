"""`punchlist serve`: PostgreSQL, migrations, and the HTTP server, in that order; and back again."""

import asyncio
import contextlib
import datetime as dt
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from punchlist import __version__, logs
from punchlist.cli.http import listen, lives, run, url_of
from punchlist.cli.options import AsJson, ConfigFile, DatabaseUrl, DataDir, Host, Port, resolve, setting
from punchlist.cli.output import show, unreachable
from punchlist.settings import SETTINGS, Settings, to_handoff

if TYPE_CHECKING:
    from punchlist.services.demo import Demo

SIGNALS = (signal.SIGTERM, signal.SIGINT)

ASK_EVERY_SECONDS = 0.02


class _Stopped(BaseException):
    """A signal asked the server to stop. No Exception, so that nothing on the way takes it for an error."""


def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[str | None, setting("workers")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    storage_url: Annotated[str | None, setting("storage_url")] = None,
    s3_endpoint: Annotated[str | None, setting("s3_endpoint")] = None,
    s3_region: Annotated[str | None, setting("s3_region")] = None,
    s3_access_key_id: Annotated[str | None, setting("s3_access_key_id")] = None,
    s3_secret_access_key: Annotated[str | None, setting("s3_secret_access_key")] = None,
    worker: Annotated[bool | None, setting("worker")] = None,
    public_url: Annotated[str | None, setting("public_url")] = None,
    webhook_allow_private: Annotated[bool | None, setting("webhook_allow_private")] = None,
    smtp_host: Annotated[str | None, setting("smtp_host")] = None,
    smtp_port: Annotated[str | None, setting("smtp_port")] = None,
    smtp_security: Annotated[str | None, setting("smtp_security")] = None,
    smtp_username: Annotated[str | None, setting("smtp_username")] = None,
    smtp_password: Annotated[str | None, setting("smtp_password")] = None,
    mail_from: Annotated[str | None, setting("mail_from")] = None,
    migrate: Annotated[bool | None, setting("migrate")] = None,
    default_plan: Annotated[str | None, setting("default_plan")] = None,
    pool_size: Annotated[str | None, setting("pool_size")] = None,
    trusted_proxies: Annotated[str | None, setting("trusted_proxies")] = None,
    shutdown_grace_seconds: Annotated[str | None, setting("shutdown_grace_seconds")] = None,
    log_format: Annotated[str | None, setting("log_format")] = None,
    log_level: Annotated[str | None, setting("log_level")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load a demo into an empty database, and print a key for it.")
    ] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the server until it is told to stop (Ctrl-C, SIGTERM)."""
    flags = {name: value for name, value in locals().items() if name in SETTINGS}
    settings = resolve(config, **flags)
    logs.configure(settings.log_format, settings.log_level)
    with contextlib.suppress(_Stopped), _stopping_on_signals():
        _serve(settings, demo=demo, as_json=as_json)


def _serve(settings: Settings, *, demo: bool, as_json: bool) -> None:
    from punchlist.storage import storage_for
    from punchlist.store.embedded import serving

    storage_for(settings)  # what its settings lack is told now, and not by each worker
    with contextlib.closing(listen(settings.host, settings.port)) as listener, serving(settings) as dsn:
        trial = asyncio.run(_prepare(settings, dsn, demo))
        os.environ.update(to_handoff(settings, dsn))
        url = url_of(settings.host, listener.getsockname()[1])
        _when_ready(listener, url, lambda: _announce(url, demo, trial, as_json=as_json))
        run(settings, listener)


async def _prepare(settings: Settings, dsn: str, demo: bool) -> "Demo | None":
    """Migrates the database, or makes sure that it is migrated; loads the demo if one is asked for."""
    import asyncpg

    from punchlist.store import migrate

    try:
        await (migrate.upgrade if settings.migrate else migrate.check)(dsn)
        return await _demo(dsn) if demo else None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unreachable(dsn, error) from error


async def _demo(dsn: str) -> "Demo | None":
    from punchlist.services.demo import load_demo
    from punchlist.store.database import Database

    db = await Database.connect(dsn, size=1)
    try:
        return await load_demo(db, dt.datetime.now(dt.UTC))
    finally:
        await db.close()


def _announce(url: str, demo: bool, trial: "Demo | None", *, as_json: bool) -> None:
    words = [f"Punchlist {__version__} is ready on {url} (Ctrl-C stops it)"]
    value: dict[str, object] = {"url": url, "pid": os.getpid(), "version": __version__}
    if demo and trial is None:
        words.append("No demo: the database holds work of yours. `punchlist key create` makes a key for it.")
    if trial is not None:
        value |= {"apiKey": trial.token, "email": trial.email, "password": trial.password}
        words.append(f"\nSign in there as {trial.email}; the password, good until the next start:\n")
        words.append(f"  {trial.password}")
        words.append(f"\nAn admin's API key, good until the next start:\n\n  {trial.token}\n")
        words.append(f"Try it:\n\n{_curl(url, trial)}\n")
    show(value, as_json=as_json, text="\n".join(words))


def _curl(url: str, trial: "Demo") -> str:
    key = f"-H 'Authorization: Bearer {trial.token}'"
    if trial.task is None:
        return f"  curl '{url}/v1/tasks?limit=3' {key}"
    return (
        f"  curl -X PATCH {url}/v1/tasks/{trial.task.id} {key} "
        """-H 'Content-Type: application/json' -d '{"status": "IN_PROGRESS", "priority": "HIGH"}'"""
    )


@contextlib.contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """Turns the first signal to stop into _Stopped; what follows, while we clean up, is ignored.

    uvicorn takes the signals over while it serves, and raises them again when it is done.
    """

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _when_ready(listener: socket.socket, url: str, announce: Callable[[], None]) -> None:
    """Calls `announce` once the server answers; asked over HTTP, which is true for every worker count."""

    def ask() -> None:
        while listener.fileno() != -1:
            if lives(url):
                announce()
                return
            time.sleep(ASK_EVERY_SECONDS)

    threading.Thread(target=ask, name="announce", daemon=True).start()
