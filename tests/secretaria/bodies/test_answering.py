"""What members answer, and who sees which meetings (requirement E9)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from notica.access import messages_visible_to
from plumier.clock import day_in
from plumier.models import Procedure, School, SchoolPolicy, Staff
from plumier.refusals import Refused
from plumier.roles import Role
from secretaria.bodies.access import meetings_kept_by, meetings_of, meetings_seen_by
from secretaria.bodies.answering import answer, note_attendance
from secretaria.bodies.calling import add_minutes
from secretaria.bodies.choices import MeetingAnswer
from secretaria.bodies.keeping import end_membership
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_school, make_staff
from tests.secretaria.bodies.rooms import FRIDAY, NINE, THURSDAY, Committee, pdf, person_of

COMING, NOT_COMING = MeetingAnswer.COMING, MeetingAnswer.NOT_COMING


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> Committee:
    database_clock.freeze(NINE)
    return Committee()


def test_last_answer_counts_until_it_begins(of: Committee) -> None:
    meeting = of.called()
    answer(meeting, NOT_COMING, " Tengo   clase ", by=of.elsa, now=NINE)
    assert answer(meeting, COMING, "nada", by=of.elsa, now=NINE).reason == ""
    kept = answer(meeting, NOT_COMING, " Tengo   clase ", by=of.elsa, now=THURSDAY - timedelta(seconds=1))
    assert (kept.answer, kept.reason) == ("not_coming", "Tengo clase")
    with pytest.raises(Refused, match="Ya no se puede"):
        answer(meeting, COMING, "", by=of.elsa, now=THURSDAY)


def test_who_cannot_come_says_why(of: Committee) -> None:
    with pytest.raises(Refused, match="por qué"):
        answer(of.called(), NOT_COMING, " ", by=of.elsa, now=NINE)


def test_who_is_not_called_does_not_answer(of: Committee) -> None:
    with pytest.raises(Refused, match="No está"):
        answer(of.called(), COMING, "", by=of.olga, now=NINE)


def test_parent_answers_as_who_she_is(of: Committee) -> None:
    assert answer(of.called(), COMING, "", by=of.mother, now=NINE).person == person_of(of.mother)


def test_attendance_is_noted_when_it_has_begun(of: Committee) -> None:
    meeting = of.called()
    elsa = meeting.members.get(person=person_of(of.elsa))
    with pytest.raises(Refused, match="ha empezado"):
        note_attendance(meeting, [elsa.pk], by=of.director, now=NINE)
    assert note_attendance(meeting, [elsa.pk], by=of.director, now=THURSDAY) == 1
    assert sorted(meeting.members.values_list("attended", flat=True)) == [False, False, True]
    assert note_attendance(meeting, [], by=of.director, now=THURSDAY) == 0


def test_each_sees_the_meetings_to_which_she_was_called(of: Committee) -> None:
    meeting, today = of.called(), day_in(of.school, NINE)
    seen = {user: meetings_of(user, today).count() for user in (of.elsa, of.mother, of.olga, of.director)}
    assert seen == {of.elsa: 1, of.mother: 1, of.olga: 0, of.director: 0}
    assert list(meetings_seen_by(of.director, today)) == [meeting]
    assert not meetings_seen_by(make_director(make_school("30000002")), today).exists()


def test_pas_leads_the_school_and_does_not_keep_its_bodies(of: Committee) -> None:
    of.called()
    pas = make_staff(of.school, role=Role.PAS)
    assert not meetings_kept_by(pas, FRIDAY).exists()


@pytest.mark.parametrize(("last", "seen"), [(FRIDAY, 0), (THURSDAY.date(), 1)])
def test_member_whose_term_ended_keeps_those_of_her_time_alone(
    of: Committee, tmp_path: Path, last: date, seen: int
) -> None:
    meeting = of.called()
    end_membership(of.body.members.get(person=person_of(of.luis)), last, by=of.director, now=NINE)
    add_minutes(meeting, [pdf(tmp_path, "acta.pdf")], by=of.director, now=THURSDAY + timedelta(hours=2))
    assert meetings_of(of.luis, FRIDAY + timedelta(days=9)).count() == seen
    Staff.objects.filter(person=person_of(of.luis)).update(active=False)
    assert not meetings_of(of.luis, FRIDAY).exists()


def test_day_of_a_meeting_is_the_schools_own(of: Committee) -> None:
    School.objects.filter(pk=of.school.pk).update(time_zone="Asia/Ho_Chi_Minh")
    late = datetime(2026, 12, 2, 23, 0, tzinfo=UTC)  # six in the morning of the third there
    of.called(starts_at=late, second_at=None)
    member = of.body.members.get(person=person_of(of.luis))
    end_membership(member, date(2026, 12, 3), by=of.director, now=NINE)
    assert meetings_of(of.luis, FRIDAY).count() == 1
    end_membership(member, date(2026, 12, 2), by=of.director, now=NINE)
    assert not meetings_of(of.luis, FRIDAY).exists()


def test_pas_does_not_read_the_call_among_the_schools_messages(of: Committee) -> None:
    of.called()
    pas = make_staff(of.school, "Pepe Pas", Role.PAS)
    seen = {
        user: messages_visible_to(user, FRIDAY).filter(kind="meeting").count() for user in (of.director, pas)
    }
    assert seen == {of.director: 1, pas: 0}


def test_school_that_keeps_no_bodies_shows_none(of: Committee) -> None:
    of.called()
    left = [one for one in Procedure if one != Procedure.BODIES]
    SchoolPolicy.objects.filter(school=of.school).update(procedures=left)
    for user in (of.director, of.elsa, of.mother):
        assert not meetings_seen_by(user, FRIDAY).exists()
