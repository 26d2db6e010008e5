"""What a reviewer is told of a change."""

from datetime import date, timedelta

import pytest

from plumier.clock import database_now, database_today
from plumier.models import Contact, ContactProposal, Guardianship, Person, ProposalSource, Staff, Student
from plumier.proposals.flags import flags_of, is_serious
from plumier.proposals.proposing import HandIn, hand_in
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_group, make_login, make_staff, make_student

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return make_story()


def _flags(one: ContactProposal) -> list[tuple[str, str]]:
    return [(found.flag.value, found.slot) for found in flags_of([one], database_today())[one.pk]]


def _bar(person: Person, since: date = date(2026, 1, 1), until: date | None = None) -> None:
    Guardianship.objects.filter(guardian=person).update(
        barred_from=since, barred_until=until, barred_reference="Auto"
    )


def test_plain_change_has_none(story: Story) -> None:
    assert _flags(story.proposal(story.father, phone_1="0912345678", email="a@example.org")) == []


def test_landline_and_removal(story: Story) -> None:
    assert _flags(story.proposal(story.father, phone_1="", phone_2="02438261234")) == [
        ("removed", "phone_1"),
        ("landline", "phone_2"),
    ]


def test_father_is_mother(story: Story) -> None:
    assert _flags(story.proposal(story.father, phone_1="0907654321")) == [("father_mother", "phone_1")]


def test_phone_of_another_family(story: Story) -> None:
    make_student(story.group, "An Phạm", [Parent("Bình Phạm", contacts={"phone_1": "+84908111222"})])
    assert _flags(story.proposal(story.father, phone_2="0908111222")) == [("other_family", "phone_2")]


def test_mail_of_another_family_whatever_its_capitals(story: Story) -> None:
    make_student(story.group, "An Phạm", [Parent("Bình Phạm", contacts={"email": "Binh@example.org"})])
    assert _flags(story.proposal(story.father, email="bINH@example.org")) == [("other_family", "email")]


def test_phone_of_a_pupil_and_of_staff(story: Story) -> None:
    make_student(story.group, "An Phạm", contacts={"phone_1": "+84908111222"})
    clerk = make_staff(story.school, "Sơn Vũ").people.get()
    Contact.objects.create(
        school=story.school, person=clerk, slot="phone_1", kind="mobile", value="+84909333444"
    )
    one = story.proposal(story.father, phone_1="0908111222", phone_2="0909333444")
    assert _flags(one) == [("pupil", "phone_1"), ("staff", "phone_2")]


def test_own_phone_of_a_teacher_who_is_a_parent_is_fine(story: Story) -> None:
    Staff.objects.create(school=story.school, person=story.father)
    assert _flags(story.proposal(story.father, phone_2="0912345678")) == []


def test_same_phone_of_another_school_says_nothing(story: Story) -> None:
    other = make_story("HN02")
    Contact.objects.filter(person=other.father).update(value="+84908111222")
    assert _flags(story.proposal(story.father, phone_1="0908111222")) == []


def test_same_phone_in_two_open_changes(story: Story) -> None:
    other = make_student(story.group, "An Phạm", [Parent("Bình Phạm")]).guardians.get()
    found = story.propose(
        story.row(story.father, key="a", phone_1="0912345678"),
        story.row(other, other.children.get(), key="b", phone_1="0912345678"),
    )
    assert [_flags(one) for one in found.proposals] == [[("twice", "phone_1")], [("twice", "phone_1")]]


def test_two_people_who_want_it_otherwise(story: Story) -> None:
    user = make_login(story.father)
    own = HandIn(story.school, ProposalSource.FAMILY, (story.row(story.father, phone_1="0912345670"),))
    hand_in(own, by=user, now=database_now())
    assert _flags(story.proposal(story.father, phone_1="0912345678")) == [("rival", "")]


def test_renamed_and_known_already(story: Story) -> None:
    assert _flags(story.proposal(story.father, name="Nguyễn Văn, Nam")) == [("renamed", "")]
    sibling = make_student(story.group, "Lan Nguyễn")
    row = story.row(None, sibling, name="Lê, Hoa", relation="mother", phone_1="0907654321")
    assert _flags(story.propose(row).proposals[0]) == [("same_person", "")]


