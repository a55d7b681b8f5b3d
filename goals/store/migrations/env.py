"""Run by Alembic, over the connection that `goals.store.schema` gives it."""

from alembic import context

from goals.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
