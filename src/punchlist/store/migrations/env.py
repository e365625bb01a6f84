"""How Alembic runs a revision: on the connection that store/migrate.py opened and hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # A revision that fails leaves those before it in place, and none half done.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
