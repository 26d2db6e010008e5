"""Drafts: nothing typed is lost or overwritten unseen, and each becomes one message."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import KeptDraft, Message
from notica.refusals import NotAllowed, Refused
from notica.writing.keeping import (
    Changed,
    Written,
    begin,
    discard,
    drafts_of,
    drafts_open_to,
    save,
    send_kept,
    written_of,
)
from plumier.clock import database_now
from plumier.models import School, Staff, Student, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_student,
    make_teacher,
)
from tests.notica.answering import CONFIGURED
from tests.notica.rows import at_once, while_waiting

NOW = database_now
TYPED = Written(Audience.FAMILY, Way.EMAIL, "Salida", "Mañana\nhay salida.")


@pytest.fixture
def school(transactional_db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def student(school: School) -> Student:
    mother = Parent("Marta Gil", contacts={"email": "marta@familia.example"})
    return make_student(make_group(school), "Luis Gil", [mother])


@pytest.fixture
def kept(school: School, director: User, student: Student) -> KeptDraft:
    choice = Choice(Audience.FAMILY, students=(student.pk,))
    return begin(school, choice, Way.EMAIL, by=director, now=NOW())


def test_what_is_typed_is_kept(kept: KeptDraft, director: User) -> None:
    saved = save(kept, replace(TYPED, body="Mañana\r\nhay salida."), by=director, now=NOW())
    kept.refresh_from_db()
    assert (written_of(kept), kept.version, saved.version) == (TYPED, 1, 1)


def test_the_same_again_changes_nothing(kept: KeptDraft, director: User) -> None:
    save(kept, TYPED, by=director, now=NOW())
    assert save(kept, TYPED, seen=1, by=director, now=NOW()).version == 1


def test_another_tab_is_not_overwritten(kept: KeptDraft, director: User) -> None:
    save(kept, TYPED, seen=0, by=director, now=NOW())
    with pytest.raises(Changed):
        save(kept, replace(TYPED, body="Otra cosa"), seen=0, by=director, now=NOW())
    with pytest.raises(Changed):
        send_kept(kept, seen=0, by=director, now=NOW())
    kept.refresh_from_db()
    assert (kept.body, Message.objects.count()) == (TYPED.body, 0)


def test_draft_of_another_is_refused(kept: KeptDraft, school: School) -> None:
    other = make_teacher(make_group(school, "2º"))
    for act in (
        lambda: save(kept, TYPED, by=other, now=NOW()),
        lambda: send_kept(kept, by=other, now=NOW()),
    ):
        with pytest.raises(NotAllowed):
            act()
    discard(kept, by=other, now=NOW())
    assert KeptDraft.objects.count() == 1


def test_text_without_room_is_refused_and_staff_stay_staff(kept: KeptDraft, director: User) -> None:
    wrong = (
        replace(TYPED, subject="x" * 401),
        replace(TYPED, body="x" * 100_001),
        replace(TYPED, to=Audience.STAFF),
    )
    for written in wrong:
        with pytest.raises(Refused):
            save(kept, written, by=director, now=NOW())
    assert save(kept, replace(TYPED, to=Audience.STUDENT), by=director, now=NOW()).to == "alumno"


def test_sent_once_however_often_it_is_pressed(kept: KeptDraft, director: User) -> None:
    save(kept, TYPED, by=director, now=NOW())
    first = send_kept(kept, seen=1, by=director, now=NOW())
    again = send_kept(kept, seen=1, by=director, now=NOW())
    assert (again, Message.objects.count()) == (first, 1)
    assert (first.body, first.subject, first.client_key, first.to) == (
        TYPED.body,
        "Salida",
        kept.token,
        "familia",
    )
    assert first.not_before > first.created_at + timedelta(seconds=9)
    assert list(drafts_of(director)) == []
    with pytest.raises(Refused, match="ya se envió"):
        save(kept, replace(TYPED, body="Tarde"), by=director, now=NOW())


def test_pressed_twice_at_once_is_one_message(kept: KeptDraft, director: User) -> None:
    save(kept, TYPED, by=director, now=NOW())
    press = [lambda: send_kept(kept, seen=1, by=director, now=NOW()).pk] * 4
    assert len(set(at_once(*press))) == 1
    assert Message.objects.count() == 1


def test_press_that_waits_for_another_tab_sees_what_it_changed(kept: KeptDraft, director: User) -> None:
    save(kept, TYPED, by=director, now=NOW())

    def pressed() -> str:
        try:
            return send_kept(kept, seen=1, by=director, now=NOW()).body
        except Changed:
            return "changed"

    transaction.set_autocommit(False)
    try:
        save(kept, replace(TYPED, body="Otra cosa"), seen=1, by=director, now=NOW())
        assert while_waiting(pressed, transaction.commit) == "changed"
    finally:
        transaction.set_autocommit(True)
    assert Message.objects.count() == 0


def test_refused_send_leaves_the_draft_as_it_was(kept: KeptDraft, director: User) -> None:
    with pytest.raises(Refused, match="vacío"):
        send_kept(kept, by=director, now=NOW())
    kept.refresh_from_db()
    assert (kept.sent_as, kept.version, list(drafts_of(director))) == (None, 0, [kept])


@pytest.mark.parametrize(("late", "sent"), [(timedelta(minutes=4), True), (timedelta(minutes=6), False)])
def test_hour_that_is_past_is_refused(kept: KeptDraft, director: User, late: timedelta, sent: bool) -> None:
    now = NOW()
    save(kept, replace(TYPED, not_before=now - late), by=director, now=now)
    with nullcontext() if sent else pytest.raises(Refused, match="ya ha pasado"):
        send_kept(kept, by=director, now=now)
    assert Message.objects.exists() == sent


def test_scheduled_one_waits(kept: KeptDraft, director: User) -> None:
    at = NOW() + timedelta(days=1)
    save(kept, replace(TYPED, not_before=at), by=director, now=NOW())
    message = send_kept(kept, by=director, now=NOW())
    assert (message.not_before, message.state) == (at, "queued")


def test_drafts_are_hers_where_she_still_works(kept: KeptDraft, director: User, school: School) -> None:
    today = date(2026, 11, 26)
    colleague = make_teacher(make_group(school, "2º"))
    assert list(drafts_open_to(director, today)) == [kept]
    assert list(drafts_open_to(colleague, today)) == []
    Staff.objects.filter(person__user=director).update(active=False)
    assert list(drafts_open_to(director, today)) == []


def test_discarded_twice_is_gone_once(kept: KeptDraft, director: User) -> None:
    for _ in range(2):
        discard(kept, by=director, now=NOW())
    with pytest.raises(Refused, match="ya no existe"):
        save(kept, TYPED, by=director, now=NOW())
    assert KeptDraft.objects.count() == 0


def test_nul_in_what_was_typed_is_left_out(kept: KeptDraft, director: User) -> None:
    typed = replace(TYPED, subject="A\0sunto", body="Tex\0to")
    found = save(kept, typed, by=director, now=NOW())
    assert (found.subject, found.body) == ("Asunto", "Texto")


def test_what_was_sent_is_not_discarded_and_that_is_said(kept: KeptDraft, director: User) -> None:
    save(kept, TYPED, by=director, now=NOW())
    message = send_kept(kept, by=director, now=NOW())
    with pytest.raises(Refused, match="Este mensaje ya se envió: no se puede descartar"):
        discard(kept, by=director, now=NOW())
    kept.refresh_from_db()
    assert kept.sent_as == message
