"""The clock reminds an office of a step whose time is over, once for each deadline."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notica.models import InboxEntry, Message
from notica.rendering import notice_text
from plumier.models import School
from secretaria.models import Transfer
from secretaria.transfers.reminding import remind_overdue
from tests.database import DatabaseClock
from tests.secretaria.transfers.schools import Schools, late

NOON = datetime(2026, 11, 27, 12, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> Schools:
    database_clock.freeze(NOON)
    return Schools()


def test_office_is_reminded_once_after_its_deadline(of: Schools, database_clock: DatabaseClock) -> None:
    row = of.offer()
    assert row.due_on is not None
    database_clock.freeze(NOON + timedelta(days=7))
    remind_overdue()
    assert late(of.destination) == 0  # the last day is still its own
    database_clock.freeze(NOON + timedelta(days=8))
    for _round in (1, 2):
        remind_overdue()
    assert (late(of.destination), late(of.origin)) == (1, 0)
    message = Message.objects.get(params__late=True)
    assert (message.school, InboxEntry.objects.get(message=message).person.user) == (
        of.destination,
        of.receiver,
    )


def test_new_deadline_is_reminded_of_anew(of: Schools, database_clock: DatabaseClock) -> None:
    row = of.offer()
    database_clock.freeze(NOON + timedelta(days=8))
    remind_overdue()
    of.act(row, "accept")
    database_clock.freeze(NOON + timedelta(days=40))
    remind_overdue()
    assert (late(of.destination), late(of.origin)) == (1, 1)


def test_day_is_over_by_the_schools_own_clock(of: Schools, database_clock: DatabaseClock) -> None:
    School.objects.filter(pk=of.destination.pk).update(time_zone="Asia/Ho_Chi_Minh")
    of.destination.refresh_from_db()
    row = of.offer()
    evening = datetime.combine(row.due_on, NOON.time(), NOON.tzinfo) + timedelta(hours=7)  # type: ignore[arg-type]
    database_clock.freeze(evening)  # 19:00 in Murcia is 1:00 of the next day in Hà Nội
    remind_overdue()
    assert late(of.destination) == 1


def test_what_has_ended_is_not_reminded_of(of: Schools, database_clock: DatabaseClock) -> None:
    of.act(of.offer(), "annul", "Se queda.", school=of.origin)
    database_clock.freeze(NOON + timedelta(days=90))
    remind_overdue()
    assert (late(of.destination), late(of.origin)) == (0, 0)


def test_message_says_the_step_the_student_the_deadline_and_the_link(of: Schools) -> None:
    row = of.offer()
    text = notice_text(Message.objects.get(), "es")
    assert text.splitlines() == [
        "Le toca a su centro: Aceptar al alumno, o devolver la propuesta con el motivo.",
        "",
        "Alumno: Ana Vera Gil (NRE 1234567)",
        "Del centro: IES Origen",
        "Al centro: IES Destino",
        "Plazo: hasta el 4 de diciembre de 2026",
        "",
        text.splitlines()[-1],
    ]
    assert text.endswith(f"/profesores/secretaria/traslados/{row.pk}/?centro=30000002")


def test_reminder_says_that_the_time_is_over(of: Schools, database_clock: DatabaseClock) -> None:
    of.offer()
    database_clock.freeze(NOON + timedelta(days=8))
    remind_overdue()
    text = notice_text(Message.objects.get(params__late=True), "es")
    assert text.startswith("Ha pasado el plazo de un paso que le toca a su centro: Aceptar al alumno")
    assert Transfer.objects.get().reminded_for == Transfer.objects.get().due_on
