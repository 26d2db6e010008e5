"""Undoing an import as a whole: its history read backwards, if nothing else has touched what it wrote."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import psycopg
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _
from psycopg import sql

from plumier.importing import undoing_sql
from plumier.importing.steps import wait_for_other_imports
from plumier.models import EditKind, Guardianship, RegisterEdit
from plumier.models.imports import ImportRun
from plumier.refusals import Refused

TOLD_AT_MOST: Final = 10
_NEVER_TOUCHED: Final = {"password", "last_login"}
_ASIDE: Final = 2000

# What stands in the way of undoing an import, in words; upper apps add their checks when they are ready.
Check = Callable[[ImportRun], Iterable[str]]
CHECKS: Final[list[Check]] = []


def cause_of(run: ImportRun) -> str:
    """What the history calls an import."""
    return f"import:{run.pk}"


def undo_cause_of(run: ImportRun) -> str:
    """What the history calls the undoing of an import."""
    return f"undo:{run.pk}"


def made_by(run: ImportRun, model: type[Model]) -> QuerySet[RegisterEdit, int]:
    """The keys of the rows of a model that an import made: a subquery, however many they are."""
    rows = RegisterEdit.objects.filter(
        cause=cause_of(run), kind=EditKind.INSERT, table_name=model._meta.db_table
    )
    return rows.values_list("row_id", flat=True)


def undo(run: ImportRun) -> None:
    """Take back all that an import did, inside the caller's transaction. Raises Refused, naming what is in the way."""
    wait_for_other_imports(run.school)
    tables = _tables(run)
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(_filled(undoing_sql.LOCK, run, model))
    obstacles = list(islice(_obstacles(run, tables), TOLD_AT_MOST + 1))
    if obstacles:
        told = "; ".join(obstacles[:TOLD_AT_MOST]) + ("…" if len(obstacles) > TOLD_AT_MOST else "")
        raise Refused(
            _("No se puede deshacer entero, porque después ha cambiado: %(what)s.") % {"what": told}
        )
    try:
        _reverse(run, tables)
    except IntegrityError as error:
        raise Refused(_in_words(error)) from error


def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def _tables(run: ImportRun) -> list[type[Model]]:
    names = RegisterEdit.objects.filter(cause=cause_of(run)).order_by("table_name")
    models = _models()
    return [models[name] for name in names.values_list("table_name", flat=True).distinct()]


def _obstacles(run: ImportRun, tables: list[type[Model]]) -> Iterator[str]:
    yield from _changed_since(run)
    for model in tables:
        yield from _referred_to(run, model, tables)
    for check in CHECKS:
        yield from check(run)


def _changed_since(run: ImportRun) -> Iterator[str]:
    """Rows that something else has changed since; an import that was taken back itself has changed nothing."""
    with connection.cursor() as cursor:
        cursor.execute(undoing_sql.LATER, [cause_of(run), run.school_id, run.school_id, TOLD_AT_MOST + 1])
        rows = cursor.fetchall()
    models = _models()
    for table, row in rows:
        model = models[table]
        found = model._default_manager.filter(pk=row).first()
        what = str(found) if found is not None else _("%(number)d, que ya no está") % {"number": row}
        yield f"{model._meta.verbose_name} {what}"


def _referred_to(run: ImportRun, model: type[Model], tables: list[type[Model]]) -> Iterator[str]:
    """Rows that others have tied to what the import made."""
    made = made_by(run, model)
    if not made.exists():
        return
    for relation in model._meta.related_objects:
        field: Any = relation.field
        theirs: Any = relation.related_model
        # What has no foreign key in the database is looked at by the app whose it is.
        if not getattr(field, "db_constraint", False) or field.model is not theirs:
            continue
        others = theirs._default_manager.filter(**{f"{field.name}__in": made})
        if theirs in tables:
            others = others.filter(~Exists(made_by(run, theirs).filter(row_id=OuterRef("pk"))))
        yield from (f"{theirs._meta.verbose_name} {other}" for other in others[: TOLD_AT_MOST + 1])


def _reverse(run: ImportRun, tables: list[type[Model]]) -> None:
    """Foreign keys are looked at when all is done, so only what is unique needs an order: out, back, in."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(_filled(undoing_sql.TAKE_OUT, run, model))
        # Two guardians may have changed places: out of the way of the order, which is unique.
        if Guardianship in tables:
            moved = RegisterEdit.objects.filter(cause=cause_of(run), kind=EditKind.UPDATE)
            moved = moved.filter(table_name=Guardianship._meta.db_table)
            ids = moved.values("row_id")
            Guardianship.objects.filter(pk__in=ids).update(order=F("order") + _ASIDE)
        for template in (undoing_sql.RESTORE, undoing_sql.PUT_BACK):
            for model in tables:
                cursor.execute(_filled(template, run, model))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _filled(template: sql.SQL, run: ImportRun, model: type[Model]) -> sql.Composed:
    fields = [f for f in model._meta.concrete_fields if not f.generated and f.name not in _NEVER_TOUCHED]
    columns = [sql.Identifier(str(field.column)) for field in fields]
    own = [sql.Identifier(str(field.column)) for field in fields if not field.primary_key]
    return template.format(
        cause=sql.Literal(cause_of(run)),
        name=sql.Literal(model._meta.db_table),
        table=sql.Identifier(model._meta.db_table),
        changes=sql.SQL(", ").join(sql.SQL("{0} = was.{0}").format(column) for column in own),
        columns=sql.SQL(", ").join(columns),
        old=sql.SQL(", ").join(sql.SQL("was.{}").format(column) for column in columns),
    )


def _in_words(error: IntegrityError) -> str:
    """What came into the place of something, or took away what it hung on."""
    cause = error.__cause__
    table = (cause.diag.table_name if isinstance(cause, psycopg.Error) else "") or ""
    model = _models().get(table)
    what = str(model._meta.verbose_name) if model is not None else table
    if isinstance(cause, psycopg.errors.ForeignKeyViolation):
        return _("No se puede deshacer entero: ya no está algo de lo que dependía («%(what)s»).") % {
            "what": what
        }
    return _("No se puede deshacer entero: otro dato ocupa ya el lugar de uno anterior («%(what)s»).") % {
        "what": what
    }
