"""Many rows of the register at once, for tests that need numbers and not stories."""

from itertools import count

from plumier.models import Contact, Enrolment, Group, Guardianship, Person, Student

_numbers = count(1)


def make_students(group: Group, number: int, slot: str = "email_official") -> list[Student]:
    """Enrolled students, each with one readable address; in a few queries."""
    school = group.school
    people = _people(group, number, "Alumno")
    students = Student.objects.bulk_create(
        Student(school=school, person=person, expediente=f"x{next(_numbers)}") for person in people
    )
    Enrolment.objects.bulk_create(
        Enrolment(school=school, student=student, year=group.year, group=group) for student in students
    )
    _give_contacts(people, slot)
    return students


def make_families(group: Group, number: int, slot: str = "phone_1") -> list[Person]:
    """Enrolled students, each with a mother of her own who is reached in `slot`; the mothers."""
    students = make_students(group, number)
    mothers = _people(group, number, "Madre")
    Guardianship.objects.bulk_create(
        Guardianship(
            school=group.school,
            student=student,
            guardian=mother,
            relation="mother",
            order=1,
            receives_messages=True,
        )
        for student, mother in zip(students, mothers, strict=True)
    )
    _give_contacts(mothers, slot)
    return mothers


def _people(group: Group, number: int, name: str) -> list[Person]:
    return Person.objects.bulk_create(
        Person(school=group.school, given_name=name, surname=f"Número {next(_numbers)}")
        for _ in range(number)
    )


def _give_contacts(people: list[Person], slot: str) -> None:
    kind = "email" if slot.startswith("email") else "mobile"
    values = (
        f"persona{next(_numbers)}@familia.example" if kind == "email" else f"+347{next(_numbers):08d}"
        for _ in people
    )
    Contact.objects.bulk_create(
        Contact(school_id=person.school_id, person=person, slot=slot, kind=kind, value=value, typed=value)
        for person, value in zip(people, values, strict=True)
    )
