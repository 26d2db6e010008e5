"""Who handed in changes is told of those that come back."""

from datetime import date
from typing import Any

import pytest

from notica.contact_notices import tell_returned
from notica.models import Delivery, InboxEntry, Message, Recipient
from notica.rendering import Renderer
from plumier.clock import database_now
from plumier.models import Contact, ContactProposal, Guardianship, ProposalSource, SchoolPolicy
from plumier.proposals.proposing import HandIn, hand_in
from plumier.proposals.reviewing import return_
from tests.factories.proposals import Story, make_story
from tests.factories.register import make_login
from tests.notica.results import ACCOUNTS

pytestmark = pytest.mark.django_db
REASON = "El teléfono no contesta"


@pytest.fixture
def story(settings: Any) -> Story:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_story()


def _of_family(story: Story) -> ContactProposal:
    row = story.row(story.father, phone_1="0912345678", email="nuevo@example.org")
    handed = HandIn(story.school, ProposalSource.FAMILY, (row,))
    return hand_in(handed, by=make_login(story.father), now=database_now()).proposals[0]


def _return(story: Story, one: ContactProposal) -> int:
    now = database_now()
    return tell_returned(
        return_([one.pk], story.school, REASON, by=story.office, now=now), REASON, by=story.office, now=now
    )


def _mail(story: Story, address: str) -> None:
    Contact.objects.create(
        school=story.school, person=story.father, slot="email", kind="email", value=address
    )


def test_family_is_told_at_the_address_of_the_register_and_in_notica(story: Story) -> None:
    _mail(story, "nam@example.org")
    assert _return(story, _of_family(story)) == 1
    assert list(Recipient.objects.values_list("person_id", "outcome")) == [(story.father.pk, "")]
    assert list(Delivery.objects.values_list("channel", "address")) == [("email", "nam@example.org")]
    assert list(InboxEntry.objects.values_list("person_id", flat=True)) == [story.father.pk]
    text = Renderer().content(Message.objects.get(), "email", "es", ()).text
    assert ("Le han devuelto 1 cambio de contactos." in text, REASON in text, "10A1" in text) == (
        True,
        True,
        False,
    )
    assert ("en «Mis datos de contacto»" in text, "Lo que ha entregado" in text) == (True, False)


@pytest.mark.parametrize("channels", [["email"], ["sms"]])
def test_family_without_an_address_is_told_in_notica(story: Story, channels: list[str]) -> None:
    SchoolPolicy.objects.update(channels=channels)
    if channels == ["sms"]:
        _mail(story, "nam@example.org")
    assert _return(story, _of_family(story)) == 1
    assert Delivery.objects.count() == 0
    assert list(InboxEntry.objects.values_list("person_id", flat=True)) == [story.father.pk]
    assert list(Recipient.objects.values_list("person_id", "outcome")) == [(story.father.pk, "reached")]


def test_parent_whom_a_court_keeps_from_the_child_by_then_is_told_nothing(story: Story) -> None:
    one = _of_family(story)
    Guardianship.objects.filter(guardian=story.father).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1"
    )
    assert (_return(story, one), Message.objects.count()) == (0, 0)


def test_tutor_and_family_are_each_told_of_their_own(story: Story) -> None:
    family, tutor = _of_family(story), story.proposal(story.mother, phone_1="0912345679")
    now = database_now()
    returned = return_([family.pk, tutor.pk], story.school, REASON, by=story.office, now=now)
    assert tell_returned(returned, REASON, by=story.office, now=now) == 2
    told = Message.objects.order_by("to").values_list("to", "params__count", "params__group")
    assert list(told) == [("familia", 1, ""), ("personal", 1, "10A1")]
