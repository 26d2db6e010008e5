"""The second school: THPT Khoa học Giáo dục of Hà Nội, its register, its staff and who logs in."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _

from demo.hanoi import roster
from demo.seeding import Login, with_password
from plumier.actions import NewSchool, create_school
from plumier.clock import database_today
from plumier.models import (
    Contact,
    ContactKind,
    Enrolment,
    Group,
    Guardianship,
    Person,
    Post,
    School,
    Slot,
    Staff,
    Subject,
    TeachingAssignment,
    User,
)
from plumier.models.schools import Language
from plumier.policy_presets import apply_preset
from plumier.roles import Role

CODE: Final = "01000259"
NAME: Final = "THPT Khoa học Giáo dục"
DOMAIN: Final = "khgd.example"
SINCE: Final = date(2026, 9, 5)
# Username, name and post of who works there beside the tutors.
OFFICES: Final = (
    ("bgh", "Nguyễn Tuyết Nhung", Role.BGH),
    ("cgcn", "Trần Quang Huy", Role.CGCN),
    ("daotao", "Lê Thị Minh Hạnh", Role.TRAINING),
    ("taichinh", "Phạm Thu Hằng", Role.FINANCE),
    ("doantn", "Vũ Đức Anh", Role.YOUTH_UNION),
    ("giamthi", "Hoàng Văn Thắng", Role.SUPERVISORS),
    ("bantru", "Đỗ Thị Lan", Role.BOARDING),
)
TUTOR: Final = "gvcn"  # of the first class
FAMILY: Final = "phuhuynh"
SUBJECTS: Final = (
    "Toán",
    "Ngữ văn",
    "Tiếng Anh",
    "Vật lí",
    "Hóa học",
    "Sinh học",
    "Lịch sử",
    "Địa lí",
    "Tin học",
)
# Names of the 36 tutors: each family name with a given one.
_TUTORS_FAMILY: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Bùi")
_TUTORS_GIVEN: Final = ("Thị Hồng Vân", "Văn Hải", "Thị Thanh Hà", "Minh Đức", "Thu Trang", "Thị Bích Ngọc")


@dataclass(frozen=True, slots=True)
class _Colleague:
    """Somebody of the staff."""

    username: str
    name: str
    role: Role


def school() -> School:
    """The second school with the policy of its document, made when it is not there."""
    found = School.objects.filter(code=CODE).first()
    if found is None:
        found = create_school(NewSchool(CODE, NAME, "publico", "VN"))
        apply_preset(found, "hanoi")
    return School.objects.select_related("policy").get(pk=found.pk)


def import_roster() -> None:
    """Read the roster by the import command, as a csv of the desk's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "danh-sach-hoc-sinh.csv"
        roster.write(path)
        call_command("import_register", str(path), school=CODE, verbosity=0)


def groups_of(of: School) -> list[Group]:
    """Its classes in the order of the roster."""
    rows = Group.objects.filter(school=of, year__is_current=True).select_related("year", "tutor__user")
    by_name = {group.name: group for group in rows}
    return [by_name[name] for name in roster.CLASSES if name in by_name]


def tutor_of(name: str) -> str:
    """The log-in of a class's tutor (GVCN)."""
    return TUTOR if name == roster.CLASSES[0] else f"{TUTOR}.{name.lower()}"


@transaction.atomic
def staff(of: School) -> list[Login]:
    """Everybody who works there; those whom a visitor can be get a new password for this run."""
    groups = groups_of(of)
    tutors = [
        _Colleague(tutor_of(group.name), _tutor_name(place), Role.TEACHER)
        for place, group in enumerate(groups)
    ]
    people = _employ(of, [*(_Colleague(*one) for one in OFFICES), *tutors])
    for group in groups:
        group.tutor = people[tutor_of(group.name)]
    Group.objects.bulk_update(groups, ["tutor"])
    _teach(of, groups)
    return _logins(groups)


def _tutor_name(place: int) -> str:
    first, last = divmod(place, len(_TUTORS_GIVEN))
    return f"{_TUTORS_FAMILY[first % len(_TUTORS_FAMILY)]} {_TUTORS_GIVEN[last]}"


