"""Handing in changes of contacts: what is taken, what is said at once, and for whom nobody may."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from plumier.clock import database_now
from plumier.models import Contact, ContactProposal, Guardianship, ProposalEvent, ProposalSource, School
from plumier.proposals.proposing import HandIn, hand_in
from plumier.proposals.refusals import NotYours
from plumier.roles import Role
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_group, make_login, make_staff, make_student, make_tutor

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return make_story()


def _contacts(proposal: ContactProposal) -> list[tuple[str, str, str, str]]:
    return [(one.slot, one.kind, one.value, one.old_value) for one in proposal.contacts.all()]


def test_change_keeps_what_was_typed_read_and_there(story: Story) -> None:
    found = story.propose(
        story.row(story.father, phone_1="0912 345 678", email="NAM@Example.org", note="nuevo")
    )
    one = ContactProposal.objects.get()
    assert _contacts(one) == [
        ("phone_1", "mobile", "+84912345678", "+84901234567"),
        ("email", "email", "NAM@example.org", ""),
    ]
    assert one.contacts.get(slot="phone_1").typed == "0912 345 678"
    assert (one.state, one.note, one.batch, one.batch.source) == ("proposed", "nuevo", found.batch, "grid")
    assert (one.batch.proposed_by, one.batch.group) == (story.tutor, story.group)
    assert list(ProposalEvent.objects.values_list("proposal_id", "step", "user_id")) == [
        (one.pk, "proposed", story.tutor.pk)
    ]


def test_nothing_changed_hands_nothing_in(story: Story) -> None:
    found = story.propose(story.row(story.father, phone_1="+84901234567", phone_2="", email=""))
    assert (found.batch, found.proposals, found.problems, ContactProposal.objects.count()) == (
        None,
        [],
        {},
        0,
    )


def test_same_phone_typed_otherwise_is_no_change(story: Story) -> None:
    assert story.propose(story.row(story.father, phone_1="0901 234 567")).proposals == []


def test_emptied_slot_is_a_change(story: Story) -> None:
    assert _contacts(story.proposal(story.father, phone_1="")) == [("phone_1", "", "", "+84901234567")]


def test_unreadable_row_is_told_and_the_others_are_handed_in(story: Story) -> None:
    found = story.propose(
        story.row(story.father, key="a", phone_1="no sé", email="nada"),
        story.row(story.mother, key="b", phone_1="0912345678"),
    )
    assert found.problems == {
        "a": {"phone_1": "No se entiende como teléfono.", "email": "No se entiende como correo."}
    }
    assert [one.guardian for one in found.proposals] == [story.mother]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (
            {"phone_1": "0912345678 / 0912345679"},
            {"phone_1": "Hay más de uno: escriba uno solo en cada casilla."},
        ),
        (
            {"phone_1": "0912345678 (mẹ)"},
            {"phone_1": "La anotación dice que es de otra persona: escríbalo en su fila."},
        ),
        ({"phone_2": "0901234567"}, {"phone_2": "Los dos teléfonos son el mismo: deje uno solo."}),
        ({"name": "Phạm, Quốc"}, {"name": "Parece otra persona: no cambie su nombre, añádala como nueva."}),
        ({"email": "x" * 301}, {"email": "Es demasiado largo."}),
    ],
)
def test_bad_input_is_told_beside_its_field(
    story: Story, typed: dict[str, Any], problem: dict[str, str]
) -> None:
    assert story.propose(story.row(story.father, **typed)).problems == {"row": problem}


def test_note_that_means_the_owner_is_taken(story: Story) -> None:
    assert _contacts(story.proposal(story.father, phone_1="0912345678 (bố)"))[0][2] == "+84912345678"


def test_name_is_corrected_by_a_letter(story: Story) -> None:
    one = story.proposal(story.father, name="Nguyễn Văn, Nam")
    assert (one.old_name, one.surname, one.given_name) == ("Nam Nguyễn", "Nguyễn Văn", "Nam")


def test_new_guardian_needs_name_and_relation(story: Story) -> None:
    assert story.propose(story.row(phone_1="0912345678")).problems == {
        "row": {"name": "Falta el nombre.", "relation": "Elija el parentesco."}
    }
    assert story.propose(story.row()).problems == {}


def test_new_guardian_who_is_there_is_refused(story: Story) -> None:
    found = story.propose(story.row(name="NGUYEN, NAM", relation="father", phone_1="0912345678"))
    assert found.problems == {
        "row": {"name": "Ya está en la ficha de ese alumno: cambie sus datos en su fila."}
    }


def test_new_guardian_named_as_a_barred_one_is_taken_without_a_word(story: Story) -> None:
    Guardianship.objects.filter(guardian=story.father).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1"
    )
    found = story.propose(story.row(name="Nguyễn, Nam", relation="father", phone_1="0912345678"))
    assert (found.problems, len(found.proposals)) == ({}, 1)


def test_registration_has_its_day_and_way(story: Story) -> None:
    one = story.proposal(story.father, registered=True)
    today = database_now().date()
    assert (one.registration, one.registered_how) == ("begin", "paper")
    assert one.registered_on in (today, today + timedelta(days=1))
    told = story.proposal(story.mother, registered=True, registered_on=date(2026, 9, 2))
    assert told.registered_on == date(2026, 9, 2)


def test_registration_ends(story: Story) -> None:
    Guardianship.objects.filter(guardian=story.father).update(
        registered_on=date(2026, 9, 1), registered_how="paper"
    )
    assert story.propose(story.row(story.father, registered=True)).proposals == []
    one = story.proposal(story.father, registered=False)
    assert (one.registration, one.registered_on, one.old_registered_on) == ("end", None, date(2026, 9, 1))


def test_same_hand_in_again_changes_nothing(story: Story) -> None:
    story.proposal(story.father, phone_1="0912345678")
    assert story.propose(story.row(story.father, phone_1="+84912345678")).proposals == []
    assert ContactProposal.objects.count() == 1


def test_second_hand_in_takes_the_place_of_the_first(story: Story) -> None:
    first = story.proposal(story.father, phone_1="0912345678")
    second = story.proposal(story.father, phone_1="0912345679")
    first.refresh_from_db()
    assert (first.state, first.closed_by, second.state) == ("withdrawn", story.tutor, "proposed")
    assert list(ProposalEvent.objects.filter(proposal_id=first.pk).values_list("step", flat=True)) == [
        "proposed",
        "replaced",
    ]


def test_row_put_back_takes_the_change_back(story: Story) -> None:
    first = story.proposal(story.father, phone_1="0912345678")
    found = story.propose(story.row(story.father, phone_1="+84901234567"))
    first.refresh_from_db()
    assert (found.taken_back, first.state) == (1, "withdrawn")


def test_tutor_changes_her_own_group_alone(story: Story) -> None:
    other = make_group(story.school, "10A2")
    stranger = make_student(other, "An Phạm", [Parent("Bình Phạm")])
    with pytest.raises(NotYours, match="No puede cambiar los contactos de ese alumno"):
        story.propose(story.row(student=stranger, name="X, Y", relation="father", phone_1="0912345678"))
    tutor = make_tutor(other, "Otra Tutora")
    with pytest.raises(NotYours):
        story.propose(story.row(story.father, phone_1="0912345678"), by=tutor)
    assert ContactProposal.objects.count() == 0


def test_tutor_who_is_kept_from_a_pupil_changes_nothing_of_hers(story: Story) -> None:
    Guardianship.objects.filter(guardian=story.father).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1", guardian=story.tutor.people.get()
    )
    with pytest.raises(NotYours):
        story.propose(story.row(story.mother, phone_1="0912345678"))


@pytest.mark.parametrize("role", [None, Role.TEACHER, Role.TRAINING, Role.CGCN, Role.BGH])
def test_only_the_tutor_hands_in_for_the_group(story: Story, role: Role | None) -> None:
    with pytest.raises(NotYours):
        story.propose(story.row(story.father, phone_1="0912345678"), by=make_staff(story.school, role=role))


def test_new_pupil_of_the_training_office_waits_for_the_family(story: Story) -> None:
    one = story.new_pupil()
    assert (one.state, one.needs_confirmation, one.makes_guardian) == ("to_confirm", True, True)
    assert (one.batch.source, one.batch.group) == ("new_pupil", story.group)


def _hand_in_new(story: Story, school: School | None = None) -> None:
    row = story.row(name="Trần, Lan", relation="mother", phone_1="0912345678")
    handed = HandIn(school or story.school, ProposalSource.NEW_PUPIL, (row,))
    hand_in(handed, by=story.training, now=database_now())


def test_pupil_of_the_first_day_is_not_new(story: Story) -> None:
    with pytest.raises(NotYours):
        _hand_in_new(story)


def test_pupil_who_came_after_the_first_day_is_new(story: Story) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE plumier_registeredit DISABLE TRIGGER only_grows")
        cursor.execute(
            "UPDATE plumier_registeredit SET at = at - interval '30 days' WHERE table_name = 'plumier_enrolment'"
        )
    late = make_student(story.group, "Tú Trần", [Parent("Lan Trần", contacts={"phone_1": "+84903333333"})])
    mother = late.guardians.get()
    row = story.row(mother, late, phone_1="0912345678")
    handed = HandIn(story.school, ProposalSource.NEW_PUPIL, (row,))
    assert len(hand_in(handed, by=story.training, now=database_now()).proposals) == 1
    with pytest.raises(NotYours):
        _hand_in_new(story)


def test_training_office_of_another_school_is_refused(story: Story) -> None:
    other = make_story("HN02")
    with pytest.raises(NotYours):
        _hand_in_new(story, other.school)


def test_family_changes_its_own_contacts_alone(story: Story) -> None:
    user = make_login(story.father)
    own = HandIn(story.school, ProposalSource.FAMILY, (story.row(story.father, phone_1="0912345678"),))
    found = hand_in(own, by=user, now=database_now())
    assert (found.proposals[0].state, found.proposals[0].batch.source) == ("proposed", "family")
    for row in (story.row(story.mother, phone_1="0912345678"), story.row(name="A, B", relation="mother")):
        with pytest.raises(NotYours):
            hand_in(HandIn(story.school, ProposalSource.FAMILY, (row,)), by=user, now=database_now())


def test_barred_parent_changes_nothing(story: Story) -> None:
    user = make_login(story.father)
    Guardianship.objects.filter(guardian=story.father).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1"
    )
    own = HandIn(story.school, ProposalSource.FAMILY, (story.row(story.father, phone_1="0912345678"),))
    with pytest.raises(NotYours):
        hand_in(own, by=user, now=database_now())


def test_register_is_not_touched(story: Story) -> None:
    before = list(Contact.objects.order_by("pk").values_list("value", flat=True))
    story.proposal(story.father, phone_1="0912345678", registered=True)
    assert list(Contact.objects.order_by("pk").values_list("value", flat=True)) == before
    assert Guardianship.objects.filter(registered_on__isnull=False).count() == 0


def test_events_only_grow(story: Story) -> None:
    story.proposal(story.father, phone_1="0912345678")
    with pytest.raises(Exception, match="only grows"):
        ProposalEvent.objects.update(step="applied")
