"""A record is its author's, the tutor's and the management's; of nobody else in the school (requirement E4)."""

import pytest

from convivencia.models import BehaviourRecord
from convivencia.records.access import enrolments_written_of, records_seen_by
from convivencia.records.writing import annul_record
from notica.access import messages_visible_to
from plumier.models import Enrolment, Guardianship, Procedure, SchoolPolicy, User
from plumier.roles import Role
from tests.convivencia.records.incidents import FRIDAY, TEN, Incident
from tests.factories.register import make_director, make_group, make_school, make_staff, make_tutor


def seen(user: User) -> list[BehaviourRecord]:
    return list(records_seen_by(user, FRIDAY))


def test_author_tutor_and_management_see_it_and_nobody_else(of: Incident) -> None:
    record = of.record()
    counsellor = make_staff(of.school, "Carla Orienta", Role.COUNSELLOR)
    readers = (of.teacher, of.tutor, of.director)
    others = (of.colleague, of.pas, counsellor, make_staff(of.school), make_director(make_school("30000002")))
    assert [seen(user) for user in readers] == [[record]] * 3
    assert [seen(user) for user in others] == [[]] * 5


def test_new_tutor_sees_what_was_written_before_and_the_old_one_no_more(of: Incident) -> None:
    record = of.record()
    other = make_tutor(other_group := make_group(of.school, "1º ESO D"), "Nora Nueva")
    Enrolment.objects.filter(student=of.luis).update(group=other_group)
    assert (seen(other), seen(of.tutor), seen(of.teacher)) == ([record], [], [record])


def test_court_keeps_even_a_director_from_it(of: Incident) -> None:
    of.record()
    Guardianship.objects.filter(relation="father").update(
        guardian=of.director.people.get(), barred_from="2026-01-01", barred_reference="Auto 1/2026"
    )
    assert seen(of.director) == []
    assert not enrolments_written_of(of.director, of.school, FRIDAY).filter(student=of.luis).exists()


def test_annulled_one_is_left_to_its_author_and_the_management(of: Incident) -> None:
    record = of.record()
    annul_record(record, "No fue él", by=of.director, now=TEN)
    assert [len(seen(user)) for user in (of.teacher, of.director, of.tutor)] == [1, 1, 0]


def test_school_that_keeps_none_shows_none(of: Incident) -> None:
    of.record()
    rest = [
        code for code in SchoolPolicy.objects.get(school=of.school).procedures if code != Procedure.BEHAVIOUR
    ]
    SchoolPolicy.objects.filter(school=of.school).update(procedures=rest)
    assert seen(of.director) == []


def test_who_left_sees_her_own_no_more(of: Incident) -> None:
    of.record()
    of.teacher.people.get().staff.delete()
    assert seen(of.teacher) == []


def test_only_pupils_who_are_here_are_written_of(of: Incident) -> None:
    Enrolment.objects.filter(student=of.rosa).update(left_on=FRIDAY)
    rows = enrolments_written_of(of.teacher, of.school, FRIDAY)
    assert [one.student for one in rows] == [of.luis]


@pytest.mark.parametrize(("who", "number"), [("teacher", 1), ("director", 1), ("pas", 0), ("tutor", 0)])
def test_send_of_a_notice_is_its_senders_and_the_managements(of: Incident, who: str, number: int) -> None:
    of.notify(of.record())
    assert messages_visible_to(getattr(of, who), FRIDAY).filter(kind="behaviour").count() == number


@pytest.mark.parametrize("who", ["director", "tutor"])
def test_nobody_reads_by_her_post_what_was_written_of_her_own_child(of: Incident, who: str) -> None:
    user: User = getattr(of, who)
    luis, rosa = of.write(of.luis, of.rosa)[::-1]
    Guardianship.objects.filter(relation="mother", student=of.luis).update(guardian=user.people.get())
    assert (luis.enrolment.student, seen(user)) == (of.luis, [rosa])
