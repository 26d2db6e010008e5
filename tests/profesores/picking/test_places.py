"""Parts of a school: whose they are and how many are selected."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumier.models import Enrolment, School, Stage, Student, Subgroup, SubgroupMember
from profesores.picking.places import Places
from tests.factories.register import make_director, make_group, make_school, make_student, make_teacher

TODAY = date(2026, 11, 26)
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    """1º ESO A with two, 1º ESO B with one and one who left; a subgroup across both; another school beside it."""
    school = make_school()
    first, second = make_group(school, "1º ESO A"), make_group(school, "1º ESO B")
    make_group(school, "2º ESO A")
    ana, _eva = make_student(first, "Ana Gil"), make_student(first, "Eva Sol")
    leo = make_student(second, "Leo Paz")
    make_student(second, "Ida Ros", status="withdrawn")
    robots = Subgroup.objects.create(school=school, year=school.years.get(), name="Robótica")
    for student in (ana, leo):
        SubgroupMember.objects.create(school=school, subgroup=robots, enrolment=student.enrolments.get())
    make_student(make_group(make_school("30000002"), "1º ESO A"), "Otra Ajena")
    return school


def places(school: School) -> Places:
    return Places(make_director(school), school, TODAY)


def counts(found: Places, **members: object) -> dict[str, tuple[int, int, str]]:
    nodes = found.tree(**members)  # type: ignore[arg-type]
    return {one.name: (one.chosen, one.total, one.state) for root in nodes for one in root.walk()}


def test_tree_counts_who_is_here_and_who_of_them_is_selected(school: School) -> None:
    chosen = Student.objects.filter(person__given_name__in=["Ana", "Eva", "Otra", "Ida"])
    assert counts(places(school), members=chosen) == {
        "ESO": (2, 3, "mixed"),
        "1º ESO": (2, 3, "mixed"),
        "1º ESO A": (2, 2, "true"),
        "1º ESO B": (0, 1, "false"),
        "2º ESO": (0, 0, "false"),
        "2º ESO A": (0, 0, "false"),
        "Subgrupos": (0, 0, "false"),
        "Robótica": (1, 2, "mixed"),
    }


def test_tree_takes_as_many_queries_for_one_group_as_for_thirty(school: School) -> None:
    def measure() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            Places(director, school, TODAY).tree(Student.objects.filter(school=school))
        return len(queries)

    director = make_director(school)
    few = measure()
    for number in range(30):
        make_student(make_group(school, f"{number}º ESO C"), "Ana Gil")
    assert measure() == few == 6


def test_place_says_whose_enrolments_are_meant(school: School) -> None:
    found = places(school)
    stage = Stage.objects.get(school=school)
    group = found.groups[0]

    def named(place: str) -> list[str]:
        rows = Enrolment.objects.in_force(TODAY).filter(found.enrolments_of(place))
        return sorted(rows.values_list("student__person__given_name", flat=True))

    assert named(f"etapa:{stage.pk}") == ["Ana", "Eva", "Leo"]
    assert named(f"nivel:{stage.pk}:1º ESO") == ["Ana", "Eva", "Leo"]
    assert named(f"grupo:{group.pk}") == ["Ana", "Eva"]
    assert named(f"subgrupo:{found.subgroups[0].pk}") == ["Ana", "Leo"]
    assert named("") == []


def test_place_of_another_school_or_unknown_has_nobody(school: School) -> None:
    found = places(school)
    other = School.objects.get(code="30000002")
    theirs = [
        f"etapa:{other.stages.get().pk}",
        f"grupo:{other.groups.get().pk}",
        "grupo:x",
        "nada",
        "subgrupo:0",
    ]
    assert [Enrolment.objects.filter(found.enrolments_of(one)).exists() for one in theirs] == [False] * 5


def test_order_is_every_part_from_above(school: School) -> None:
    found = places(school)
    nodes = [one.value for root in found.tree() for one in root.walk() if one.value]
    assert found.order() == nodes


def test_who_does_not_lead_the_school_has_nobody_in_it(school: School) -> None:
    teacher = make_teacher(school.groups.get(name="1º ESO B"))
    found = Places(teacher, school, TODAY)
    assert ([one.name for one in found.groups], found.students().count()) == (["1º ESO B"], 0)


def test_child_from_whom_a_court_keeps_her_is_not_counted(school: School) -> None:
    father = make_director(school)
    ana = Student.objects.get(person__given_name="Ana")
    ana.guardianships.create(
        school=school,
        guardian=father.people.get(),
        relation="father",
        order=1,
        barred_from="2026-01-01",
        barred_reference="Auto 12/2026",
    )
    found = Places(father, school, TODAY)
    assert found.students().filter(pk=ana.pk).exists() is False
    assert counts(found)["1º ESO A"] == (0, 1, "false")
