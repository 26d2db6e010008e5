"""A roster made and read back."""

import csv
from collections.abc import Sequence
from pathlib import Path

from notica.exports.product import Made
from notica.tokapp_roster.choosing import EVERYBODY, Exporter, Form, People, Wanted
from notica.tokapp_roster.making import make_roster
from plumier.clock import database_now, day_in
from plumier.models import School


def exporter(school: School, kept_from: frozenset[int] = frozenset()) -> Exporter:
    return Exporter(school, day_in(school, database_now()), kept_from)


def write(school: School, path: Path, people: Sequence[People] = EVERYBODY, form: Form = Form.CSV) -> Made:
    return make_roster(path, Wanted(tuple(people), form), exporter(school), lambda chunk: None)


def rows(school: School, path: Path, people: Sequence[People] = EVERYBODY) -> list[dict[str, str]]:
    """Each row by its titles."""
    write(school, path, people)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def who(school: School, path: Path, people: Sequence[People] = EVERYBODY) -> list[tuple[str, str, str]]:
    """(name, role, phone) of each row."""
    return [(row["Nombre"], row["Rol"], row["Teléfono"]) for row in rows(school, path, people)]
