"""A meeting is called, changed, called off, and its minutes told (requirement E9)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from notica.family_inbox import family_entries
from notica.files import path_of
from notica.models import Delivery, InboxEntry, Message
from notica.rendering import notice_text, text_context
from plumier.models import Student
from plumier.refusals import Refused
from secretaria.bodies.answering import answer
from secretaria.bodies.calling import add_minutes, call, cancel, change
from secretaria.bodies.choices import MeetingAnswer, MeetingState
from secretaria.bodies.keeping import dissolve, end_membership
from secretaria.bodies.writing import put_files
from secretaria.models import Meeting, MeetingCall
from tests.database import DatabaseClock
from tests.factories.register import make_staff
from tests.notica.answering import CONFIGURED
from tests.secretaria.bodies.rooms import FRIDAY, NINE, THURSDAY, Committee, pdf, person_of, written


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> Committee:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    return Committee()


def told() -> list[tuple[str, list[str], list[str]]]:
    """Of each message: what it says, to whom in Notica, and its files."""
    rows = Message.objects.filter(kind="meeting").order_by("pk")
    return [
        (
            one.params["what"],
            sorted(InboxEntry.objects.filter(message=one).values_list("person__given_name", flat=True)),
            [file.name for file in one.attachments.all()],
        )
        for one in rows
    ]


def addresses() -> list[str]:
    """To which mails go out."""
    ours = Message.objects.filter(kind="meeting").values("pk")
    return sorted(Delivery.objects.filter(message_id__in=ours).values_list("address", flat=True))


def events() -> list[Any]:
    """The event of each message's file for calendars."""
    kept = Message.objects.filter(kind="meeting", attachments__name="convocatoria.ics").order_by("pk")
    found = [one.attachments.get(name="convocatoria.ics") for one in kept]
    assert {one.content_type for one in found} <= {"text/calendar"}
    return [Calendar.from_ical(path_of(one.sha256).read_bytes()).walk("VEVENT")[0] for one in found]


def test_members_of_the_day_are_told_by_mail_and_in_notica_with_the_files(
    of: Committee, tmp_path: Path
) -> None:
    end_membership(
        of.body.members.get(person=person_of(of.luis)), FRIDAY - timedelta(days=1), by=of.director, now=NINE
    )
    draft = of.draft()
    put_files(draft, [pdf(tmp_path)], [], by=of.director, now=NINE)
    call(draft, 1, by=of.director, now=NINE)
    assert told() == [("called", ["Elsa", "Marta"], ["presupuesto.pdf", "convocatoria.ics"])]
    assert addresses() == sorted([person_of(of.elsa).contacts.get().value, "marta@family.example"])
    (event,) = events()
    assert (event["SEQUENCE"], event["DTSTART"].dt) == (0, THURSDAY)


def test_text_says_when_where_and_what_about(of: Committee) -> None:
    of.called()
    message = Message.objects.get(kind="meeting")
    text = notice_text(message, "es")
    assert text.startswith(
        "Se le convoca a una reunión: Consejo Escolar.\n\n"
        "Cuándo: jueves 3 de diciembre, a las 17:00\n"
        "Segunda convocatoria: a las 17:30\n"
        "Dónde: Biblioteca\n"
        "Duración: 60 minutos\n\n"
        "Orden del día:\n1. Lectura del acta anterior\n2. Presupuesto\n\n"
        "Diga aquí si asistirá: "
    )
    assert text_context(message, "es")["subject"] == "Convocatoria: Consejo Escolar, jueves 3 de diciembre"


def test_call_pressed_twice_is_sent_once(of: Committee) -> None:
    draft = of.draft()
    for _ in range(2):
        call(draft, 1, by=of.director, now=NINE)
    assert len(told()) == 1


def test_call_that_changed_since_it_was_looked_at_is_not_sent(of: Committee) -> None:
    draft = of.draft()
    with pytest.raises(Refused, match="mientras tanto"):
        call(draft, 7, by=of.director, now=NINE)
    assert told() == []


def test_body_without_members_is_not_called(of: Committee) -> None:
    of.body.members.all().delete()
    with pytest.raises(Refused, match="no tiene componentes"):
        of.called()
    assert (Meeting.objects.get().state, told()) == (MeetingState.DRAFT, [])


def test_another_hour_is_told_to_all_and_asked_about_again(of: Committee) -> None:
    meeting = of.called()
    answer(meeting, MeetingAnswer.COMING, "", by=of.elsa, now=NINE)
    later = THURSDAY + timedelta(hours=1)
    changed = change(meeting, written(starts_at=later, second_at=None), 2, by=of.director, now=NINE)
    assert [one[:2] for one in told()][1:] == [("changed", ["Elsa", "Luis", "Marta"])]
    assert [(one["SEQUENCE"], one["DTSTART"].dt) for one in events()] == [(0, THURSDAY), (1, later)]
    assert len({str(one["UID"]) for one in events()}) == 1
    assert set(changed.members.values_list("answer", flat=True)) == {""}


