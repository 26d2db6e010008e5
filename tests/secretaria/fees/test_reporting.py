"""One report a day with movement, by each school's own day, of all that was noted, once (requirement E8)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notica.kinds import KINDS
from notica.models import InboxEntry, Message
from notica.rendering import Renderer
from plumier.models import SchoolPolicy
from plumier.refusals import Refused
from plumier.roles import Role
from secretaria.fees import reporting
from secretaria.fees.recording import annul, reverse
from secretaria.fees.reporting import due, report, report_some
from secretaria.models import FeeConcept, FeeMovement, FeeReport
from tests.database import DatabaseClock
from tests.factories.register import make_staff
from tests.secretaria.fees.school import FRIDAY, NINE, Office

MIDNIGHT = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)  # in Madrid the 28th
SATURDAY = date(2026, 11, 28)
DETAIL = "/profesores/secretaria/tasas/movimientos/?centro=30000001&desde=2026-11-27&hasta=2026-11-27"


@pytest.fixture
def office(db: None, database_clock: DatabaseClock) -> Office:
    database_clock.freeze(NINE)
    return Office()


def text_of(message: Message) -> str:
    return Renderer().content(message, "email", "es", ()).text.replace("\u00a0", " ")


def readers() -> list[tuple[str, str]]:
    rows = InboxEntry.objects.filter(message__kind="fees").select_related("person")
    return sorted((one.person.full_name, one.message.params["day"]) for one in rows)


def test_day_with_movement_is_told_once_after_it_has_ended(
    office: Office, database_clock: DatabaseClock
) -> None:
    make_staff(office.school, "Pepa Pas", Role.PAS)
    make_staff(office.school, "Juan Jefe", Role.HEAD_OF_STUDIES)
    office.charge(office.ana, office.luis)
    for moment in (NINE, MIDNIGHT, MIDNIGHT + timedelta(minutes=4)):
        database_clock.freeze(moment)
        report_some()
    assert readers() == []
    for minutes in (6, 7, 60 * 24):
        database_clock.freeze(MIDNIGHT + timedelta(minutes=minutes))
        report_some()
    assert readers() == [
        (name, "2026-11-27") for name in ("Dolores Directora", "Pepa Pas", "Sara Secretaria")
    ]
    assert FeeReport.objects.get().told == 3
    assert FeeMovement.objects.filter(report__isnull=True).count() == 0


def test_totals_are_exact_by_concept_and_currency_and_link_to_the_day(office: Office) -> None:
    comedor = FeeConcept.objects.create(school=office.school, name="Comedor", amount=Decimal("0.10"))
    ban_tru = FeeConcept.objects.create(school=office.school, name="Bán trú", amount=150_000, currency="VND")
    first, second = office.charge(office.ana, office.luis)
    for number in range(3):
        office.charge(office.ana, key=f"c{number}", concept=comedor, amount=comedor.amount + number)
    office.charge(office.luis, key="v", concept=ban_tru, amount=ban_tru.amount)
    paid = office.pay(first, "0.30")
    reverse(office.school, first.pk, paid.pk, "Devuelto", by=office.secretary, now=NINE)
    office.pay(first, "9.99")
    annul(office.school, second.pk, "Beca", by=office.secretary, now=NINE)
    made = report(office.school.pk, FRIDAY, MIDNIGHT)
    assert made is not None
    assert made.message is not None
    text = (
        "Movimiento de tasas del viernes 27 de noviembre:\n"
        "• Bán trú: 1 emitida (150 000 ₫)\n"
        "• Comedor: 3 emitidas (3,30 €)\n"
        "• Seguro escolar: 2 emitidas (20,00 €), 2 cobros (10,29 €), 1 cobro devuelto (0,30 €), "
        "1 anulada (10,00 €)\n\n"
        "Total: 5 emitidas (23,30 €), 2 cobros (10,29 €), 1 cobro devuelto (0,30 €), 1 anulada (10,00 €)\n"
        "Total: 1 emitida (150 000 ₫)\n\n"
        f"El detalle, movimiento a movimiento: {settings.LINK_ROOT}{DETAIL}"
    )
    assert text in text_of(made.message)


def test_day_is_the_schools_own(office: Office) -> None:
    saigon = Office("30000002", time_zone="Asia/Ho_Chi_Minh")
    evening = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)  # in Saigon one in the morning of the 28th
    office.charge(office.ana, now=evening)
    saigon.charge(saigon.ana, now=evening, key="k2", issued_on=FRIDAY)
    assert due(evening) == []
    assert due(MIDNIGHT + timedelta(minutes=6)) == [(office.school.pk, FRIDAY)]
    saigon_midnight = datetime(2026, 11, 28, 17, 6, tzinfo=UTC)
    assert due(saigon_midnight) == [(office.school.pk, FRIDAY), (saigon.school.pk, SATURDAY)]


def test_what_was_noted_late_for_a_day_already_told_is_in_the_next_report(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    report(office.school.pk, FRIDAY, MIDNIGHT + timedelta(minutes=6))
    office.pay(fee, "3")  # begun before midnight, and only now to be seen
    assert due(MIDNIGHT + timedelta(minutes=6)) == []
    later = MIDNIGHT + timedelta(days=1, minutes=6)
    assert due(later) == [(office.school.pk, SATURDAY)]
    made = report(office.school.pk, SATURDAY, later)
    assert made is not None
    assert [(one["concept"], one["paid"]) for one in made.lines] == [("Seguro escolar", [1, "3.00"])]
    assert FeeMovement.objects.get(kind="paid").day == SATURDAY


def test_payment_of_an_earlier_day_counts_on_the_day_it_was_noted(office: Office) -> None:
    (fee,) = office.charge(office.ana, issued_on=date(2026, 11, 2))
    paid = office.pay(fee, paid_on=date(2026, 11, 3))
    assert (paid.paid_on, paid.day) == (date(2026, 11, 3), FRIDAY)


def test_two_days_missed_are_two_reports_the_older_first(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    office.pay(fee, now=NINE + timedelta(days=1))
    later = NINE + timedelta(days=3)
    assert due(later) == [(office.school.pk, FRIDAY), (office.school.pk, SATURDAY)]
    assert due(later, until=FRIDAY) == [(office.school.pk, FRIDAY)]


def test_school_that_does_not_keep_fees_any_more_is_told_nothing(office: Office) -> None:
    office.charge(office.ana)
    SchoolPolicy.objects.update(procedures=[])
    assert due(NINE + timedelta(days=3)) == []


def test_one_schools_trouble_keeps_no_other_waiting_and_is_mended_later(
    office: Office, monkeypatch: pytest.MonkeyPatch, database_clock: DatabaseClock
) -> None:
    other = Office("30000002")
    office.charge(office.ana)
    other.charge(other.ana, key="k2")
    database_clock.freeze(MIDNIGHT + timedelta(minutes=6))
    tell = reporting.tell_staff

    def break_down(event: Any, **given: Any) -> Message:
        if event.school == office.school:
            raise Refused("killed")
        return tell(event, **given)

    monkeypatch.setattr(reporting, "tell_staff", break_down)
    report_some()
    assert list(FeeReport.objects.values_list("school", flat=True)) == [other.school.pk]
    monkeypatch.undo()
    report_some()
    assert FeeReport.objects.count() == Message.objects.filter(kind="fees").count() == 2


def test_who_is_due_is_one_statement_for_a_region(office: Office) -> None:
    office.charge(office.ana)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        due(NINE + timedelta(days=1))
    assert len(queries) == 1


def test_command_sends_what_is_due_of_a_school_and_says_how_many(
    office: Office, database_clock: DatabaseClock, capsys: pytest.CaptureFixture[str]
) -> None:
    office.charge(office.ana)
    database_clock.freeze(NINE + timedelta(days=1))
    for code in ("30000002", "30000001", "30000001"):
        if code == "30000002":
            Office(code)
        call_command("report_fees", date="2026-11-27", school=code)
    said = capsys.readouterr().out.splitlines()
    assert said == [f"Informes de tasas enviados: {number}" for number in (0, 1, 0)]


def test_report_goes_to_notica_alone(office: Office) -> None:
    office.charge(office.ana)
    made = report(office.school.pk, FRIDAY, MIDNIGHT)
    assert made is not None
    assert made.message is not None
    assert made.message.way == KINDS["fees"].ways[0] == "notica"
