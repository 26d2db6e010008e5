"""A family's conversations with teachers: the list of them, one of them whole, and whose they are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notica.family_threads import (
    PAGE,
    files_of,
    mark_thread_read,
    thread_as_read,
    threads_of,
    threads_page,
    unread_threads,
)
from notica.files import keep
from notica.inbox import mark_read
from notica.models import InboxEntry, Message
from notica.threads import write_back
from plumier.clock import database_now, database_today
from plumier.family_access import Child, children_read_by
from plumier.models import Enrolment, TeachingAssignment, User
from tests.factories.register import make_login
from tests.notica.correspondence import Family, letter_of
from tests.notica.results import ACCOUNTS


@pytest.fixture
def family(db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


def child_of(user: User) -> Child:
    return children_read_by(user, database_today())[0]


@pytest.fixture
def child(family: Family) -> Child:
    return child_of(family.mother_login)


def titles(child: Child, words: str = "", after: int = 0) -> list[str]:
    return [row.title for row in threads_page(child, words, after, database_now()).rows]


def set_back(message: Message, **ago: float) -> None:
    Message.objects.filter(pk=message.pk).update(created_at=database_now() - timedelta(**ago))


def test_conversations_come_by_their_newest_message(family: Family, child: Child) -> None:
    first, second = family.write(subject="Uno"), family.write(family.teacher, subject="Dos")
    assert titles(child) == ["Dos", "Uno"]
    family.answer(first)
    page = threads_page(child, "", 0, database_now())
    assert [(row.title, row.teachers, row.beginning, row.mine, row.unread) for row in page.rows] == [
        ("Uno", "Tere Tutora", "Le llamo a las cinco.", False, True),
        ("Dos", "Paco Profesor", "No podré asistir a la reunión del jueves.", True, False),
    ]
    assert [row.token for row in page.rows] == [first.token, second.token]


def test_conversation_of_the_other_parent_and_of_the_student_is_not_hers(
    family: Family, child: Child
) -> None:
    father, student = make_login(family.person(family.father)), make_login(family.student.person)
    family.write(subject="De la madre")
    family.answer(family.write(by=father, subject="Del padre"))
    family.write(by=student, subject="De la alumna")
    assert titles(child) == ["De la madre"]
    assert titles(child_of(father)) == ["Del padre"]
    assert titles(child_of(student)) == ["De la alumna"]
    assert (unread_threads(child, database_now()), unread_threads(child_of(father), database_now())) == (0, 1)


def test_pages_follow_each_other_without_a_gap(family: Family, child: Child) -> None:
    number = PAGE + 3
    for one in range(number):
        set_back(family.write(subject=f"N{one:02d}"), hours=2 + one)
    first = threads_page(child, "", 0, database_now())
    assert [row.title for row in first.rows] == [f"N{one:02d}" for one in range(PAGE)]
    second = threads_page(child, "", first.after, database_now())
    assert ([row.title for row in second.rows], second.after) == (
        [f"N{one:02d}" for one in range(PAGE, number)],
        0,
    )


@pytest.fixture(autouse=True)
def _no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notica.threads.check_limits", lambda *_args, **_words: None)


@pytest.mark.parametrize("words", ["reunion", "CINCO", "tere", "reunión cinco tutora"])
def test_search_looks_in_every_text_and_at_the_teachers(family: Family, child: Child, words: str) -> None:
    family.write(family.teacher, subject="Deberes", text="¿Hay deberes?")
    family.answer(family.write(family.tutor))
    assert titles(child, words) == ["Reunión"]


def test_search_finds_nothing_in_the_other_parents_words(family: Family, child: Child) -> None:
    father = make_login(family.person(family.father))
    family.write(by=father, subject="Custodia")
    assert titles(child, "custodia") == []
    assert titles(child_of(father), "custodia") == ["Custodia"]


def test_conversation_goes_when_notica_forgets_its_newest_message(family: Family, child: Child) -> None:
    first = family.write()
    set_back(first, days=91)
    assert titles(child) == []
    reply = family.answer(first)
    assert titles(child) == ["Reunión"]
    set_back(reply, days=91)
    assert titles(child) == []


@pytest.mark.parametrize("number", [1, PAGE])
def test_list_costs_the_same_whatever_is_in_it(
    family: Family, child: Child, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        family.answer(family.write(family.tutor, family.teacher))
    now = database_now()
    with django_assert_num_queries(4):
        assert len(threads_page(child, "", 0, now).rows) == number


def test_thread_is_read_whole_and_says_who_has_read_it(family: Family, child: Child) -> None:
    first = family.write(family.tutor, family.teacher)
    mark_read(family.entry(first), by=family.tutor, now=database_now())
    family.answer(first)
    tutor = family.person(family.tutor)
    write_back(
        first, [tutor], letter_of(text="Gracias.", subject=""), by=family.mother_login, now=database_now()
    )
    thread = thread_as_read(first, child, database_now())
    assert [(one.sender, one.text, one.mine) for one in thread.said] == [
        ("Usted", "No podré asistir a la reunión del jueves.", True),
        ("Tere Tutora", "Le llamo a las cinco.", False),
        ("Usted", "Gracias.", True),
    ]
    assert [[(told.name, told.mark.word) for told in one.told if told.mark] for one in thread.said] == [
        [("Tere Tutora", "Leído"), ("Paco Profesor", "Enviado")],
        [],
        [("Tere Tutora", "Enviado")],
    ]
    assert (thread.open_to, thread.refusal, thread.newest) == (
        [tutor, family.person(family.teacher)],
        "",
        tutor.pk,
    )


@pytest.mark.parametrize("number", [1, 30])
def test_thread_costs_the_same_whatever_its_length(
    family: Family, child: Child, number: int, django_assert_num_queries: Any
) -> None:
    first = family.write(family.tutor, family.teacher)
    for _ in range(number):
        family.answer(first)
    first = threads_of(child, database_now()).select_related("student__school").get()
    now = database_now()
    with django_assert_num_queries(5):
        assert len(thread_as_read(first, child, now).said) == number + 1


def test_opening_it_reads_its_answers_and_no_others(family: Family, child: Child) -> None:
    first, second = family.write(), family.write()
    answers = [family.answer(first), family.answer(first), family.answer(second)]
    assert unread_threads(child, database_now()) == 2
    mark_thread_read(first, child, now=database_now())
    entries = InboxEntry.objects.filter(message__in=answers).order_by("pk")
    assert [one.read_at is None for one in entries] == [False, False, True]
    assert unread_threads(child, database_now()) == 1
    assert family.entry(first).read_at is None


def test_first_time_it_was_opened_counts(family: Family, child: Child) -> None:
    first = family.write()
    reply = family.answer(first)
    now = database_now()
    mark_thread_read(first, child, now=now)
    mark_thread_read(first, child, now=now + timedelta(hours=1))
    assert InboxEntry.objects.get(message=reply).read_at == now


def test_teacher_who_does_not_teach_her_any_more_is_not_written_to(family: Family, child: Child) -> None:
    both, alone = family.write(family.tutor, family.teacher), family.write(family.teacher)
    TeachingAssignment.objects.all().delete()
    assert thread_as_read(both, child, database_now()).open_to == [family.person(family.tutor)]
    closed = thread_as_read(alone, child, database_now())
    assert (closed.open_to, closed.refusal, len(closed.said)) == (
        [],
        "Paco Profesor ya no da clase a Lucía Marín: no se puede seguir esta conversación.",
        1,
    )
    family.group.tutor = None
    family.group.save()
    assert thread_as_read(both, child, database_now()).refusal == (
        "Ninguno de estos profesores da ya clase a Lucía Marín: no se puede seguir esta conversación."
    )


def test_thread_of_a_student_who_left_is_read_and_not_gone_on_with(family: Family, child: Child) -> None:
    first = family.write()
    Enrolment.objects.update(status="withdrawn")
    thread = thread_as_read(first, child, database_now())
    assert (len(thread.said), thread.refusal) == (
        1,
        "Lucía Marín ya no está en el centro: no se puede escribir a sus profesores.",
    )


def test_files_are_those_of_the_thread(family: Family, child: Child, tmp_path: Path) -> None:
    source = tmp_path / "justificante.pdf"
    source.write_bytes(b"%PDF-1.7")
    father = make_login(family.person(family.father))
    first = family.write(files=(keep(source),))
    other = family.write(by=father, files=(keep(source),))
    assert list(files_of(first, child)) == [first.attachments.get()]
    assert list(files_of(other, child)) == []