def test_another_place_keeps_the_answers_and_nothing_different_is_not_told(of: Committee) -> None:
    meeting = of.called()
    answer(meeting, MeetingAnswer.COMING, "", by=of.elsa, now=NINE)
    change(meeting, written(place="Aula 3"), 2, by=of.director, now=NINE)
    change(meeting, written(place="Aula 3"), 3, by=of.director, now=NINE)
    assert [one[0] for one in told()] == ["called", "changed"]
    assert meeting.members.filter(answer="coming").count() == 1


def test_meeting_called_off_is_struck_out_of_calendars(of: Committee) -> None:
    meeting = of.called()
    for _ in range(2):
        cancel(meeting, "Obras en la biblioteca", by=of.director, now=NINE)
    assert [one[0] for one in told()] == ["called", "cancelled"]
    assert [(one["SEQUENCE"], str(one["STATUS"])) for one in events()] == [
        (0, "CONFIRMED"),
        (1, "CANCELLED"),
    ]
    last = Message.objects.filter(kind="meeting").latest("pk")
    assert "Motivo: Obras en la biblioteca" in notice_text(last, "es")


def test_nothing_is_changed_once_it_has_begun(of: Committee) -> None:
    meeting = of.called()
    begun = THURSDAY + timedelta(minutes=31)
    with pytest.raises(Refused, match="ya ha empezado"):
        change(meeting, written(place="Aula 3"), 2, by=of.director, now=begun)
    with pytest.raises(Refused, match="ya ha empezado"):
        cancel(meeting, "x", by=of.director, now=begun)


def test_member_added_later_is_called_alone(of: Committee) -> None:
    of.called()
    of.add(of.olga)
    assert [one[:2] for one in told()] == [("called", ["Elsa", "Luis", "Marta"]), ("called", ["Olga"])]
    assert list(MeetingCall.objects.order_by("pk").values_list("told", flat=True)) == [3, 1]


def test_member_whose_term_ended_hears_no_more(of: Committee, database_clock: DatabaseClock) -> None:
    meeting = of.called()
    end_membership(of.body.members.get(person=person_of(of.luis)), FRIDAY, by=of.director, now=NINE)
    database_clock.freeze(NINE + timedelta(days=1))
    cancel(meeting, "x", by=of.director, now=NINE + timedelta(days=1))
    assert told()[1][1] == ["Elsa", "Marta"]


def test_minutes_are_told_in_notica_with_the_file_and_once(
    of: Committee, tmp_path: Path, database_clock: DatabaseClock
) -> None:
    meeting = of.called()
    with pytest.raises(Refused, match="ha empezado"):
        add_minutes(meeting, [pdf(tmp_path, "acta.pdf")], by=of.director, now=NINE)
    after = THURSDAY + timedelta(hours=2)
    database_clock.freeze(after)
    for _ in range(2):
        add_minutes(meeting, [pdf(tmp_path, "acta.pdf")], by=of.director, now=after)
    assert told()[1:] == [("minutes", ["Elsa", "Luis", "Marta"], ["acta.pdf"])]


def test_parent_whose_child_is_protected_reads_it_in_mirador_alone(of: Committee) -> None:
    Student.objects.update(protected=True)
    of.called()
    assert "marta@family.example" not in addresses()
    mother = person_of(of.mother)
    entries = family_entries([mother.pk], [of.ana.pk], NINE)
    assert [one.message.kind for one in entries] == ["meeting"]


def test_director_of_another_school_calls_nobody(of: Committee) -> None:
    draft = of.draft()
    stranger = Committee(code="30000002").director
    with pytest.raises(Refused):
        call(draft, 1, by=stranger, now=NINE)


def test_calling_many_costs_the_same_as_calling_few(
    of: Committee, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    of.add(*(make_staff(of.school, f"Uno {number}") for number in range(30)))
    with django_assert_max_num_queries(60):
        of.called()
    assert len(told()[0][1]) == 33


def test_dissolved_body_can_still_call_its_meeting_off(of: Committee, database_clock: DatabaseClock) -> None:
    meeting = of.called()
    dissolve(of.body, by=of.director, now=NINE)
    database_clock.freeze(NINE + timedelta(days=1))
    cancel(meeting, "x", by=of.director, now=NINE + timedelta(days=1))
    assert told()[1][1] == ["Elsa", "Luis", "Marta"]
