"""Who may send to whom, and of messages that wait, which their senders may still send."""

from datetime import date, timedelta
from typing import Any

import pytest

from notica.access import still_sent
from notica.fanout import fan_out
from notica.models import Delivery, InboxEntry, Message
from notica.refusals import NotAllowed
from plumier.clock import database_now
from plumier.models import Guardianship, Post, Staff, User
from tests.notica.correspondence import Family
from tests.notica.results import ACCOUNTS
from tests.notica.stories import outcomes, send_to


def test_mother_who_worked_here_once_still_writes_as_a_mother(db: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family()
    mother = family.person(family.mother)
    Staff.objects.create(school=family.school, person=mother, left_on=date(2020, 1, 1))
    message = family.write()
    assert still_sent([message.pk], database_now()) == {message.pk}
    family.mother_login.is_active = False
    family.mother_login.save()
    assert still_sent([message.pk], database_now()) == set()


@pytest.mark.parametrize("to", ["alumno", "familia"])
def test_father_whom_a_court_keeps_from_the_child_does_not_write_to_her_as_staff(
    db: None, settings: Any, to: str
) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family()
    father = family.person(family.father)
    father.user = User.objects.create_user("pedro")
    father.save()
    Staff.objects.create(school=family.school, person=father)
    Post.objects.create(school=family.school, person=father, role="director", held_from=date(2020, 1, 1))
    assert send_to(family.school, father.user, to=to, students=[family.student]).to == to
    Guardianship.objects.filter(guardian=father).update(
        barred_from=date(2020, 1, 1), barred_reference="Auto 1/2020"
    )
    with pytest.raises(NotAllowed):
        send_to(family.school, father.user, to=to, students=[family.student])


@pytest.mark.parametrize(("gone", "expected"), [(True, ("excluded", "sender_gone")), (False, ("", ""))])
def test_tutor_who_is_gone_when_her_message_is_due_sends_nothing(
    transactional_db: None, settings: Any, gone: bool, expected: tuple[str, str]
) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family()
    at = database_now() + timedelta(days=2)
    message = send_to(family.school, family.tutor, to="familia", groups=[family.group], not_before=at)
    if gone:
        Staff.objects.filter(person__user=family.tutor).update(left_on=date(2020, 1, 1))
    Message.objects.filter(pk=message.pk).update(not_before=database_now())
    fan_out(message.pk)
    assert {(outcome, reason) for _, outcome, reason in outcomes(message)} == {expected}
    assert (Delivery.objects.exists(), InboxEntry.objects.filter(message=message).exists()) == (
        not gone,
        not gone,
    )
