"""A family's letter while it is written: nothing is lost, it is hers alone, and it becomes one letter."""

from datetime import timedelta
from typing import Any

import pytest

from notica.choices import Way
from notica.files import KeptFile
from notica.models import KeptDraft, Message
from notica.refusals import NotAllowed, Refused
from notica.writing.keeping import Changed, drafts_open_to, save, written_of
from notica.writing.letter_drafts import (
    MOST_UNSENT,
    address,
    begin_letter,
    draft_in,
    letters_open_to,
    send_letter,
    unsent_letters,
)
from notica.writing.reopening import sent_draft
from plumier.clock import database_now, database_today
from plumier.models import Enrolment, Guardianship, SchoolPolicy, TeachingAssignment, User
from tests.factories.register import make_group, make_login, make_teacher
from tests.notica.correspondence import Family
from tests.notica.results import ACCOUNTS
from tests.notica.rows import at_once

PDF = KeptFile("justificante.pdf", "application/pdf", 8, "0" * 64)


@pytest.fixture
def family(transactional_db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


def begin(family: Family, *teachers: User, by: User | None = None) -> KeptDraft:
    to = [family.person(one).pk for one in teachers or (family.tutor,)]
    return begin_letter(family.student, to, by=by or family.mother_login, now=database_now())


def type_in(kept: KeptDraft, body: str = "Buenos días.", subject: str = "Reunión") -> KeptDraft:
    shown = written_of(kept)
    typed = type(shown)(shown.to, shown.way, subject=subject, body=body)
    return save(kept, typed, by=kept.by, now=database_now())


def send(kept: KeptDraft) -> Message:
    return send_letter(kept, by=kept.by, now=database_now())


def test_letter_begins_to_those_who_teach_her_alone(family: Family) -> None:
    other = make_teacher(make_group(family.school, "2º ESO B"))
    kept = begin(family, family.tutor, other)
    assert (kept.staff, kept.student, kept.way) == (
        [family.person(family.tutor).pk],
        family.student,
        Way.EMAIL,
    )
    with pytest.raises(Refused, match="Elija al menos un profesor"):
        begin(family, other)


def test_nobody_begins_a_letter_about_anothers_child(family: Family) -> None:
    Guardianship.objects.filter(guardian=family.person(family.mother)).update(
        barred_from="2026-01-01", barred_reference="Auto 1"
    )
    for user in (family.tutor, family.mother_login):
        with pytest.raises(NotAllowed, match="Solo puede escribir a los profesores de sus hijos"):
            begin(family, by=user)
    assert KeptDraft.objects.count() == 0


def test_sent_letter_is_one_message_with_all_that_was_written(family: Family) -> None:
    kept = type_in(begin(family, family.tutor, family.teacher))
    kept.files.create(name=PDF.name, content_type=PDF.content_type, size=PDF.size, sha256=PDF.sha256)
    message = send(kept)
    assert send(kept) == message
    assert (message.kind, message.subject, message.body, message.student, message.client_key) == (
        "to_teacher",
        "Reunión",
        "Buenos días.",
        family.student,
        kept.token,
    )
    assert [one.name for one in message.attachments.all()] == ["justificante.pdf"]
    assert Message.objects.count() == 1


def test_pressed_twice_at_the_same_instant_it_is_one_message(family: Family) -> None:
    kept = type_in(begin(family))
    sent: list[Message] = []
    at_once(*[lambda: sent.append(send(kept))] * 4)
    assert (len(set(sent)), Message.objects.count()) == (1, 1)


def test_letter_that_another_window_changed_is_not_sent_unseen(family: Family) -> None:
    kept = type_in(begin(family))
    with pytest.raises(Changed):
        send_letter(kept, seen=kept.version - 1, by=kept.by, now=database_now())
    assert Message.objects.count() == 0


def test_refused_letter_is_kept(family: Family) -> None:
    kept = type_in(begin(family))
    Enrolment.objects.update(status="withdrawn")
    with pytest.raises(NotAllowed, match="ya no está en el centro"):
        send(kept)
    kept.refresh_from_db()
    assert (kept.sent_as, kept.body) == (None, "Buenos días.")


def test_way_is_the_schools_of_the_day_on_which_it_is_sent(family: Family) -> None:
    kept = type_in(begin(family))
    SchoolPolicy.objects.update(channels=["sms"])
    assert send(kept).way == Way.NOTICA


def test_teachers_are_taken_out_and_in_and_strangers_are_not(family: Family) -> None:
    tutor, teacher = family.person(family.tutor).pk, family.person(family.teacher).pk
    stranger = make_teacher(make_group(family.school, "2º ESO B")).people.get().pk
    kept = begin(family)

    def to(*people: int) -> tuple[list[int], int]:
        changed = address(kept, people, by=family.mother_login, now=database_now())
        return changed.staff, changed.version

    assert to(teacher, tutor, stranger) == (sorted([tutor, teacher]), 1)
    assert to(tutor, teacher) == (sorted([tutor, teacher]), 1)
    TeachingAssignment.objects.all().delete()
    assert to(teacher) == ([teacher], 2)
    assert to() == ([], 3)
    with pytest.raises(Refused, match="Elija al menos un profesor"):
        send(type_in(kept))


def test_letters_are_hers_alone_and_no_page_of_the_staffs_shows_them(family: Family) -> None:
    today, father = database_today(), make_login(family.person(family.father))
    mother_who_works_here = family.tutor
    Guardianship.objects.filter(guardian=family.person(family.mother)).update(
        guardian=family.person(mother_who_works_here)
    )
    kept = type_in(begin(family, family.teacher, by=mother_who_works_here))
    assert list(letters_open_to(mother_who_works_here, today)) == [kept]
    assert list(letters_open_to(father, today)) == []
    assert list(unsent_letters(father, family.student)) == []
    assert list(drafts_open_to(mother_who_works_here, today)) == []
    assert sent_draft(send(kept), mother_who_works_here) is None


def test_letters_of_a_barred_guardian_are_closed(family: Family) -> None:
    kept = type_in(begin(family))
    assert list(letters_open_to(family.mother_login, database_today())) == [kept]
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 1")
    assert list(letters_open_to(family.mother_login, database_today())) == []


def test_unsent_are_those_with_something_in_them(family: Family) -> None:
    begin(family)
    typed, filed = type_in(begin(family)), begin(family)
    filed.files.create(name=PDF.name, content_type=PDF.content_type, size=PDF.size, sha256=PDF.sha256)
    send(type_in(begin(family)))
    assert set(unsent_letters(family.mother_login, family.student)) == {typed, filed}


def test_empty_letters_make_room_and_written_ones_are_only_so_many(family: Family) -> None:
    for _ in range(MOST_UNSENT):
        begin(family)
    KeptDraft.objects.update(updated_at=database_now() - timedelta(hours=2))
    begin(family)
    assert KeptDraft.objects.count() == 1
    for _ in range(MOST_UNSENT - 1):
        type_in(begin(family))
    with pytest.raises(Refused, match="demasiados mensajes sin enviar"):
        begin(family)


def test_thread_has_one_draft_by_its_pages_token(family: Family) -> None:
    began = family.write(family.tutor, family.teacher)
    token = "a" * 22

    def draft(typed: str) -> KeptDraft:
        return draft_in(began, typed, by=family.mother_login, now=database_now())

    kept = type_in(draft(token), subject="")
    assert (kept.token, kept.staff) == (
        token,
        sorted(family.person(one).pk for one in (family.tutor, family.teacher)),
    )
    assert draft("b" * 22) == kept
    message = send(kept)
    assert (message.in_reply_to, message.subject) == (began, "Re: Reunión")
    assert draft(token) == kept
    assert draft("c" * 22).token == "c" * 22


@pytest.mark.parametrize("token", ["", "x", "a/b" * 8, "ñ" * 22, "a" * 40])
def test_thread_takes_no_token_that_is_none(family: Family, token: str) -> None:
    kept = draft_in(family.write(), token, by=family.mother_login, now=database_now())
    assert (kept.token != token, len(kept.token)) == (True, 22)


def test_token_of_anothers_draft_opens_nothing(family: Family) -> None:
    father = make_login(family.person(family.father))
    other = begin(family, by=father)
    mine = draft_in(family.write(), other.token, by=family.mother_login, now=database_now())
    assert (mine.token != other.token, mine.by) == (True, family.mother_login)


def test_thread_of_the_other_parent_has_no_draft_of_hers(family: Family) -> None:
    father = make_login(family.person(family.father))
    with pytest.raises(NotAllowed, match="que empezó usted"):
        draft_in(family.write(), "a" * 22, by=father, now=database_now())


def test_thread_asked_for_twice_at_once_has_one_draft(family: Family) -> None:
    began = family.write()
    found: list[KeptDraft] = []
    ask = [
        lambda token=one: found.append(
            draft_in(began, token * 22, by=family.mother_login, now=database_now())
        )
        for one in "abcd"
    ]
    at_once(*ask)
    assert (len(set(found)), KeptDraft.objects.count()) == (1, 1)
