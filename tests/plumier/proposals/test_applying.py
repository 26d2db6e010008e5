"""Changes brought into the register, and every reason for not doing it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from plumier.clock import database_now
from plumier.models import (
    Contact,
    ContactProposal,
    Guardianship,
    Person,
    ProposalEvent,
    RegisterEdit,
    Student,
    User,
)
from plumier.proposals.applying import apply, apply_many
from plumier.proposals.refusals import AlreadyDone, NeedsConfirmation, NeedsDecision, NotYours, Outdated
from plumier.proposals.reviewing import confirm_by_staff
from plumier.refusals import Refused
from plumier.roles import Role
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_group, make_school, make_staff, make_student, make_tutor

NEW = "+84912345678"


@pytest.fixture
def story(db: None) -> Story:
    return make_story()


def _apply(story: Story, one: ContactProposal, by: User | None = None, decision: str = "") -> ContactProposal:
    return apply(one, decision=decision, by=by or story.office, now=database_now())


def _phones(person: Person) -> dict[str, str]:
    return dict(Contact.objects.filter(person=person).values_list("slot", "value"))


def _bar(story: Story, guardian: Person) -> None:
    Guardianship.objects.filter(guardian=guardian).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 7/2026"
    )


def test_addresses_names_and_registration_are_written(story: Story) -> None:
    one = story.proposal(
        story.father,
        name="Nguyễn Văn, Nam",
        phone_1="0912345678",
        phone_2="0912345679",
        registered=True,
        registered_on=date(2026, 9, 7),
    )
    _apply(story, one)
    assert _phones(story.father) == {"phone_1": NEW, "phone_2": "+84912345679"}
    story.father.refresh_from_db()
    assert story.father.surname == "Nguyễn Văn"
    tie = Guardianship.objects.get(guardian=story.father)
    assert (tie.registered_on, tie.registered_how) == (date(2026, 9, 7), "paper")
    one.refresh_from_db()
    assert (one.state, one.applied_by) == ("applied", story.office)
    assert list(ProposalEvent.objects.order_by("id").values_list("step", "user_id")) == [
        ("proposed", story.tutor.pk),
        ("applied", story.office.pk),
    ]


def test_register_tells_who_did_it_and_why(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    _apply(story, one)
    edit = RegisterEdit.objects.get(cause=f"proposal:{one.pk}")
    assert (edit.table_name, edit.kind, edit.actor_id) == ("plumier_contact", "U", story.office.pk)
    assert edit.before is not None
    assert edit.after is not None
    assert (edit.before["value"], edit.after["value"]) == ("+84901234567", NEW)


def test_emptied_slot_is_emptied(story: Story) -> None:
    _apply(story, story.proposal(story.father, phone_1=""))
    assert _phones(story.father) == {}


def test_registration_ends(story: Story) -> None:
    Guardianship.objects.update(registered_on=date(2026, 9, 1), registered_how="paper")
    _apply(story, story.proposal(story.father, registered=False))
    tie = Guardianship.objects.get(guardian=story.father)
    assert (tie.registered_on, tie.registered_how) == (None, "")


def test_new_guardian_is_made_in_her_place(story: Story) -> None:
    one = story.new_pupil()
    confirm_by_staff(one, "call", by=story.office, now=database_now())
    _apply(story, one)
    tie = Guardianship.objects.get(student=one.student)
    assert (tie.relation, tie.order, tie.receives_messages) == ("mother", 2, True)
    assert (tie.guardian.surname, tie.guardian.given_name) == ("Trần", "Lan")
    assert (_phones(tie.guardian), tie.registered_how) == ({"phone_1": NEW}, "phone")
    one.refresh_from_db()
    assert one.guardian == tie.guardian


def test_third_guardian_takes_the_next_place(story: Story) -> None:
    one = story.proposal(name="Phạm, Quốc", relation="father", phone_1="0912345678")
    _apply(story, one)
    assert Guardianship.objects.get(guardian__surname="Phạm").order == 3


def test_parent_of_a_sibling_stays_one_person(story: Story) -> None:
    Contact.objects.create(
        school=story.school, person=story.mother, slot="email", kind="email", value="hoa@example.org"
    )
    sibling = make_student(story.group, "Lan Nguyễn")
    row = story.row(
        None, sibling, name="Lê, Hoa", relation="mother", phone_1="0907654321", email="otra@example.org"
    )
    one = story.propose(row).proposals[0]
    _apply(story, one)
    assert list(sibling.guardians.all()) == [story.mother]
    assert _phones(story.mother) == {"phone_1": "+84907654321", "email": "hoa@example.org"}


def test_same_name_without_a_shared_address_is_another_person(story: Story) -> None:
    other = make_student(story.group, "Lan Nguyễn")
    row = story.row(None, other, name="Lê, Hoa", relation="mother", phone_1="0912345678")
    _apply(story, story.propose(row).proposals[0])
    assert other.guardians.get() != story.mother


@pytest.mark.parametrize("role", [None, Role.TEACHER, Role.TRAINING, Role.BGH, Role.DIRECTOR])
def test_only_the_office_applies_where_there_is_one(story: Story, role: Role | None) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    with pytest.raises(NotYours):
        _apply(story, one, by=make_staff(story.school, role=role))


def test_tutor_does_not_apply(story: Story) -> None:
    with pytest.raises(NotYours):
        _apply(story, story.proposal(story.father, phone_1="0912345678"), by=story.tutor)


def test_office_of_another_school_does_not_apply(story: Story) -> None:
    other = make_story("HN02")
    with pytest.raises(NotYours):
        _apply(story, story.proposal(story.father, phone_1="0912345678"), by=other.office)


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.PAS, Role.SECRETARY])
def test_who_leads_applies_where_there_is_no_office(db: None, role: Role) -> None:
    school = make_school()
    group = make_group(school)
    father = Parent("Juan Gil", "father", {"phone_1": "+34600111222"})
    student = make_student(group, "Ana Gil", [father])
    tutor = make_tutor(group)
    assert father.person is not None
    leader = make_staff(school, role=role)
    story = Story(school, group, tutor, leader, tutor, student, father.person, father.person)
    _apply(story, story.proposal(father.person, phone_1="600 333 444"))
    assert Contact.objects.get(person=father.person).value == "+34600333444"


def test_nobody_applies_her_own_where_there_is_somebody_else(story: Story) -> None:
    story.group.tutor = story.office.people.get()
    story.group.save()
    one = story.propose(story.row(story.father, phone_1="0912345678"), by=story.office).proposals[0]
    _apply(story, one)  # the only one of the office
    second = make_staff(story.school, "Hà CGCN", Role.CGCN)
    one = story.propose(story.row(story.mother, phone_1="0912345679"), by=story.office).proposals[0]
    with pytest.raises(NotYours, match="Lo entregó usted"):
        _apply(story, one)
    assert apply_many([one.pk], story.school, by=story.office, now=database_now()).left == [one.pk]
    _apply(story, one, by=second)


def test_unconfirmed_is_not_applied(story: Story) -> None:
    one = story.new_pupil()
    with pytest.raises(NeedsConfirmation):
        _apply(story, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactProposal.objects.filter(pk=one.pk).update(
            state="applied", applied_by=story.office, applied_at=database_now(), guardian=story.father
        )


def test_applied_twice_is_said(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    _apply(story, one)
    with pytest.raises(AlreadyDone, match="Aplicado"):
        _apply(story, one)


def _change_phone(person: Person, value: str) -> None:
    Contact.objects.filter(person=person, slot="phone_1").update(value=value, typed=value)


def test_changed_register_makes_it_outdated(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    _change_phone(story.father, "+84905555555")
    with pytest.raises(Outdated):
        _apply(story, one)
    one.refresh_from_db()
    assert (one.state, _phones(story.father)) == ("outdated", {"phone_1": "+84905555555"})
    with pytest.raises(Outdated):
        _apply(story, one)


def test_register_that_has_it_already_is_no_obstacle(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678", phone_2="0912345679")
    _change_phone(story.father, NEW)
    _apply(story, one)
    assert _phones(story.father) == {"phone_1": NEW, "phone_2": "+84912345679"}


def test_guardian_who_is_none_any_more_makes_it_outdated(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    Guardianship.objects.filter(guardian=story.father).delete()
    with pytest.raises(Outdated):
        _apply(story, one)


@pytest.mark.parametrize("case", ["own", "address", "protected"])
def test_bar_and_protection_take_a_leaders_reason(story: Story, case: str) -> None:
    typed = {"own": "0912345678", "address": "0901234567", "protected": "0912345678"}[case]
    guardian = story.father if case == "own" else story.mother
    one = story.proposal(guardian, phone_1=typed)
    if case == "protected":
        Student.objects.update(protected=True)
    else:
        _bar(story, story.father)
    with pytest.raises(NeedsDecision, match="motivo"):
        _apply(story, one)
    with pytest.raises(NeedsDecision):
        _apply(story, one, decision="   ")
    assert apply_many([one.pk], story.school, by=story.office, now=database_now()).left == [one.pk]
    _apply(story, one, decision="Comprobado con el juzgado")
    one.refresh_from_db()
    assert (one.state, one.decision) == ("applied", "Comprobado con el juzgado")
    event = ProposalEvent.objects.get(step="applied")
    assert event.reason == "Comprobado con el juzgado"


def test_bar_follows_its_person_to_a_new_entry(story: Story) -> None:
    _bar(story, story.father)
    one = story.proposal(name="Nguyễn Van, Nam", relation="other", phone_1="0912345678")
    _apply(story, one, decision="Es él")
    tie = Guardianship.objects.exclude(guardian__in=[story.father, story.mother]).get()
    assert (tie.barred_from, tie.barred_reference, tie.receives_messages) == (
        date(2026, 1, 1),
        "Auto 7/2026",
        False,
    )


def test_nobody_new_is_ticked_beside_a_bar(story: Story) -> None:
    _bar(story, story.father)
    one = story.proposal(name="Phạm, Quốc", relation="father", phone_1="0912345678")
    _apply(story, one, decision="Nueva pareja")
    tie = Guardianship.objects.get(guardian__surname="Phạm")
    assert (tie.barred_from, tie.receives_messages) == (None, False)


def test_applying_never_lifts_a_bar(story: Story) -> None:
    _bar(story, story.father)
    one = story.proposal(story.father, phone_1="0912345678", registered=True)
    _apply(story, one, decision="Lo pide él")
    assert Guardianship.objects.get(guardian=story.father).barred_from == date(2026, 1, 1)


def test_many_are_applied_but_for_those_to_look_at(story: Story) -> None:
    good = story.proposal(story.father, phone_1="0912345678")
    landline = story.proposal(story.mother, phone_2="024 3826 1234")
    waiting = story.new_pupil(phone_1="0912345677")
    done = apply_many(
        [good.pk, landline.pk, waiting.pk, 0], story.school, by=story.office, now=database_now()
    )
    assert (done.applied, done.outdated, done.left) == ([good.pk], [], [0, landline.pk, waiting.pk])
    assert _phones(story.father) == {"phone_1": NEW}


def test_many_cost_the_same_statements_as_one(story: Story, django_assert_num_queries: object) -> None:
    def rows(number: int, start: int) -> list[ContactProposal]:
        parents = [Parent(f"Madre{start + n} Propia", contacts={}) for n in range(number)]
        for parent in parents:
            make_student(story.group, f"Hijo{parent.name}", [parent])
        typed = [
            story.row(parent.person, parent.person.children.get(), phone_1=f"09123450{start + n:02d}")  # type: ignore[union-attr]
            for n, parent in enumerate(parents)
        ]
        return story.propose(*typed).proposals

    counts = []
    for number, start in ((1, 0), (12, 20)):
        found = rows(number, start)
        with CaptureQueriesContext(connection) as queries:
            done = apply_many([one.pk for one in found], story.school, by=story.office, now=database_now())
        assert len(done.applied) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_apply_it_once(transactional_db: None) -> None:
    story = make_story()
    second = make_staff(story.school, "Hà CGCN", Role.CGCN)
    one = story.proposal(story.father, phone_1="0912345678")

    def work(user: User) -> str:
        try:
            apply(ContactProposal.objects.get(pk=one.pk), by=user, now=database_now())
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "applied"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(work, [story.office, second]))
    assert outcomes == ["AlreadyDone", "applied"]
    assert ProposalEvent.objects.filter(step="applied").count() == 1
