"""What was taken back opens as a draft again."""

from datetime import timedelta

import pytest

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import KeptDraft, KeptDraftFile, Message
from notica.refusals import Refused
from notica.writing.keeping import begin
from notica.writing.reopening import reopen, sent_draft
from plumier.clock import database_now
from plumier.models import User
from tests.factories.register import make_director, make_group, make_school, make_student
from tests.notica.stories import send_to


@pytest.fixture
def message(db: None) -> Message:
    """A send that a director wrote, with a file and a time that has passed."""
    school = make_school()
    director = make_director(school)
    student = make_student(make_group(school), "Ana Gil")
    message = send_to(school, director, students=[student])
    draft = begin(
        school,
        Choice(Audience.FAMILY, students=(student.pk,)),
        Way.EMAIL,
        by=director,
        now=database_now(),
    )
    KeptDraft.objects.filter(pk=draft.pk).update(
        sent_as=message, subject="Excursión", body="Hola", email_after=True, not_before=database_now()
    )
    KeptDraftFile.objects.create(
        draft=draft, name="a.pdf", content_type="application/pdf", size=3, sha256="ab"
    )
    return message


def sender(message: Message) -> User:
    assert message.sender is not None
    return message.sender


def test_reopened_draft_has_all_that_was_written(message: Message) -> None:
    sent = sent_draft(message, sender(message))
    assert sent is not None
    again = reopen(message, by=sender(message), now=database_now() + timedelta(seconds=1))
    same = ("school_id", "by_id", "to", "way", "students", "staff", "subject", "body", "email_after")
    assert [getattr(again, name) for name in same] == [getattr(sent, name) for name in same]
    assert (again.sent_as, again.not_before, again.token == sent.token) == (None, None, False)
    assert [(one.name, one.size, one.sha256) for one in again.files.all()] == [("a.pdf", 3, "ab")]


def test_pressed_twice_it_is_one_draft_until_that_is_sent(message: Message) -> None:
    first, second = (reopen(message, by=sender(message), now=database_now()) for _ in range(2))
    assert first.pk == second.pk
    KeptDraft.objects.filter(pk=first.pk).update(sent_as=message)
    assert reopen(message, by=sender(message), now=database_now()).pk != first.pk


def test_time_to_come_is_kept(message: Message) -> None:
    later = database_now() + timedelta(days=1)
    KeptDraft.objects.filter(sent_as=message).update(not_before=later)
    assert reopen(message, by=sender(message), now=database_now()).not_before == later


def test_somebody_elses_text_is_not_reopened(message: Message) -> None:
    with pytest.raises(Refused, match="ya no se guarda"):
        reopen(message, by=make_director(message.school), now=database_now())
    assert KeptDraft.objects.count() == 1
