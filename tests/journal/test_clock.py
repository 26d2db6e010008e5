"""The clock reminds once before the hour, and at it tells the desk once who lacks (requirement C9)."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from journal.clock import act, remind_and_close
from journal.handing_in import hand_in
from journal.models import JournalDay
from notica.models import Delivery, InboxEntry, Message
from notica.rendering import notice_text
from plumier.models import Holiday, School, SchoolPolicy
from plumier.school_days import Calendar, calendar_of
from tests.factories.register import make_school
from tests.journal.classes import FRIDAY, Classes, at


def told(kind: str) -> list[str]:
    rows = InboxEntry.objects.filter(message__kind=kind).select_related("person")
    return sorted(row.person.full_name for row in rows)


def test_only_who_has_not_handed_in_is_reminded_and_once(of: Classes) -> None:
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    of.until(at(15, 29))
    remind_and_close()
    assert told("journal_reminder") == []
    for minute in (30, 31, 59):
        of.until(at(15, minute))
        remind_and_close()
    assert told("journal_reminder") == ["Hoa Chủ nhiệm"]
    message = Message.objects.get()
    assert Delivery.objects.filter(message_id=message.pk, channel="email").count() == 1
    assert notice_text(message, "es").startswith("El diario de su grupo del viernes 27 de noviembre")


def test_at_the_hour_the_desk_hears_once_which_classes_lack(of: Classes) -> None:
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    for second in (0, 1, 30):
        of.until(at(16, 0, second))
        remind_and_close()
    assert told("journal_missing") == ["Tú Công nghệ"]
    message = Message.objects.get(kind="journal_missing")
    assert message.params["groups"] == ["10A2"]
    assert "• 10A2\n" in notice_text(message, "vi")


def test_nobody_is_told_where_nothing_lacks(of: Classes) -> None:
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    hand_in(of.other, FRIDAY, by=of.other_tutor, now=at(15))
    of.until(at(16, 1))
    remind_and_close()
    assert Message.objects.count() == 0


def test_each_school_goes_by_its_own_zone(of: Classes) -> None:
    other = make_school("30000009", time_zone="Europe/Madrid")
    SchoolPolicy.objects.filter(school=other).update(procedures=["diario"])
    of.until(at(16, 1))
    remind_and_close()
    assert list(JournalDay.objects.values_list("school__code", flat=True)) == ["HN1"]


def test_trouble_of_one_school_keeps_no_other_waiting(of: Classes, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_school("HN9", time_zone=of.school.time_zone)
    SchoolPolicy.objects.filter(school=other).update(procedures=["diario"])

    def broken(school: School) -> Calendar:
        if school == of.school:
            raise ZeroDivisionError
        return calendar_of(school)

    monkeypatch.setattr("journal.clock.calendar_of", broken)
    of.until(at(16, 1))
    remind_and_close()
    assert list(JournalDay.objects.values_list("school__code", flat=True)) == ["HN9"]


@pytest.mark.parametrize("free", [True, False])
def test_day_without_school_reminds_nobody(of: Classes, free: bool) -> None:
    if free:
        Holiday.objects.create(school=of.school, name="Lễ", first_day=FRIDAY, last_day=FRIDAY)
    of.until(at(15, 45))
    remind_and_close()
    assert bool(told("journal_reminder")) is not free


def test_command_does_what_the_clock_does(of: Classes) -> None:
    of.until(at(16, 1))
    out = StringIO()
    for _ in range(2):
        call_command("close_journals", school="HN1", stdout=out)
    assert out.getvalue().count("2 grupos") == 2
    assert (told("journal_missing"), act(of.school, now=at(16, 2))) == (["Tú Công nghệ"], 0)


def test_day_without_school_is_looked_at_once(of: Classes, django_assert_max_num_queries: Any) -> None:
    of.until(at(16, 5, day=FRIDAY + timedelta(days=1)))
    remind_and_close()
    assert Message.objects.count() == 0
    with django_assert_max_num_queries(3):
        remind_and_close()
