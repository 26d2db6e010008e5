"""Staff, tutors, subjects and who teaches whom, of a OneRoster export: as the rows of the other files."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from plumier.importing.forms import FormRow, FormTable
from plumier.importing.groups import read_group
from plumier.importing.kinds import Setting
from plumier.importing.oneroster.archive import Export
from plumier.importing.oneroster.people import GUARDIAN_ROLES, Class, People, User
from plumier.importing.plan import Plan
from plumier.importing.posts_files import plan_tutors
from plumier.importing.staff_files import plan_staff
from plumier.importing.tables import Table
from plumier.importing.teaching_files import plan_assignments
from plumier.models import Enrolment, Subgroup, SubgroupMember
from plumier.names import plain_words

_ORDINARY = frozenset({"teacher", "aide"})


def plan_teaching(export: Export, people: People, setting: Setting) -> Iterator[Plan]:
    """Plan staff, then tutors and assignments, then who is in which subgroup: each leans on those before it."""
    staff = [user for user in people.users.values() if user.roles - GUARDIAN_ROLES - {"student"}]
    for user in staff:
        if others := user.roles - GUARDIAN_ROLES - {"student"} - _ORDINARY:
            message = _("Su función en OneRoster («%(roles)s») no da ningún cargo: déselo usted si lo tiene.")
            words = {"roles": ", ".join(sorted(others))}
            setting.findings.warn(message % words, row=user.number, column="role", value=str(user.name))
    plan_staff(_rows(map(_staff_cells, staff), setting), setting)
    yield setting.plan
    setting = _next(setting)
    tutors = (
        (one.number, {"group": _group_name(one, setting), **_who(people.users[one.tutor])})
        for one in people.homerooms.values()
        if one.tutor
    )
    plan_tutors(_rows(tutors, setting), setting)
    subjects = _subjects(export)
    plan_assignments(_rows(_assignments(people, subjects, setting), setting), setting)
    yield setting.plan
    if setting.findings.errors:
        return  # nothing will be written, and members lean on what could not be planned
    setting = _next(setting)
    _plan_members(people, setting)
    yield setting.plan


def _next(setting: Setting) -> Setting:
    return Setting(setting.school, setting.year, setting.today, setting.plan.next_part(), setting.findings)


def _rows(cells: Iterable[tuple[int, Mapping[str, str]]], setting: Setting) -> Iterator[FormRow]:
    """Give lines as the rows of a form."""
    for number, values in cells:
        columns = {name: (place, name) for place, name in enumerate(values)}
        yield FormRow(number, list(values.values()), FormTable(Table("", ()), 1, columns), setting.findings)


def _staff_cells(user: User) -> tuple[int, dict[str, str]]:
    line = user.line
    return user.number, {
        "given": user.name.given,
        "surnames": user.name.family,
        "document": user.document,
        "email_official": line.get("email", ""),
        "phone_1": line.get("sms") or line.get("phone", ""),
        "phone_2": line.get("phone", "") if line.get("sms") else "",
        "roles": "profesor" if "teacher" in user.roles else "",
    }


def _who(user: User) -> dict[str, str]:
    return {
        "document": user.document,
        "email": user.line.get("email", ""),
        "person": f"{user.name.family}, {user.name.given}",
    }


def _group_name(one: Class, setting: Setting) -> str:
    return read_group("", one.title, setting.school.phone_region).name


def _subjects(export: Export) -> dict[str, tuple[str, str]]:
    """Give name and code of each course."""
    return {
        line.get("sourcedId", ""): (line.get("title", "")[:120], line.get("courseCode", "")[:20])
        for _number, line in export.rows("courses")
    }


def _whole_group(one: Class, people: People) -> Class | None:
    """Give the group whose students are just those of a class."""
    students = set(one.students)
    return next(
        (home for home in people.homerooms.values() if students and set(home.students) == students), None
    )


def _assignments(
    people: People, subjects: Mapping[str, tuple[str, str]], setting: Setting
) -> Iterator[tuple[int, dict[str, str]]]:
    for one in people.scheduled.values():
        subject, code = subjects.get(one.line.get("courseSourcedId", ""), ("", ""))
        home = _whole_group(one, people)
        for key in dict.fromkeys(one.teachers):
            yield (
                one.number,
                {
                    **_who(people.users[key]),
                    "subject": subject or one.title,
                    "code": code,
                    "group": _group_name(home, setting) if home else "",
                    "subgroup": "" if home else one.title[:60],
                },
            )


def _plan_members(people: People, setting: Setting) -> None:
    """Plan who is in the subgroups that are classes of the export, and who no longer is."""
    expedientes = {key: user.line.get("identifier") or key for key, user in people.users.items()}
    wanted = {
        plain_words(one.title[:60]): {expedientes[key] for key in one.students}
        for one in people.scheduled.values()
        if one.teachers and not _whole_group(one, people)
    }
    subgroups = {plain_words(s.name): s for s in Subgroup.objects.filter(year=setting.year)}
    enrolments = {
        enrolment.student.expediente: enrolment
        for enrolment in Enrolment.objects.filter(year=setting.year).select_related("student__person")
    }
    members = SubgroupMember.objects.filter(subgroup__year=setting.year).select_related("enrolment__student")
    known = {(m.subgroup_id, m.enrolment.student.expediente): m for m in members}
    for key, named in wanted.items():
        subgroup, students = subgroups[key], named & enrolments.keys()
        for expediente in sorted(students - {e for pk, e in known if pk == subgroup.pk}):
            setting.plan.make(
                SubgroupMember(school=setting.school, subgroup=subgroup, enrolment=enrolments[expediente])
            )
        for pk, expediente in sorted(known):
            if pk == subgroup.pk and expediente not in students:
                setting.plan.end(known[pk, expediente])
