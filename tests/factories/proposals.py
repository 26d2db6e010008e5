"""A school with what a story about contacts needs: a tutor, pupils with parents, and who reviews."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plumier.clock import database_now
from plumier.models import ContactProposal, Group, Person, ProposalSource, School, Slot, Student, User
from plumier.proposals.proposing import HandedIn, HandIn, hand_in
from plumier.proposals.reading import SLOTS, Typed
from plumier.roles import Role
from tests.factories.register import Parent, make_group, make_school, make_staff, make_student, make_tutor


@dataclass
class Story:
    """The school of V: a tutor proposes, the CGCN office reviews, Đào tạo hands in new pupils."""

    school: School
    group: Group
    tutor: User
    office: User
    training: User
    student: Student
    father: Person
    mother: Person

    def row(self, guardian: Person | None = None, student: Student | None = None, **typed: Any) -> Typed:
        """A row as somebody types it; addresses by slot."""
        addresses: dict[Slot, str] = {slot: typed.pop(slot) for slot in SLOTS if slot in typed}
        given = {
            "key": "row",
            "student_id": (student or self.student).pk,
            "guardian_id": guardian.pk if guardian else None,
            "name": str(guardian) if guardian else "",
            "relation": "",
            **typed,
        }
        return Typed(addresses=addresses, **given)

    def propose(self, *rows: Typed, by: User | None = None, now: datetime | None = None) -> HandedIn:
        """The tutor hands rows in."""
        handed = HandIn(self.school, ProposalSource.GRID, rows, self.group)
        return hand_in(handed, by=by or self.tutor, now=now or database_now())

    def proposal(self, guardian: Person | None = None, **typed: Any) -> ContactProposal:
        """The one change of one row, handed in by the tutor."""
        found = self.propose(self.row(guardian, **typed))
        assert found.problems == {}
        return found.proposals[0]

    def new_pupil(self, pupil: str = "Mai Trần", **typed: Any) -> ContactProposal:
        """A pupil without guardians, and the change by which Đào tạo gives her one, still to be confirmed."""
        student = make_student(self.group, pupil)
        given = {
            "name": "Trần, Lan",
            "relation": "mother",
            "phone_1": "0912345678",
            "registered": True,
            **typed,
        }
        row = self.row(None, student, **given)
        handed = HandIn(self.school, ProposalSource.NEW_PUPIL, (row,))
        found = hand_in(handed, by=self.training, now=database_now())
        assert found.problems == {}
        return found.proposals[0]


def make_story(code: str = "HN01", **parents: dict[str, Any]) -> Story:
    """A Vietnamese school with one group of one pupil, Minh, whose parents are Nam and Hoa."""
    school = make_school(
        code,
        name=f"THPT {code}",
        language="vi",
        phone_region="VN",
        time_zone="Asia/Ho_Chi_Minh",
    )
    group = make_group(school, "10A1")
    father = Parent("Nam Nguyễn", "father", {"phone_1": "+84901234567"}, **parents.get("father", {}))
    mother = Parent("Hoa Lê", "mother", {"phone_1": "+84907654321"}, **parents.get("mother", {}))
    student = make_student(group, "Minh Nguyễn", [father, mother])
    assert father.person is not None
    assert mother.person is not None
    return Story(
        school,
        group,
        make_tutor(group),
        make_staff(school, "Cường CGCN", Role.CGCN),
        make_staff(school, "Đào Tạo", Role.TRAINING),
        student,
        father.person,
        mother.person,
    )
