"""The second school as the demo has it, but small."""

from demo.hanoi.school import CODE, groups_of, school, staff
from plumier.models import AcademicYear, Group, School, Stage, StageKind
from tests.factories.register import Parent, make_group, make_student

CLASSES = ("10A1", "10A2", "10A3", "10A9", "11A1", "11A3", "12A3", "12A7")


def small_school(pupils: int = 8) -> tuple[School, list[Group]]:
    """Eight classes, whose families have not registered but the first's."""
    of = school()
    AcademicYear.objects.create(school=of, name="2026/2027")
    Stage.objects.create(school=of, kind=StageKind.THPT)
    for place, name in enumerate(CLASSES):
        group = make_group(of, name)
        for number in range(pupils):
            mother = Parent(f"Hoa {name} {number}", contacts={"phone_1": f"+8491{place}{number:06}"})
            student = make_student(group, f"Lan {number}", [mother])
            student.guardianships.update(registered_on="2026-09-05" if name == "10A1" else None)
    assert of.code == CODE
    staff(of)
    return of, groups_of(of)
