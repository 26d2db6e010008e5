"""The sample school's marks."""

import pytest

from demo.marks import marks
from grades.models import Acknowledgement, Mark, Publication
from tests.factories.register import Parent, make_group, make_school, make_student, make_tutor

pytestmark = pytest.mark.django_db


def test_marks_are_made_once_and_open_to_the_first_group() -> None:
    school = make_school()
    groups = [make_group(school, name) for name in ("1º ESO A", "1º ESO B")]
    tutor = make_tutor(groups[0])
    for group in groups:
        for number in range(20):
            make_student(group, f"Niña {number}", [Parent(f"Madre {number}")])
    marks(school, groups)
    marks(school, groups)
    assert Mark.objects.count() == 2 * 20 * 4
    assert {one.value for one in Mark.objects.all()} <= {str(number) for number in range(3, 11)}
    assert [(one.group, one.by) for one in Publication.objects.all()] == [(groups[0], tutor)]
    given = Acknowledgement.objects.filter(enrolment__group=groups[0]).count()
    assert 0 < given < 20
    assert Acknowledgement.objects.count() == given
