"""What each column of a roster says of somebody, and how wide it is in a workbook."""

from collections.abc import Callable
from typing import Final

from notica.tokapp_roster.reading import Entry
from plumier.models import School
from plumier.roster_columns import RosterColumn

Cell = Callable[[Entry, School], str]
WIDTHS: Final = {
    RosterColumn.GIVEN_NAME: 18,
    RosterColumn.SURNAME: 26,
    RosterColumn.FULL_NAME: 32,
    RosterColumn.STUDENT: 32,
    RosterColumn.EMAIL: 32,
}
USUAL_WIDTH: Final = 16  # characters


def _of_student(name: str) -> Cell:
    def cell(entry: Entry, _school: School) -> str:
        return str(getattr(entry.enrolment.student, name)) if entry.enrolment else ""

    return cell


def _phone(number: int) -> Cell:
    return lambda entry, _school: "".join(entry.phones[number : number + 1])


CELLS: Final[dict[RosterColumn, Cell]] = {
    RosterColumn.EXPEDIENTE: _of_student("expediente"),
    RosterColumn.NRE: _of_student("nre"),
    RosterColumn.DOCUMENT: lambda entry, _school: entry.person.document,
    RosterColumn.GIVEN_NAME: lambda entry, _school: entry.person.given_name,
    RosterColumn.SURNAME: lambda entry, _school: entry.person.surname,
    RosterColumn.FULL_NAME: lambda entry, _school: str(entry.person),
    RosterColumn.STAGE: lambda entry, _school: str(entry.enrolment.group.stage) if entry.enrolment else "",
    RosterColumn.GROUP: lambda entry, _school: entry.enrolment.group.name if entry.enrolment else "",
    RosterColumn.PHONE: _phone(0),
    RosterColumn.PHONE_2: _phone(1),
    RosterColumn.ROLE: lambda entry, _school: entry.role,
    RosterColumn.STUDENT: _of_student("person"),
    RosterColumn.EMAIL: lambda entry, _school: entry.email,
    RosterColumn.LANGUAGE: lambda entry, school: entry.person.language or school.language,
}
