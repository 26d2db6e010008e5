"""Taken back, returned, confirmed, looked at again."""

import pytest

from plumier.clock import database_now
from plumier.models import Contact, ContactProposal, Guardianship, ProposalEvent, User
from plumier.proposals.applying import apply
from plumier.proposals.refusals import AlreadyDone, NeedsDecision, NotYours, Outdated
from plumier.proposals.reviewing import (
    confirm_by_code,
    confirm_by_link,
    confirm_by_staff,
    look_again,
    return_,
    withdraw,
)
from plumier.roles import Role
from tests.factories.proposals import Story, make_story
from tests.factories.register import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return make_story()


def _return(
    story: Story, one: ContactProposal, reason: str = "Falta un dígito", by: User | None = None
) -> None:
    return_([one.pk], story.school, reason, by=by or story.office, now=database_now())


def test_returned_with_a_reason(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    _return(story, one, " Falta   un dígito ")
    one.refresh_from_db()
    assert (one.state, one.reason, one.closed_by) == ("returned", "Falta un dígito", story.office)
    event = ProposalEvent.objects.latest("id")
    assert (event.step, event.reason, event.user_id) == ("returned", "Falta un dígito", story.office.pk)


def test_returned_without_a_reason_is_refused(story: Story) -> None:
    with pytest.raises(NeedsDecision):
        _return(story, story.proposal(story.father, phone_1="0912345678"), "  ")


@pytest.mark.parametrize("who", ["tutor", "training", "other"])
def test_only_a_reviewer_returns(story: Story, who: str) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    users = {"tutor": story.tutor, "training": story.training, "other": make_story("HN02").office}
    with pytest.raises(NotYours):
        _return(story, one, by=users[who])


def test_returned_twice_is_said(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    _return(story, one)
    with pytest.raises(AlreadyDone):
        _return(story, one)


def test_withdrawn_by_who_handed_it_in_alone(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    with pytest.raises(NotYours):
        withdraw(one, by=story.office, now=database_now())
    assert withdraw(one, by=story.tutor, now=database_now()).state == "withdrawn"
    with pytest.raises(AlreadyDone):
        withdraw(one, by=story.tutor, now=database_now())
    with pytest.raises(AlreadyDone):
        apply(one, by=story.office, now=database_now())


@pytest.mark.parametrize(
    ("how", "registered"), [("call", "phone"), ("in_person", "in_person"), ("paper", "paper")]
)
def test_staff_say_how_they_confirmed(story: Story, how: str, registered: str) -> None:
    one = confirm_by_staff(story.new_pupil(), how, by=story.office, now=database_now())
    assert (one.state, one.confirmed_how, one.confirmed_by) == ("confirmed", how, story.office)
    assert one.registered_how == registered


@pytest.mark.parametrize("how", ["", "code", "link", "magic"])
def test_staff_cannot_say_it_otherwise(story: Story, how: str) -> None:
    with pytest.raises(NeedsDecision):
        confirm_by_staff(story.new_pupil(), how, by=story.office, now=database_now())


def test_code_is_told_to_the_office(story: Story) -> None:
    one = confirm_by_code(story.new_pupil(), by=story.office, now=database_now())
    assert (one.state, one.confirmed_how, one.registered_how) == ("confirmed", "code", "code")


def test_link_is_pressed_by_nobody_of_the_school(story: Story) -> None:
    one = confirm_by_link(story.new_pupil(), now=database_now())
    assert (one.state, one.confirmed_how, one.confirmed_by) == ("confirmed", "link", None)
    assert ProposalEvent.objects.latest("id").user_id is None
    with pytest.raises(AlreadyDone):
        confirm_by_link(one, now=database_now())


def test_training_office_does_not_confirm_her_own(story: Story) -> None:
    one = story.new_pupil()
    with pytest.raises(NotYours):
        confirm_by_staff(one, "call", by=story.training, now=database_now())


def test_reviewer_does_not_confirm_her_own_where_there_is_another(story: Story) -> None:
    story.training = story.office
    one = story.new_pupil()
    make_staff(story.school, "Hà CGCN", Role.CGCN)
    with pytest.raises(NotYours, match="Lo entregó usted"):
        confirm_by_staff(one, "call", by=story.office, now=database_now())


def test_tutors_change_waits_for_no_confirmation(story: Story) -> None:
    with pytest.raises(AlreadyDone):
        confirm_by_staff(
            story.proposal(story.father, phone_1="0912345678"), "call", by=story.office, now=database_now()
        )


def test_outdated_is_looked_at_again_and_applied(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    Contact.objects.filter(person=story.father).update(value="+84905555555", typed="+84905555555")
    with pytest.raises(Outdated):
        apply(one, by=story.office, now=database_now())
    one = look_again(one, by=story.office, now=database_now())
    assert (one.state, one.contacts.get().old_value) == ("proposed", "+84905555555")
    apply(one, by=story.office, now=database_now())
    assert Contact.objects.get(person=story.father).value == "+84912345678"


def test_looked_at_again_without_the_guardian_is_refused(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    Guardianship.objects.filter(guardian=story.father).delete()
    with pytest.raises(Outdated, match="ya no está"):
        look_again(one, by=story.office, now=database_now())
