"""INSERT … SELECT into the portal's own tables, on either engine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models


def fill(model: type[models.Model], source: str, **values: Any) -> None:
    """INSERT … SELECT with SQL for strings, a parameter for anything else, and the model's defaults for the rest."""
    names, found, given = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key and field.name not in values:
            continue
        value = values.get(field.name, _Default(field))
        names.append(connection.ops.quote_name(field.column))
        if isinstance(value, str):
            found.append(value.replace("%", "%%"))
        else:
            found.append("%s")
            given.append(value.plain() if isinstance(value, _Default) else value)
    source = source.replace("%", "%%")
    execute(f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(found)} FROM {source}", *given)


class _Default:
    def __init__(self, field: models.Field) -> None:
        self.field = field

    def plain(self) -> Any:
        """The model's default as the database takes it."""
        if self.field.null and not self.field.has_default():
            return None
        value = self.field.get_default()
        return json.dumps(value) if isinstance(self.field, models.JSONField) else value


def execute(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def without_keys(*filled: type[models.Model]) -> Iterator[None]:
    """Leave foreign keys of these tables unchecked row by row, and check them all at the end, table by table."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
            [[model._meta.db_table for model in filled]],
        )
        keys = cursor.fetchall()
    # A table with checks still to come cannot be altered.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name, _ in keys:
        execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in keys:
        execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
