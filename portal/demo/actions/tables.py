"""Dropping and making the tables. Rows of the audit chain cannot be removed; their table can."""

from django.core.management import call_command
from django.db import connection


def recreate_tables() -> None:
    """Drop every table of this database and make them anew, empty. Works on both engines, triggers and all."""
    _drop_tables()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _drop_tables() -> None:
    tables = connection.introspection.table_names()
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    # SQLite's editor lets references dangle until it is done, so the order does not matter.
    with connection.schema_editor() as editor:
        for table in tables:
            editor.execute(  # allowed: the names are the database's own, quoted by it
                f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)}{cascade}", params=None
            )