def _employ(of: School, colleagues: Sequence[_Colleague]) -> dict[str, Person]:
    """By log-in; those who are not there yet are made, all at once."""
    names = [one.username for one in colleagues]
    here = Person.objects.filter(school=of, user__username__in=names).select_related("user")
    known = {person.user.username: person for person in here if person.user}
    new = [one for one in colleagues if one.username not in known]
    users = User.objects.bulk_create(
        User(
            username=one.username,
            email=f"{one.username}@{DOMAIN}",
            password="!",  # noqa: S106 (nobody logs in with it)
            language=Language.VIETNAMESE,
        )
        for one in new
    )
    people = Person.objects.bulk_create(
        Person(school=of, user=user, given_name=one.name) for one, user in zip(new, users, strict=True)
    )
    Contact.objects.bulk_create(
        Contact(
            school=of,
            person=person,
            slot=Slot.EMAIL_OFFICIAL,
            kind=ContactKind.EMAIL,
            value=f"{one.username}@{DOMAIN}",
        )
        for one, person in zip(new, people, strict=True)
    )
    Staff.objects.bulk_create(Staff(school=of, person=person) for person in people)
    Post.objects.bulk_create(
        Post(school=of, person=person, role=one.role, held_from=SINCE)
        for one, person in zip(new, people, strict=True)
    )
    return known | {one.username: person for one, person in zip(new, people, strict=True)}


def _teach(of: School, groups: Sequence[Group]) -> None:
    """Each tutor teaches (GVBM) a subject to her own class and the two after it."""
    Subject.objects.bulk_create((Subject(school=of, name=name) for name in SUBJECTS), ignore_conflicts=True)
    subjects = {one.name: one for one in Subject.objects.filter(school=of, name__in=SUBJECTS)}
    TeachingAssignment.objects.bulk_create(
        (
            TeachingAssignment(
                school=of,
                year=group.year,
                teacher=group.tutor,
                subject=subjects[SUBJECTS[place % len(SUBJECTS)]],
                group=groups[(place + further) % len(groups)],
            )
            for place, group in enumerate(groups)
            for further in range(3)
        ),
        ignore_conflicts=True,
    )


def _logins(groups: Sequence[Group]) -> list[Login]:
    tutoring = _("tutora (GVCN) de %(group)s") % {"group": groups[0]}
    return [
        with_password(
            TUTOR,
            tutoring,
            _("Nhật kí: revise y entregue el diario de hoy; escriba para después de las 17:00"),
        ),
        with_password(
            "cgcn",
            _("mesa (CGCN)"),
            _("Mesa de revisión: corrija, devuelva o envíe; Diarios: apruebe y envíe"),
        ),
        with_password(
            "taichinh", _("Tài chính (finanzas)"), _("Mensajes generales: mejore el que le han devuelto")
        ),
        with_password(
            "giamthi", _("Giám thị (vigilancia)"), _("Parte del día: cámbielo y envíe la corrección")
        ),
        with_password(
            "bgh", _("BGH (dirección)"), _("Lee los partes y los diarios; entrega avisos a la mesa")
        ),
        _family(groups[0]),
    ]


def child_of_family(group: Group) -> Guardianship:
    """The tie of whom can log in: always the same of the class, who registered and has a mobile."""
    here = Enrolment.objects.in_force(database_today()).filter(group=group)
    ties = Guardianship.objects.filter(
        student__enrolments__in=here,
        registered_on__isnull=False,
        guardian__contacts__kind=ContactKind.MOBILE,
    )
    return ties.select_related("student__person", "guardian").order_by("student__expediente", "order")[0]


def _family(group: Group) -> Login:
    tie = child_of_family(group)
    user, _new = User.objects.get_or_create(username=FAMILY, defaults={"language": Language.VIETNAMESE})
    Person.objects.filter(pk=tie.guardian_id).update(user=user)
    words = _("familia de %(student)s") % {"student": tie.student.person.full_name}
    return with_password(FAMILY, words, _("Avisos (el diario de ayer), Escribir, Cuenta"))
