"""A school as the demo has it, but small."""

from demo import seeding
from plumier.models import Group, School
from tests.factories.register import Parent, make_group, make_school, make_student


def small_school(pupils: int = 20) -> tuple[School, list[Group]]:
    """Two groups of so many, with the demo's staff and the family that can log in."""
    school = make_school()
    groups = [make_group(school, name) for name in ("1º ESO A", "1º ESO B")]
    for place, group in enumerate(groups, start=1):
        for number in range(pupils):
            student = make_student(group, f"Niña {number}", [Parent(f"Madre {number}")])
            student.expediente = f"{place}{number:02}"
            student.save(update_fields=["expediente"])
            make_student(group, f"Niña {number}", [Parent(f"Madre {number}")])
    seeding.staff(school, groups)
    return school, groups
