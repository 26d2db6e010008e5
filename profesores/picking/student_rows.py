"""Students as the pages show them: name, expediente, group, and where they or their families are reached."""

from collections.abc import Sequence

from django.urls import reverse

from notica.choices import Audience
from plumier.models import Enrolment, Student
from profesores.picking.chips import marks_of_families, marks_of_people
from profesores.picking.picker import Picker, Row


def student_rows(picker: Picker, students: Sequence[Student]) -> list[Row]:
    """One for each, in their order; `select_related("person")` is theirs to have. The same queries for any number."""
    ids = [student.pk for student in students]
    enrolled = Enrolment.objects.in_force(picker.today).filter(student__in=ids, year__is_current=True)
    groups = dict(enrolled.values_list("student_id", "group__name"))
    if picker.to == Audience.STUDENT:
        own = marks_of_people(picker.school, [student.person_id for student in students])
        marks = {student.pk: own[student.person_id] for student in students}
    else:
        marks = marks_of_families(picker.school, students, picker.today)
    return [
        Row(
            student.pk,
            str(student.person),
            " · ".join(filter(None, (student.expediente, groups.get(student.pk, "")))),
            reverse("profesores:record", args=[student.pk]),
            marks[student.pk],
        )
        for student in students
    ]
