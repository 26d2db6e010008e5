"""Undoing an import as a whole: its history read backwards, if nothing else has touched what it wrote."""

from collections.abc import Callable, Iterator
from typing import Final

from django.apps import apps
from django.db import connection
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from psycopg import sql

from plumier.models.imports import ImportRun
from plumier.refusals import Refused

TOLD_AT_MOST: Final = 10
_NEVER_TOUCHED: Final = {"password", "last_login"}

# By table: ids made by the import, each to the sentence of what stands in the way; upper apps add theirs.
Check = Callable[[ImportRun, dict[str, list[int]]], list[str]]
CHECKS: Final[list[Check]] = []

# What the import did to each row, from its first change to its last.
TOUCHED: Final = """
SELECT table_name, row_id, (array_agg(kind ORDER BY id))[1], (array_agg(kind ORDER BY id DESC))[1]
FROM plumier_registeredit WHERE cause = %s GROUP BY table_name, row_id
"""

LATER: Final = """
SELECT DISTINCT later.table_name, later.row_id
FROM plumier_registeredit own
JOIN plumier_registeredit later
  ON later.table_name = own.table_name AND later.row_id = own.row_id AND later.id > own.id AND later.cause <> own.cause
WHERE own.cause = %s ORDER BY 1, 2 LIMIT 50
"""

_FIRST = sql.SQL("""
    SELECT DISTINCT ON (row_id) row_id, kind, before FROM plumier_registeredit
    WHERE cause = {cause} AND table_name = {name} ORDER BY row_id, id""")

_RESTORE = sql.SQL("""
WITH first AS ({first}), was AS (
    SELECT (jsonb_populate_record(NULL::{table}, first.before)).* FROM first WHERE first.kind <> 'I')
UPDATE {table} t SET {changes} FROM was WHERE t.id = was.id
""")

_PUT_BACK = sql.SQL("""
WITH first AS ({first}), was AS (
    SELECT (jsonb_populate_record(NULL::{table}, first.before)).* FROM first WHERE first.kind <> 'I')
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {old} FROM was WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = was.id)
""")


def cause_of(run: ImportRun) -> str:
    """What the history calls an import."""
    return f"import:{run.pk}"


def undo(run: ImportRun) -> None:
    """Take back all that an import did, inside the caller's transaction. Raises Refused, naming what is in the way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plumier.importing'), %s)", [run.school_id])
        cursor.execute(TOUCHED, [cause_of(run)])
        touched = cursor.fetchall()
    made: dict[str, list[int]] = {}
    for table, row, first, last in touched:
        if first == "I" and last != "D":
            made.setdefault(table, []).append(row)
    obstacles = [*_changed_since(run), *_referred_to(made)]
    for check in CHECKS:
        obstacles += check(run, made)
    if obstacles:
        told = "; ".join(obstacles[:TOLD_AT_MOST]) + ("…" if len(obstacles) > TOLD_AT_MOST else "")
        raise Refused(
            _("No se puede deshacer entero, porque después ha cambiado: %(what)s.") % {"what": told}
        )
    _reverse(run, {table for table, *_rest in touched}, made)


def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def _changed_since(run: ImportRun) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(LATER, [cause_of(run)])
        rows = cursor.fetchall()
    yield from (_named(table, row) for table, row in rows)


def _named(table: str, row: int) -> str:
    model = _models()[table]
    found = model._default_manager.filter(pk=row).first()
    return f"{model._meta.verbose_name} {found if found is not None else row}"


def _referred_to(made: dict[str, list[int]]) -> Iterator[str]:
    """Rows that others have tied to what the import made."""
    models = _models()
    for table, ids in made.items():
        for relation in models[table]._meta.related_objects:
            field = relation.field
            if not getattr(field, "db_constraint", False):
                continue
            theirs = relation.related_model
            others = theirs._default_manager.filter(**{f"{field.name}__in": ids})
            others = others.exclude(pk__in=made.get(theirs._meta.db_table, []))
            yield from (f"{theirs._meta.verbose_name} {other}" for other in others[:TOLD_AT_MOST])


def _reverse(run: ImportRun, tables: set[str], made: dict[str, list[int]]) -> None:
    """Foreign keys are looked at when the transaction ends, so only what is unique needs an order: out, back, in."""
    models = _models()
    with connection.cursor() as cursor:
        for table, ids in made.items():
            statement = sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(sql.Identifier(table))
            cursor.execute(statement, [ids])
        if "plumier_guardianship" in tables:
            _put_aside(run)
        for template in (_RESTORE, _PUT_BACK):
            for table in sorted(tables):
                cursor.execute(_filled(template, run, models[table]))


def _put_aside(run: ImportRun) -> None:
    """Two guardians may change places: out of the way of the order that is unique."""
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE plumier_guardianship SET "order" = "order" + 2000 WHERE id IN ('
            "SELECT row_id FROM plumier_registeredit WHERE cause = %s AND table_name = 'plumier_guardianship'"
            " AND kind = 'U')",
            [cause_of(run)],
        )


def _filled(template: sql.SQL, run: ImportRun, model: type[Model]) -> sql.Composed:
    columns = [sql.Identifier(str(field.column)) for field in _kept_fields(model)]
    own = [column for column in columns if column != sql.Identifier("id")]
    first = _FIRST.format(cause=sql.Literal(cause_of(run)), name=sql.Literal(model._meta.db_table))
    return template.format(
        first=first,
        table=sql.Identifier(model._meta.db_table),
        changes=sql.SQL(", ").join(sql.SQL("{0} = was.{0}").format(column) for column in own),
        columns=sql.SQL(", ").join(columns),
        old=sql.SQL(", ").join(sql.SQL("was.{}").format(column) for column in columns),
    )


def _kept_fields(model: type[Model]) -> list["Field[object, object]"]:
    fields = model._meta.concrete_fields
    return [field for field in fields if not field.generated and field.name not in _NEVER_TOUCHED]
