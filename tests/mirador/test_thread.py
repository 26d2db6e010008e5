"""A conversation: read by her who began it, gone on with in place, and nobody else's."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from notica.files import keep
from notica.models import InboxEntry, KeptDraft, Message
from plumier.models import Enrolment, Guardianship, Person, TeachingAssignment, User
from tests.factories.register import Parent, make_group, make_login, make_person, make_student
from tests.mirador.letters import HTMX, as_, queries, thread_page
from tests.notica.correspondence import Family
from tests.notica.results import ACCOUNTS

TOKEN = "a" * 22


@pytest.fixture
def family(db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


@pytest.fixture
def mother(family: Family) -> Client:
    return as_(family.mother_login)


def go_on(client: Client, began: Message, *people: Person, **typed: Any) -> HttpResponse:
    """Press «Enviar» in the thread, as its page was first shown."""
    fields = {
        "version": 0,
        "borrador": TOKEN,
        "personas": "1",
        "a": [one.pk for one in people],
        "body": "Gracias.",
        "hacer": "enviar",
    }
    return client.post(thread_page(began), {**fields, **typed})  # type: ignore[return-value]


def saved(client: Client, file: str) -> bytes:
    """What a file is when it is opened."""
    response: Any = client.get(file)
    return b"".join(response.streaming_content)


def others(family: Family) -> list[User]:
    """Everybody who must not have it: the other parent, the student, another mother, a teacher of hers, the tutor."""
    stranger = make_student(make_group(family.school, "2º ESO B"), "Iván Gil", [Parent("Eva Gil")])
    people = [family.person(family.father), family.student.person, stranger.guardians.get()]
    return [*(make_login(one) for one in people), family.teacher, family.tutor]


def test_answer_is_read_and_then_is_read(family: Family, mother: Client) -> None:
    began = family.write()
    reply = family.answer(began)
    shown = mother.get(thread_page(began)).content.decode()
    for words in ("No podré asistir a la reunión del jueves.", "Le llamo a las cinco.", "Tere Tutora"):
        assert words in shown
    assert InboxEntry.objects.get(message=reply).read_at is not None


def test_looking_without_opening_reads_nothing(family: Family, mother: Client) -> None:
    reply = family.answer(began := family.write())
    mother.head(thread_page(began))
    mother.get(thread_page(began), headers={"sec-purpose": "prefetch"})
    assert InboxEntry.objects.get(message=reply).read_at is None


def test_thread_is_nobody_elses(family: Family, tmp_path: Path) -> None:
    source = tmp_path / "justificante.pdf"
    source.write_bytes(b"%PDF-1.7")
    began = family.write(files=(keep(source),))
    file = reverse("mirador:thread_file", args=[began.token, began.attachments.get().pk])
    assert saved(as_(family.mother_login), file) == b"%PDF-1.7"
    for user in others(family):
        client = as_(user)
        assert client.get(thread_page(began)).status_code == 404
        assert client.get(file).status_code == 404
        assert go_on(client, began, family.person(family.tutor)).status_code == 404
    assert (Message.objects.count(), KeptDraft.objects.count()) == (1, 0)


def test_file_of_another_thread_is_not_had_through_hers(
    family: Family, mother: Client, tmp_path: Path
) -> None:
    source = tmp_path / "justificante.pdf"
    source.write_bytes(b"%PDF-1.7")
    father = make_login(family.person(family.father))
    mine, his = family.write(), family.write(by=father, files=(keep(source),))
    file = his.attachments.get().pk
    assert mother.get(reverse("mirador:thread_file", args=[mine.token, file])).status_code == 404
    assert saved(as_(father), reverse("mirador:thread_file", args=[his.token, file])) == b"%PDF-1.7"


def test_file_is_saved_and_never_opened(family: Family, mother: Client, tmp_path: Path) -> None:
    source = tmp_path / "justificante.pdf"
    source.write_bytes(b"%PDF-1.7")
    began = family.write(files=(keep(source),))
    response = mother.get(reverse("mirador:thread_file", args=[began.token, began.attachments.get().pk]))
    assert b"".join(response.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert {name: response.headers[name] for name in ("Content-Type", "X-Content-Type-Options")} == {
        "Content-Type": "application/octet-stream",
        "X-Content-Type-Options": "nosniff",
    }
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_she_goes_on_with_the_one_who_answered(family: Family, mother: Client) -> None:
    began = family.write(family.tutor, family.teacher)
    family.answer(began)
    tutor = family.person(family.tutor)
    page = mother.get(thread_page(began))
    assert [(one.name, one.chosen) for one in page.context["people"]] == [
        ("Tere Tutora", True),
        ("Paco Profesor", False),
    ]
    response = go_on(mother, began, tutor)
    more = Message.objects.get(body="Gracias.")
    assert (response.status_code, response.headers["Location"]) == (303, thread_page(began))
    assert (more.in_reply_to, more.subject) == (began, "Re: Reunión")
    assert [one.person for one in more.recipients.all()] == [tutor]
    assert "Gracias." in mother.get(thread_page(began)).content.decode()


def test_pressed_twice_it_is_one_letter_though_nothing_was_kept_before(
    family: Family, mother: Client
) -> None:
    began = family.write()
    for _ in range(2):
        assert go_on(mother, began, family.person(family.tutor)).headers["Location"] == thread_page(began)
    assert Message.objects.filter(body="Gracias.").count() == 1


def test_what_is_typed_in_it_is_kept_and_there_again(family: Family, mother: Client) -> None:
    began = family.write()
    tutor = family.person(family.tutor)
    go_on(mother, began, tutor, body="A medi", hacer="guardar", solo="guardado")
    assert KeptDraft.objects.get().body == "A medi"
    assert "A medi" in mother.get(thread_page(began)).content.decode()
    discarded = go_on(mother, began, tutor, hacer="descartar")
    assert (discarded.headers["Location"], KeptDraft.objects.count()) == (thread_page(began), 0)


def test_empty_letter_and_nobody_chosen_are_said_in_place(family: Family, mother: Client) -> None:
    began = family.write(family.tutor, family.teacher)
    empty = go_on(mother, began, family.person(family.tutor), body=" ").content.decode()
    assert "El mensaje está vacío. Escriba el texto." in empty
    version = KeptDraft.objects.get().version
    nobody = go_on(mother, began, version=version).content.decode()
    assert ("Elija al menos un profesor." in nobody, "Gracias." in nobody) == (True, True)
    assert Message.objects.count() == 1


def test_sent_in_place_by_htmx_loads_the_thread_anew(family: Family, mother: Client) -> None:
    began = family.write()
    fields = {"version": 0, "borrador": TOKEN, "personas": 1, "a": family.person(family.tutor).pk}
    response = mother.post(thread_page(began), {**fields, "body": "Hola", "hacer": "enviar"}, **HTMX)
    assert response.headers["HX-Refresh"] == "true"


def test_barred_mother_reads_it_no_more(family: Family, mother: Client) -> None:
    began = family.write()
    assert mother.get(thread_page(began)).status_code == 200
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 1")
    assert mother.get(thread_page(began)).status_code == 404
    assert go_on(mother, began, family.person(family.tutor)).status_code == 404


@pytest.mark.parametrize("left", ["student", "teacher"])
def test_closed_thread_is_read_and_its_form_is_a_sentence(family: Family, mother: Client, left: str) -> None:
    began = family.write(family.teacher)
    if left == "student":
        Enrolment.objects.update(status="withdrawn")
    else:
        TeachingAssignment.objects.all().delete()
    said = {
        "student": "Lucía Marín ya no está en el centro: no se puede escribir a sus profesores.",
        "teacher": "Paco Profesor ya no da clase a Lucía Marín: no se puede seguir esta conversación.",
    }[left]
    shown = mother.get(thread_page(began)).content.decode()
    assert ("No podré asistir" in shown, said in shown, "<textarea" in shown) == (True, True, False)
    go_on(mother, began, family.person(family.teacher))
    assert (Message.objects.count(), KeptDraft.objects.get().body) == (1, "Gracias.")


def test_teachers_message_and_a_second_letter_begin_no_thread(family: Family, mother: Client) -> None:
    began = family.write()
    reply = family.answer(began)
    go_on(mother, began, family.person(family.tutor))
    for message in (reply, Message.objects.get(body="Gracias.")):
        assert mother.get(thread_page(message)).status_code == 404
    assert mother.get(reverse("mirador:thread", args=["x"])).status_code == 404


def test_page_costs_the_same_whatever_its_length(family: Family, mother: Client) -> None:
    began = family.write(family.tutor, family.teacher)
    family.answer(began)
    few = queries(mother, thread_page(began))
    for _ in range(29):
        family.answer(began)
    assert queries(mother, thread_page(began)) == few


def test_mother_who_stands_twice_in_the_register_reads_what_she_wrote(family: Family, mother: Client) -> None:
    """As an import leaves it that did not know her again: which of the two is first in the child's row says nothing."""
    twice = make_person(family.school, "Marta Marín", user=family.mother_login)
    Guardianship.objects.filter(student=family.student, guardian=family.person(family.father)).update(
        guardian=twice
    )
    assert Guardianship.objects.order_by("order").values_list("guardian", flat=True).first() == twice.pk
    began = family.write()
    assert mother.get(thread_page(began)).status_code == 200
    assert began.token in mother.get(reverse("mirador:write")).content.decode()


