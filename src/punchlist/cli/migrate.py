"""`punchlist migrate`: bring the database's schema up to date."""

from punchlist.cli.options import AsJson, ConfigFile, DatabaseUrl, DataDir, resolve
from punchlist.cli.output import show, with_database


def migrate(
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring the database's schema up to date; safe beside a running server, and to repeat."""
    from punchlist.store.migrate import upgrade

    settings = resolve(config, data_dir=data_dir, database_url=database_url)
    done = with_database(settings, upgrade)
    changed = done.before != done.after
    show(
        {"before": done.before, "after": done.after, "changed": changed},
        as_json=as_json,
        text=f"The database went from revision {done.before or 'none'} to {done.after}."
        if changed
        else f"The database is at revision {done.after} already.",
    )