@pytest.mark.parametrize("days", [0, 30])
def test_bar_of_today_and_of_a_day_to_come(story: Story, days: int) -> None:
    _bar(story.father, database_today() + timedelta(days=days))
    assert _flags(story.proposal(story.father, phone_1="0912345678")) == [("barred", "")]


def test_bar_that_is_over_says_nothing(story: Story) -> None:
    _bar(story.father, date(2025, 1, 1), date(2025, 12, 31))
    assert _flags(story.proposal(story.father, phone_1="0912345678")) == []


def test_bar_from_another_child_counts(story: Story) -> None:
    make_student(make_group(story.school, "11A1"), "Hermana Nguyễn", [Parent("x", person=story.father)])
    Guardianship.objects.filter(student__enrolments__group__name="11A1").update(
        barred_from=date(2026, 1, 1), barred_reference="Auto"
    )
    assert _flags(story.proposal(story.father, phone_1="0912345678")) == [("barred", "")]


def test_address_of_a_barred_parent(story: Story) -> None:
    _bar(story.father)
    Contact.objects.create(
        school=story.school, person=story.father, slot="email", kind="email", value="Nam@example.org"
    )
    one = story.proposal(story.mother, phone_2="0901234567", email="nam@example.org")
    assert _flags(one)[:2] == [("barred_address", "phone_2"), ("barred_address", "email")]


@pytest.mark.parametrize("name", ["Nguyễn, Nam", "NGUYEN, Nam", "Nguyễn Văn, Nam"])
def test_new_guardian_named_as_a_barred_one(story: Story, name: str) -> None:
    _bar(story.father)
    one = story.proposal(name=name, relation="other", phone_1="0912345678")
    assert _flags(one) == [("barred_name", "")]


def test_new_guardian_in_the_place_of_a_barred_one(story: Story) -> None:
    _bar(story.father)
    one = story.proposal(name="Phạm, Quốc", relation="father", phone_1="0912345678")
    assert _flags(one) == [("barred_place", "")]


def test_protected_pupil_or_sibling(story: Story) -> None:
    sibling = make_student(story.group, "Lan Nguyễn", [Parent("x", person=story.father)])
    Student.objects.filter(pk=sibling.pk).update(protected=True)
    one = story.proposal(story.father, phone_1="0912345678")
    assert _flags(one) == [("protected", "")]
    assert is_serious(flags_of([one], database_today())[one.pk]) is True


def _known_elsewhere(story: Story, **typed: str) -> ContactProposal:
    """Another pupil, for whom somebody new is handed in who answers for Minh already."""
    pupil = make_student(make_group(story.school, "11A1"), "Lan Nguyễn")
    row = story.row(None, pupil, name="Nguyễn, Nam", relation="father", **typed)
    handed = HandIn(story.school, ProposalSource.NEW_PUPIL, (row,))
    return hand_in(handed, by=story.training, now=database_now()).proposals[0]


@pytest.mark.parametrize("by", ["phone", "document"])
def test_new_guardian_whom_a_court_keeps_from_another_child(story: Story, by: str) -> None:
    _bar(story.father)
    Person.objects.filter(pk=story.father.pk).update(document="001099012345")
    typed = {
        "phone": {"phone_1": "0901234567"},
        "document": {"phone_1": "0912345678", "document": "001099012345"},
    }
    one = _known_elsewhere(story, **typed[by])
    assert _flags(one) == [("barred", ""), ("same_person", "")]


def test_new_guardian_with_the_address_of_somebody_barred_from_another_child_of_hers(story: Story) -> None:
    _bar(story.mother)
    one = _known_elsewhere(story, phone_1="0901234567", phone_2="0907654321")
    assert _flags(one) == [("barred_address", "phone_2"), ("other_family", "phone_2"), ("same_person", "")]


def test_new_guardian_is_not_in_the_place_of_somebody_barred_from_another_child(story: Story) -> None:
    Guardianship.objects.filter(guardian=story.mother).update(relation="father")
    _bar(story.mother)
    assert _flags(_known_elsewhere(story, phone_1="0901234567")) == [("same_person", "")]


def test_new_guardian_with_a_protected_child_elsewhere(story: Story) -> None:
    Student.objects.filter(pk=story.student.pk).update(protected=True)
    one = _known_elsewhere(story, phone_1="0901234567")
    assert _flags(one) == [("protected", ""), ("same_person", "")]
    assert is_serious(flags_of([one], database_today())[one.pk]) is True