def test_what_another_window_has_sent_cannot_be_discarded(family: Family, mother: Client) -> None:
    began, tutor = family.write(), family.person(family.tutor)
    go_on(mother, began, tutor)
    response = go_on(mother, began, tutor, hacer="descartar", version=1)
    assert (response.status_code, response.headers["Location"]) == (303, thread_page(began))
    assert (
        "Este mensaje ya se envió: no se puede descartar." in mother.get(thread_page(began)).content.decode()
    )


def test_what_was_typed_on_after_another_window_sent_it_is_kept(family: Family, mother: Client) -> None:
    began, tutor = family.write(), family.person(family.tutor)
    go_on(mother, began, tutor)
    response = go_on(mother, began, tutor, body="Gracias. Y otra cosa: la excursión.", version=1)
    assert (response.status_code, response.headers["Location"]) == (303, thread_page(began))
    page = mother.get(thread_page(began)).content.decode()
    assert "Y otra cosa: la excursión." in page
    assert "Ese mensaje ya se envió desde otra ventana" in page
    assert Message.objects.filter(in_reply_to=began).count() == 1


def test_token_that_is_none_is_no_fault(family: Family, mother: Client) -> None:
    began, tutor = family.write(), family.person(family.tutor)
    assert go_on(mother, began, tutor, borrador="\0").status_code == 303
    assert Message.objects.filter(in_reply_to=began).count() == 1
