"""Alembic runs on the product's own engine and settings."""

from alembic import context

from feedback.config import Settings
from feedback.db import Database
from feedback.models import Base

database = context.config.attributes.get("database") or Database(Settings.from_environment())


def ours(name: str | None, kind: str, _parents: dict) -> bool:
    """The queue's tables stand beside ours on PostgreSQL; they are huey's own."""
    return kind != "table" or not (name or "").startswith("huey_")


with database.writer.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=ours,
    )
    with context.begin_transaction():
        context.run_migrations()
