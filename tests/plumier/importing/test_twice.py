"""The same file twice changes nothing, however untidy it is and whatever the register held before."""

import random
from datetime import UTC, date, datetime

import pytest

from plumier.importing.actions import import_roster
from plumier.models import Contact, Enrolment, Guardianship, Person, Student
from tests.factories.register import make_school
from tests.factories.rosters import Cell, roster

NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)
NAMES = (
    "Gil Mora, Paco",
    "GIL MORA, PACO",
    "Gil, Paco",
    "Ruiz Sanz, Eva",
    "Ruiz Sánz, Eva",
    "Soto, Luis",
    "Paco",
    None,
)
DOCUMENTS = ("12345678Z", "12.345.678-Z", "X1234567L", "00000000T", "AB1234", None, None)
PHONES = (
    600123456, "600 12 34 56", "968123456 / 600123456 (madre)", "611222333 (padre)", "644555666 (Eva)", "60012345",
    "611222333", "968123456", "no tiene", "600123456 (abuela)", None, None,
)  # fmt: skip
MAILS = (
    "paco@x.example",
    "PACO@X.example",
    "eva@x.example; paco@x.example",
    "eva@x.example (madre)",
    "eva@",
    None,
)
TICKS = ("Sí", "No", "X", None, "quizá")


def untidy(chance: random.Random) -> list[dict[str, Cell]]:
    """A handful of rows that share parents, phones and documents in every way."""

    def person(who: str) -> dict[str, Cell]:
        return {
            f"Nombre {who}": chance.choice(NAMES),
            f"DNI {who}": chance.choice(DOCUMENTS),
            f"Teléfono {who}": chance.choice(PHONES),
            f"Teléfono 2 {who}": chance.choice(PHONES),
            f"E-mail {who}": chance.choice(MAILS),
            f"Mensaje {who}": chance.choice(TICKS),
        }

    holders = chance.choice(
        (("padre", "madre"), ("padre", "madre"), ("tutor 1", "tutor 2"), ("padre", "tutor 1"))
    )
    return [
        {
            "Expediente": expediente,
            "Alumno/a": f"Gil Ruiz, Ana {expediente}",
            "Grupo": chance.choice(("1º ESO A", "1ESOA", "2º Bach. B")),
            "Teléfono": chance.choice(PHONES),
            "Estado matrícula": chance.choice(("Matriculado", "Baja", "Pendiente")),
            **{title: cell for who in holders for title, cell in person(who).items()},
        }
        for expediente in sorted(chance.sample(range(1, 10), 6))
    ]


def state() -> list[list[object]]:
    rows: tuple[list[object], ...] = (
        list(Person.objects.order_by("pk").values_list("pk", "given_name", "surname", "document")),
        list(
            Contact.objects.order_by("person", "slot").values_list("person", "slot", "kind", "value", "typed")
        ),
        list(Student.objects.order_by("pk").values_list("pk", "nre", "protected")),
        list(Enrolment.objects.order_by("pk").values_list("student", "group", "status")),
        list(
            Guardianship.objects.order_by("student", "order").values_list(
                "student", "guardian", "relation", "order", "receives_messages", "barred_reference"
            )
        ),
    )
    return list(rows)


@pytest.mark.parametrize("seed", range(12))
def test_the_same_file_twice_changes_nothing_whatever_came_before(db: None, seed: int) -> None:
    chance = random.Random(seed)
    school = make_school()
    for _file in range(3):
        content = roster(*untidy(chance))
        first = import_roster(school=school, content=content, now=NOW)
        assert first.errors == ()
        before = state()
        second = import_roster(school=school, content=content, now=NOW)
        assert state() == before
        assert [(c.new, c.changed, c.same) for c in (second.students, second.guardians, second.groups)] == [
            (0, 0, first.students.new + first.students.changed + first.students.same),
            (0, 0, first.guardians.new + first.guardians.changed + first.guardians.same),
            (0, 0, first.groups.new + first.groups.same),
        ]
        some = chance.sample(list(Guardianship.objects.values_list("pk", flat=True)), 1)
        Guardianship.objects.filter(pk__in=some).update(
            barred_from=date(2026, 1, 1), barred_reference="Auto 12/2026"
        )


@pytest.mark.parametrize("seed", range(8))
def test_no_bar_is_ever_lost_and_no_address_moves_to_somebody_else(db: None, seed: int) -> None:
    chance = random.Random(seed)
    school = make_school()
    import_roster(school=school, content=roster(*untidy(chance)), now=NOW)
    Guardianship.objects.update(barred_from=date(2026, 1, 1), barred_reference="Auto 12/2026")
    barred = set(Guardianship.objects.values_list("student", "guardian"))
    for _file in range(3):
        import_roster(school=school, content=roster(*untidy(chance)), now=NOW)
        kept = Guardianship.objects.exclude(barred_reference="").values_list("student", "guardian")
        assert barred <= set(kept)
    noted = Contact.objects.filter(value="+34644555666").values_list("person__given_name", flat=True)
    assert [name for name in noted if name != "Eva"] == []
