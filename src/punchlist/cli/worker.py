"""`punchlist worker`: background work in a process of its own."""

import asyncio
import signal
from typing import Annotated

from punchlist import __version__, logs
from punchlist.cli.options import AsJson, ConfigFile, DatabaseUrl, DataDir, resolve, setting
from punchlist.cli.output import show, with_database
from punchlist.settings import SETTINGS, Settings

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def worker(
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    storage_url: Annotated[str | None, setting("storage_url")] = None,
    public_url: Annotated[str | None, setting("public_url")] = None,
    webhook_allow_private: Annotated[bool | None, setting("webhook_allow_private")] = None,
    smtp_host: Annotated[str | None, setting("smtp_host")] = None,
    smtp_port: Annotated[str | None, setting("smtp_port")] = None,
    smtp_security: Annotated[str | None, setting("smtp_security")] = None,
    smtp_username: Annotated[str | None, setting("smtp_username")] = None,
    smtp_password: Annotated[str | None, setting("smtp_password")] = None,
    mail_from: Annotated[str | None, setting("mail_from")] = None,
    log_format: Annotated[str | None, setting("log_format")] = None,
    log_level: Annotated[str | None, setting("log_level")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Do background work until told to stop (Ctrl-C, SIGTERM), finishing what is in hand.

    For servers that are run with --no-worker. Any number of workers may share a database.
    """
    flags = {name: value for name, value in locals().items() if name in SETTINGS}
    settings = resolve(config, **flags)
    logs.configure(settings.log_format, settings.log_level)

    async def work(dsn: str) -> None:
        await _work(settings, dsn, as_json=as_json)

    with_database(settings, work)


async def _work(settings: Settings, dsn: str, *, as_json: bool) -> None:
    from punchlist.store import migrate
    from punchlist.worker import running

    await migrate.check(dsn)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stopping.set)
    text = f"Punchlist {__version__} is at work (Ctrl-C stops it)"
    show({"version": __version__}, as_json=as_json, text=text)
    await running.run(settings, dsn, stopping)
