"""Bodies and their members (requirement E9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumier.models import RegisterEdit, Staff
from plumier.refusals import Refused
from secretaria.bodies.calling import members_to_call
from secretaria.bodies.choices import BodyKind, BodyRole
from secretaria.bodies.keeping import (
    add_everyone,
    add_members,
    dissolve,
    end_membership,
    give_role,
    save_body,
)
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_school, make_staff
from tests.secretaria.bodies.rooms import FRIDAY, NINE, Committee, person_of
from tests.secretaria.transfers.test_access import bar


@pytest.fixture
def of(db: None, database_clock: DatabaseClock) -> Committee:
    database_clock.freeze(NINE)
    return Committee()


def names(of: Committee, day: object = FRIDAY) -> list[str]:
    return [one.person.given_name for one in members_to_call(of.body, day)]  # type: ignore[arg-type]


def test_name_of_a_body_is_taken_once(of: Committee) -> None:
    with pytest.raises(Refused, match="ese nombre"):
        save_body(of.school, " Consejo  Escolar ", BodyKind.OTHER, by=of.director, now=NINE)


def test_bodies_are_kept_by_who_directs_that_school(of: Committee) -> None:
    other = make_director(make_school("30000002"))
    for somebody in (of.elsa, other):
        with pytest.raises(Refused):
            save_body(of.school, "Claustro", BodyKind.STAFF_MEETING, by=somebody, now=NINE)
        with pytest.raises(Refused):
            add_everyone(of.body, by=somebody, now=NINE)


def test_everyone_at_work_is_added_once(of: Committee) -> None:
    Staff.objects.filter(person=person_of(make_staff(of.school, "Pepe Ido"))).update(active=False)
    assert [add_everyone(of.body, by=of.director, now=NINE) for _ in range(2)] == [2, 0]
    assert names(of) == ["Dolores", "Luis", "Olga", "Elsa", "Marta"]


def test_adding_everyone_costs_the_same_for_many(of: Committee) -> None:
    with CaptureQueriesContext(connection) as few:
        add_everyone(of.body, by=of.director, now=NINE)
    for number in range(20):
        make_staff(of.school, f"Uno {number}")
    with CaptureQueriesContext(connection) as many:
        assert add_everyone(of.body, by=of.director, now=NINE) == 20
    assert len(many) == len(few)


def test_people_of_another_school_are_not_added(of: Committee) -> None:
    stranger = person_of(make_staff(make_school("30000002")))
    with pytest.raises(Refused, match="ya no está"):
        add_members(of.body, [stranger.pk], BodyRole.MEMBER, FRIDAY, by=of.director, now=NINE)


def test_member_is_one_until_her_last_day(of: Committee) -> None:
    luis = of.body.members.get(person=person_of(of.luis))
    end_membership(luis, FRIDAY + timedelta(days=3), by=of.director, now=NINE)
    assert "Luis" in names(of, FRIDAY + timedelta(days=3))
    assert "Luis" not in names(of, FRIDAY + timedelta(days=4))
    assert of.add(of.luis, since=FRIDAY + timedelta(days=2)) == 0
    assert of.add(of.luis, since=FRIDAY + timedelta(days=4)) == 1


def test_member_who_has_not_begun_is_taken_out(of: Committee) -> None:
    of.add(of.olga, since=FRIDAY + timedelta(days=9))
    end_membership(of.body.members.get(person=person_of(of.olga)), FRIDAY, by=of.director, now=NINE)
    assert not of.body.members.filter(person=person_of(of.olga)).exists()


def test_every_change_of_a_member_is_kept(of: Committee) -> None:
    give_role(of.body.members.get(person=person_of(of.luis)), BodyRole.SECRETARY, by=of.director, now=NINE)
    kept = RegisterEdit.objects.filter(table_name="secretaria_bodymember")
    assert sorted(kept.values_list("kind", flat=True)) == ["I", "I", "I", "U"]


def test_dissolved_body_has_no_members_and_takes_none(of: Committee) -> None:
    dissolve(of.body, by=of.director, now=NINE)
    assert names(of, FRIDAY + timedelta(days=1)) == []
    with pytest.raises(Refused, match="disuelto"):
        of.add(of.olga)
    save_body(of.school, "Consejo Escolar", BodyKind.SCHOOL_COUNCIL, by=of.director, now=NINE)


def test_director_barred_by_a_court_does_not_call_the_pupil_or_her_mother(of: Committee) -> None:
    bar(of.director, of.ana)
    for person in (of.ana.person, of.marta.person):
        with pytest.raises(Refused, match="ya no está"):
            add_members(of.body, [person.pk], BodyRole.MEMBER, FRIDAY, by=of.director, now=NINE)
