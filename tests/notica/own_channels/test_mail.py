"""Where somebody is written to about her own account."""

from notica.own_channels.mail import mail_of
from plumier.models import Person, SchoolPolicy, Staff, Student
from tests.notica.own_channels.conftest import MAIL


def add(person: Person, slot: str, value: str) -> None:
    person.contacts.create(school=person.school, slot=slot, kind="email", value=value)


def test_mother_who_works_there_is_written_to_at_her_own_address(mother: Person) -> None:
    add(mother, "email_official", "lucia@centro.example")
    Staff.objects.create(school=mother.school, person=mother)
    assert mail_of(mother) == MAIL


def test_student_is_written_to_at_the_official_one(mother: Person) -> None:
    student = Student.objects.order_by("pk")[0].person
    add(student, "email", "carmen@casa.example")
    assert mail_of(student) == ""
    add(student, "email_official", "carmen@centro.example")
    assert mail_of(student) == "carmen@centro.example"


def test_nobody_is_written_to_by_mail_where_the_school_has_none_or_may_not(mother: Person) -> None:
    Student.objects.update(protected=True)
    assert mail_of(mother) == ""
    Student.objects.filter(person__given_name="Hugo").update(protected=False)
    assert mail_of(mother) == MAIL
    SchoolPolicy.objects.update(channels=["sms"])
    assert mail_of(mother) == ""
