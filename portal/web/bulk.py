"""Thousands of rows at once: PostgreSQL takes them by COPY, and a list of keys as one value."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import connection, models

_BATCH = 500
_EACH = "SELECT value FROM json_each(%s)"


def add_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as the values of the named columns; columns that are not named get their field's default.

    The same rows as from `bulk_create`, which serves elsewhere. Raises IntegrityError as any other insert does.
    """
    if connection.vendor == "postgresql":
        _copy(model, names, rows)
    else:
        made = [model(**dict(zip(names, row, strict=True))) for row in rows]
        model._base_manager.bulk_create(made, batch_size=_BATCH)  # allowed: an action calls this


def _copy(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    rest = [name for name in fields if name not in names]
    columns = [fields[name] for name in (*names, *rest)]
    defaults = tuple(fields[name].get_default() for name in rest)
    null = uuid4().hex  # stands for no value, and nobody can have typed it
    text = _as_csv(columns, ((*row, *defaults) for row in rows), null)
    sql = f"COPY {_quoted(model._meta.db_table)} ({_listed(columns)}) FROM STDIN WITH (FORMAT csv, NULL '{null}')"
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(sql, text)


def _as_csv(columns: "Sequence[models.Field[Any, Any]]", rows: Iterable[Sequence[Any]], null: str) -> io.StringIO:
    as_json = [place for place, field in enumerate(columns) if isinstance(field, models.JSONField)]
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        cells = [null if cell is None else cell for cell in row]
        for place in as_json:
            cells[place] = json.dumps(row[place])
        writer.writerow(cells)
    text.seek(0)
    return text


def _listed(columns: "Sequence[models.Field[Any, Any]]") -> str:
    return ", ".join(_quoted(str(field.column)) for field in columns)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


class AnyOf(models.Lookup):  # type: ignore[type-arg]
    """`column__any_of=[…]`: what `__in` finds, with the keys as one value instead of a placeholder each."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN ({_EACH})", [*params, json.dumps(list(self.rhs))]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]


for _kind in (models.AutoField, models.BigAutoField, models.ForeignKey):
    _kind.register_lookup(AnyOf)
