"""A OneRoster export brings students, families, staff, tutors and teaching, and the same one twice changes nothing."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest

from plumier.importing.actions import Ask, ImportReport, import_file
from plumier.importing.problems import RosterError
from plumier.models import (
    Contact,
    Enrolment,
    Group,
    Guardianship,
    Person,
    School,
    Staff,
    Student,
    SubgroupMember,
    TeachingAssignment,
)
from tests.factories.register import make_school

NOW = dt.datetime(2026, 9, 10, 12, tzinfo=dt.UTC)
Files = dict[str, str]

MANIFEST = """propertyName,value
manifest.version,1.0
oneroster.version,{version}
file.users,bulk
file.classes,bulk
file.enrollments,bulk
file.orgs,bulk
file.courses,bulk
"""
ORGS = """sourcedId,status,name,type,identifier
o1,,IES Uno,school,30000001
"""
COURSES = """sourcedId,status,title,courseCode
c1,,Matemáticas,MAT
"""
CLASSES = """sourcedId,status,title,courseSourcedId,classType,schoolSourcedId
h1,,1º ESO A,,homeroom,o1
h2,,1º ESO B,,homeroom,o1
m1,,Matemáticas 1A,c1,scheduled,o1
m2,,Refuerzo,c1,scheduled,o1
"""
USERS = """sourcedId,status,enabledUser,givenName,familyName,email,sms,phone,identifier,userIds,agentSourceIds{role}
u1,,true,Ana,Gil Ros,ana@alu.example,,,E1,{{NRE:N1}},"p1,p2"{student}
u2,,true,Luis,Gil Ros,luis@alu.example,,,E2,,p1{student}
u3,,true,Eva,Sol,eva@alu.example,,,E3,,{student}
p1,,true,Marta,Ros Vera,marta@example.org,600111222,968123456,,{{DNI:12345678Z}},{guardian}
p2,,true,Pedro,Gil Sáez,,600111333,,,,{guardian}
t1,,true,Tere,Tutora Paz,tere@staff.example,,,,,{teacher}
"""
ENROLLMENTS = """sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role,primary,endDate
e1,,h1,o1,u1,student,,
e2,,h1,o1,u2,student,,
e3,,h2,o1,u3,student,,
e4,,h1,o1,t1,teacher,true,
e5,,m1,o1,u1,student,,
e6,,m1,o1,u2,student,,
e7,,m1,o1,t1,teacher,true,
e8,,m2,o1,u1,student,,
e9,,m2,o1,u3,student,,
e10,,m2,o1,t1,teacher,true,
"""
ROLES = """sourcedId,status,userSourcedId,roleType,role,orgSourcedId
r1,,u1,primary,student,o1
r2,,u2,primary,student,o1
r3,,u3,primary,student,o1
r4,,p1,primary,parent,o1
r5,,p2,primary,guardian,o1
r6,,t1,primary,teacher,o1
"""


def files(version: str = "1.1", **changed: str) -> Files:
    """In 1.1 a user has a role; in 1.2 roles are a file of their own."""
    old = version == "1.1"
    roles = {name: f",{name}" if old else "" for name in ("student", "guardian", "teacher")}
    found = {
        "manifest": MANIFEST.format(version=version) + ("" if old else "file.roles,bulk\n"),
        "orgs": ORGS,
        "courses": COURSES,
        "classes": CLASSES,
        "users": USERS.format(role=",role" if old else "", **roles),
        "enrollments": ENROLLMENTS,
        **({} if old else {"roles": ROLES}),
    }
    return {**found, **changed}


def zipped(parts: Files, folder: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(f"{folder}{name}.csv", text)
    return file.getvalue()


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def bring(school: School, content: bytes, *, dry_run: bool = False) -> ImportReport:
    return import_file(school=school, content=content, ask=Ask(dry_run=dry_run), now=NOW)


def register() -> list[Any]:
    """What of the register the export is about."""
    return [
        sorted(Student.objects.values_list("expediente", "nre", "person__surname")),
        sorted(Enrolment.objects.values_list("student__expediente", "group__name")),
        sorted(
            Guardianship.objects.values_list(
                "student__expediente", "guardian__given_name", "receives_messages"
            )
        ),
        sorted(Contact.objects.values_list("person__given_name", "slot", "value")),
        sorted(Staff.objects.values_list("person__given_name", flat=True)),
        sorted(Group.objects.values_list("name", "tutor__given_name")),
        sorted(
            TeachingAssignment.objects.values_list("subject__name", "group__name", "subgroup__name"), key=str
        ),
        sorted(SubgroupMember.objects.values_list("subgroup__name", "enrolment__student__expediente")),
    ]


EXPECTED = [
    [("E1", "N1", "Gil Ros"), ("E2", "", "Gil Ros"), ("E3", "", "Sol")],
    [("E1", "1º ESO A"), ("E2", "1º ESO A"), ("E3", "1º ESO B")],
    [("E1", "Marta", True), ("E1", "Pedro", True), ("E2", "Marta", True)],
    [
        ("Ana", "email_official", "ana@alu.example"),
        ("Eva", "email_official", "eva@alu.example"),
        ("Luis", "email_official", "luis@alu.example"),
        ("Marta", "email", "marta@example.org"),
        ("Marta", "phone_1", "+34600111222"),
        ("Marta", "phone_2", "+34968123456"),
        ("Pedro", "phone_1", "+34600111333"),
        ("Tere", "email_official", "tere@staff.example"),
    ],
    ["Tere"],
    [("1º ESO A", "Tere"), ("1º ESO B", None)],
    [("Matemáticas", "1º ESO A", None), ("Matemáticas", None, "Refuerzo")],
    [("Refuerzo", "E1"), ("Refuerzo", "E3")],
]


@pytest.mark.parametrize("folder", ["", "export/"])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_export_becomes_the_register(school: School, version: str, folder: str) -> None:
    report = bring(school, zipped(files(version), folder))
    assert (report.errors, register()) == ((), EXPECTED)
    assert report.source == f"OneRoster {version}"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_same_export_twice_changes_nothing(school: School, version: str) -> None:
    bring(school, zipped(files(version)))
    people = list(Person.objects.order_by("pk").values())
    report = bring(school, zipped(files(version)))
    assert (report.students.new, report.students.changed, report.guardians.changed) == (0, 0, 0)
    assert (register(), list(Person.objects.order_by("pk").values())) == (EXPECTED, people)


def test_dry_run_tells_the_same_and_writes_nothing(school: School) -> None:
    told = bring(school, zipped(files()), dry_run=True)
    assert (Student.objects.count(), Staff.objects.count()) == (0, 0)
    assert bring(school, zipped(files())).as_json() == told.as_json()


def test_member_who_left_a_class_is_no_longer_in_the_subgroup(school: School) -> None:
    bring(school, zipped(files()))
    bring(school, zipped(files(enrollments=ENROLLMENTS.replace("e9,,m2", "e9,tobedeleted,m2"))))
    assert list(SubgroupMember.objects.values_list("enrolment__student__expediente", flat=True)) == ["E1"]


def test_guardian_whom_a_court_keeps_away_stays_so(school: School) -> None:
    bring(school, zipped(files()))
    tie = Guardianship.objects.filter(guardian__given_name="Pedro")
    tie.update(barred_from="2026-01-01", barred_reference="Auto 12/2026", receives_messages=False)
    bring(
        school,
        zipped(
            files(
                users=USERS.format(
                    role=",role", student=",student", guardian=",guardian", teacher=",teacher"
                ).replace('"p1,p2"', "p1")
            )
        ),
    )
    assert tie.count() == 1


def test_student_without_a_group_stops_the_whole_import(school: School) -> None:
    report = bring(school, zipped(files(enrollments=ENROLLMENTS.replace("e3,,h2,o1,u3,student,,\n", ""))))
    assert [(error.row, error.column) for error in report.errors] == [(4, "sourcedId")]
    assert (Student.objects.count(), Staff.objects.count()) == (0, 0)


REFUSED = {
    "another version": (files("1.1", manifest=MANIFEST.format(version="2.0")), "El zip es de OneRoster 2.0"),
    "changes only": (
        files("1.1", manifest=MANIFEST.format(version="1.1").replace("users,bulk", "users,delta")),
        "solo los cambios",
    ),
    "without users": ({name: text for name, text in files().items() if name != "users"}, "users.csv"),
    "two other schools": (
        files("1.1", orgs="sourcedId,status,name,type,identifier\no8,,A,school,8\no9,,B,school,9\n"),
        "ninguno tiene el código 30000001",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_export_that_cannot_be_read_is_refused_in_words(school: School, why: str) -> None:
    parts, words = REFUSED[why]
    with pytest.raises(RosterError, match=words):
        bring(school, zipped(parts))


def test_text_that_is_not_utf8_is_refused(school: School) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files().items():
            archive.writestr(f"{name}.csv", text.encode("latin-1" if name == "users" else "utf-8"))
    with pytest.raises(RosterError, match=r"users\.csv"):
        bring(school, file.getvalue())
