"""Files of fees and of payments: the same twice changes nothing, and what is wrong is said by row."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plumier.importing.actions import Ask, ImportReport, import_file
from secretaria.fees.recording import reverse
from secretaria.fees.reporting import report
from secretaria.models import Fee, FeeMovement
from tests.database import DatabaseClock
from tests.factories.rosters import Cell, xlsx
from tests.plumier.importing.test_runs import applied, undone
from tests.secretaria.fees.school import FRIDAY, NINE, Office

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ISSUED: list[Cell] = ["Expediente", "Concepto", "Referencia", "Importe", "Fecha emisión", "Vencimiento"]
PAID: list[Cell] = ["Referencia", "Importe", "Fecha de pago", "Forma de pago", "Operación"]


@pytest.fixture
def office(db: None, database_clock: DatabaseClock) -> Office:
    database_clock.freeze(NINE)
    return Office()


def bring(office: Office, titles: list[Cell], *rows: list[Cell]) -> ImportReport:
    return import_file(school=office.school, content=xlsx([titles, *rows]), ask=Ask(), now=NOW)


def said(report: ImportReport) -> list[tuple[int | None, str, str]]:
    return [(one.row, one.column, one.message.replace("\u00a0", " ")) for one in report.errors]


def moved() -> list[tuple[str, str, Decimal]]:
    return list(FeeMovement.objects.order_by("pk").values_list("fee__reference", "kind", "amount"))


def test_fees_are_brought_and_the_same_file_twice_changes_nothing(office: Office) -> None:
    for _ in range(2):
        report = bring(
            office,
            ISSUED,
            [office.ana.expediente, "Seguro Escolar", "r-1", "10,00 €", "02/11/2026", "30/11/2026"],
            [office.luis.expediente, "seguro escolar", "R-2", 1.12, "02/11/2026", ""],
        )
        assert (report.kind, report.errors) == ("fees", ())
    assert moved() == [("R-1", "issued", Decimal("10.00")), ("R-2", "issued", Decimal("1.12"))]
    first = FeeMovement.objects.first()
    assert first is not None
    assert (first.day, first.by, first.fee.issue, first.fee.student) == (FRIDAY, None, None, office.ana)


def test_payments_of_the_bank_are_noted_once_by_their_number(office: Office) -> None:
    first, second = office.charge(office.ana, office.luis)
    for _ in range(2):
        report = bring(
            office,
            PAID,
            [first.reference.lower(), "4,00", "26/11/2026", "Transferencia", "OP1"],
            [first.reference, "4,00", "26/11/2026", "Transferencia", "OP2"],
            [second.reference, "10", "26/11/2026", "", "OP1"],
        )
        assert report.errors == ()
    assert moved()[2:] == [
        (first.reference, "paid", Decimal(4)),
        (first.reference, "paid", Decimal(4)),
        (second.reference, "paid", Decimal(10)),
    ]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.owed, second.owed) == (2, 0)
    assert list(FeeMovement.objects.filter(kind="paid").values_list("way", flat=True)) == [
        "wire",
        "wire",
        "bank",
    ]


def test_one_file_may_issue_and_pay(office: Office) -> None:
    titles: list[Cell] = [*ISSUED[:5], "Fecha de pago", "Importe pagado"]
    report = bring(
        office,
        titles,
        [office.ana.expediente, "Seguro escolar", "A1", 10, "02/11/2026", "03/11/2026", "6"],
        [office.luis.expediente, "Seguro escolar", "A2", 10, "02/11/2026", "", ""],
    )
    assert report.errors == ()
    assert [(one.reference, one.owed) for one in Fee.objects.order_by("pk")] == [("A1", 4), ("A2", 10)]


def test_what_is_wrong_is_said_by_row_and_nothing_is_half_applied(office: Office) -> None:
    report = bring(
        office,
        ISSUED,
        [office.ana.expediente, "Seguro escolar", "B1", 10, "02/11/2026", ""],
        ["9999", "Piscina", "B2", "diez", "02/11/2026", ""],
        [office.ana.expediente, "Seguro escolar", "T1-0001", 10, "28/11/2026", ""],
        [office.ana.expediente, "Seguro escolar", "", 10, "02/11/2026", ""],
        [office.ana.expediente, "Seguro escolar", "B3", 10, "02/11/2026", "01/11/2026"],
        [office.luis.expediente, "Seguro escolar", "B1", 9, "02/11/2026", ""],
    )
    assert said(report) == [
        (3, "Expediente", "Ningún alumno del centro tiene este expediente."),
        (3, "Concepto", "El centro no tiene esta tasa: créela en «Conceptos de tasas»."),
        (4, "Referencia", "Esta referencia tiene la forma de las que pone Plumier y no existe."),
        (4, "Fecha emisión", "Ese día aún no ha llegado."),
        (5, "Referencia", "Falta la referencia de la tasa."),
        (6, "Vencimiento", "El vencimiento es anterior a la emisión."),
        (7, "Expediente", "Esta referencia es de la tasa de otro alumno."),
        (7, "Importe", "Esta tasa está emitida por 10,00 €."),
    ]
    assert moved() == []


def test_payments_that_cannot_be_are_said_by_row(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    report = bring(
        office,
        PAID,
        [fee.reference, "6", "26/11/2026", "", "OP1"],
        [fee.reference, "6", "26/11/2026", "", "OP2"],
        [fee.reference, "1", "26/11/2026", "", "OP1"],
        ["NADA", "1", "26/11/2026", "", ""],
        [fee.reference, "0", "30/11/2026", "", ""],
    )
    assert said(report) == [
        (3, "Importe", "De esta tasa solo quedan por pagar 4,00 €."),
        (4, "Referencia", "Este pago está dos veces en el archivo."),
        (5, "Referencia", "No hay ninguna tasa con esta referencia."),
        (6, "Fecha de pago", "Ese día aún no ha llegado."),
        (6, "Importe", "No se entiende el importe: escríbalo como 25,50."),
    ]
    assert len(moved()) == 1


def test_payment_taken_back_is_not_brought_again_by_the_same_file(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    row: list[Cell] = [fee.reference, "10", "26/11/2026", "", "OP1"]
    bring(office, PAID, row)
    payment = FeeMovement.objects.get(kind="paid")
    reverse(office.school, fee.pk, payment.pk, "Devuelto", by=office.secretary, now=NINE)
    bring(office, PAID, row)
    fee.refresh_from_db()
    assert fee.owed == 10


def test_file_of_payments_is_undone_whole_until_it_has_been_told(
    office: Office, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    (fee,) = office.charge(office.ana)
    rows: list[list[Cell]] = [PAID, [fee.reference, "4", "26/11/2026", "", "OP1"]]
    assert undone(applied(office.school, office.director, rows), office.director).state == "undone"
    fee.refresh_from_db()
    assert (fee.owed, FeeMovement.objects.count()) == (10, 1)
    run = applied(office.school, office.director, rows)
    report(office.school.pk, FRIDAY, NINE)
    assert undone(run, office.director).state == "applied"
    fee.refresh_from_db()
    assert fee.owed == 6


def test_file_that_issues_and_pays_is_undone_whole(office: Office, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    titles: list[Cell] = [*ISSUED[:5], "Fecha de pago"]
    row: list[Cell] = [office.ana.expediente, "Seguro escolar", "A1", "10", "02/11/2026", "03/11/2026"]
    run = applied(office.school, office.director, [titles, row])
    assert [kind for _reference, kind, _amount in moved()] == ["issued", "paid"]
    undone(run, office.director)
    assert (Fee.objects.count(), FeeMovement.objects.count()) == (0, 0)
