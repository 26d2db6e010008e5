import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumier.importing import writing
from plumier.importing.plan import Counts, Plan
from plumier.importing.steps import carry_out
from plumier.importing.writing import copy_rows, update_rows, write
from plumier.models import Contact, Enrolment, Person
from tests.factories.register import make_group, make_person, make_school, make_student


def test_update_rows_writes_many_rows_in_one_statement(db: None) -> None:
    school = make_school()
    people = [make_person(school, f"Ana {number}") for number in range(30)]
    for number, person in enumerate(people):
        person.surname, person.document, person.given_name = f"Gil {number}", "", "Eva"
    people[0].surname = ""
    with CaptureQueriesContext(connection) as queries:
        update_rows(Person, ("surname", "document"), people)
    assert len(queries) == 1
    kept = list(Person.objects.order_by("pk").values_list("given_name", "surname"))
    assert kept == [("Ana", ""), *(("Ana", f"Gil {number}") for number in range(1, 30))]


def test_update_rows_writes_a_reference_and_leaves_other_rows_alone(db: None) -> None:
    school = make_school()
    first, second = make_group(school, "1º ESO A"), make_group(school, "1º ESO B")
    moved, stays = (make_student(first, name).enrolments.get() for name in ("Ana Gil", "Eva Gil"))
    moved.group, moved.status = second, "withdrawn"
    update_rows(Enrolment, ("group", "status"), [moved])
    assert list(Enrolment.objects.order_by("pk").values_list("group__name", "status")) == [
        ("1º ESO B", "withdrawn"), ("1º ESO A", "active"),
    ]  # fmt: skip
    assert stays.group == first


def test_copy_rows_makes_rows_of_people_who_had_no_key_before(db: None) -> None:
    school = make_school()
    person = Person(school=school, given_name="Ana")
    contacts = [
        Contact(school_id=school.pk, person=person, slot=slot, kind="unreadable", typed="tab\t\\N y\nlínea")
        for slot in ("phone_1", "phone_2")
    ]
    person.save()
    copy_rows(Contact, contacts)
    assert list(
        Contact.objects.order_by("slot").values_list("school", "person", "slot", "value", "typed")
    ) == [(school.pk, person.pk, slot, "", "tab\t\\N y\nlínea") for slot in ("phone_1", "phone_2")]


def test_write_of_an_empty_plan_writes_nothing(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        write(Plan())
    assert len(queries) == 0


def test_plan_change_notes_a_row_only_if_something_differs(db: None) -> None:
    person = make_person(make_school(), "Ana Gil")
    plan = Plan()
    assert plan.change(person, given_name="Ana", surname="Gil") is False
    assert plan.change(person, given_name="Eva", surname="Gil") is True
    assert plan.changed == {Person: [person]}


@pytest.mark.parametrize(
    ("new", "changed", "counts"),
    [(True, True, [1, 0, 0, 0]), (False, True, [0, 1, 0, 0]), (False, False, [0, 0, 1, 0])],
)
def test_counts_add_up_each_once(new: bool, changed: bool, counts: list[int]) -> None:
    found = Counts()
    found.add(new=new, changed=changed)
    assert list(found.as_json().values()) == counts


def test_large_import_tells_the_planner_how_large_its_tables_are(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ANALYZE_FROM", 3)
    school = make_school()
    plan = Plan()
    for _ in range(3):
        plan.make(Person(school=school, given_name="Ana"))
    carry_out([plan], None, dry_run=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'plumier_person'")
        assert cursor.fetchone() == (3,)
