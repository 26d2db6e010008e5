"""A letter on its page: nothing typed is lost, it is sent once, and it is nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notica.letter_limits import HOURLY
from notica.models import KeptDraft, Message
from plumier.clock import database_now
from plumier.models import Guardianship, TeachingAssignment
from tests.factories.register import make_group, make_login, make_student, make_teacher
from tests.mirador.letters import HTMX, as_, begin, fields, letter_page, press, thread_page, write_page
from tests.notica.correspondence import Family
from tests.notica.results import ACCOUNTS

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def family(db: None, settings: Any, tmp_path: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.DATA_DIR = tmp_path
    return Family()


@pytest.fixture
def mother(family: Family) -> Client:
    return as_(family.mother_login)


@pytest.fixture
def draft(family: Family) -> KeptDraft:
    return begin(family, family.tutor, family.teacher)


def test_letter_goes_to_both_and_its_thread_opens(family: Family, mother: Client, draft: KeptDraft) -> None:
    response = press(mother, draft, "enviar", subject="Reunión", body="Buenos días.")
    message = Message.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, thread_page(message))
    assert (message.subject, message.body, message.sender_person) == (
        "Reunión",
        "Buenos días.",
        family.person(family.mother),
    )
    shown = mother.get(thread_page(message)).content.decode()
    assert (
        "Enviado a Tere Tutora y Paco Profesor. Se lee en Notica y llega también a su correo profesional."
        in shown
    )


def test_pressed_twice_it_is_one_letter(mother: Client, draft: KeptDraft) -> None:
    typed = fields(draft, "enviar", body="Buenos días.")
    for _ in range(2):
        response = mother.post(letter_page(draft), typed)
        assert response.headers["Location"] == thread_page(Message.objects.get())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"body": " \n"}, "El mensaje está vacío. Escriba el texto."),
        ({"body": "a" * 12_001}, "El texto tiene 1 carácter de más: caben 12000."),
        ({"body": "Hola", "subject": "a" * 201}, "El asunto es demasiado largo: caben 200 caracteres."),
        ({"body": "Hola", "a": []}, "Elija al menos un profesor."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    mother: Client, draft: KeptDraft, typed: dict[str, Any], said: str
) -> None:
    response = press(mother, draft, "enviar", **{"subject": "Reunión", **typed})
    shown = response.content.decode()
    assert (response.status_code, said in shown, Message.objects.count()) == (200, True, 0)
    draft.refresh_from_db()
    assert draft.body == typed["body"].replace("\r\n", "\n")
    assert draft.subject == typed.get("subject", "Reunión")
    assert "sigue aquí" in shown


def test_who_wrote_too_much_is_told_when_and_keeps_it(
    family: Family, mother: Client, draft: KeptDraft
) -> None:
    for _ in range(HOURLY.most):
        family.write()
    Message.objects.update(created_at=database_now() - timedelta(minutes=10))
    shown = press(mother, draft, "enviar", body="Una más").content.decode()
    assert "Podrá enviar este mensaje a partir de" in shown
    assert "Una más" in shown
    draft.refresh_from_db()
    assert (draft.body, draft.sent_as, Message.objects.count()) == ("Una más", None, HOURLY.most)


def test_files_are_kept_looked_at_and_taken_away(mother: Client, draft: KeptDraft) -> None:
    files = [
        SimpleUploadedFile("justificante.pdf", PDF),
        SimpleUploadedFile("foto.pdf", b"MZ\x90\x00 not a picture"),
    ]
    response = press(mother, draft, "adjuntar", files=files)
    shown = response.content.decode()
    assert "foto.pdf: " in shown
    assert [one.name for one in draft.files.all()] == ["justificante.pdf"]
    draft.refresh_from_db()
    response = press(mother, draft, "enviar", body="")
    assert "justificante.pdf" in response.content.decode()
    draft.refresh_from_db()
    press(mother, draft, f"quitar-{draft.files.get().pk}")
    assert draft.files.count() == 0


def test_typing_keeps_by_itself(mother: Client, draft: KeptDraft) -> None:
    response = mother.post(letter_page(draft), fields(draft, "guardar", body="Buen", solo="guardado"))
    draft.refresh_from_db()
    assert (draft.body, f'data-version="{draft.version}"' in response.content.decode()) == ("Buen", True)


def test_other_window_is_not_written_over_unseen(mother: Client, draft: KeptDraft) -> None:
    press(mother, draft, "guardar", body="De esta")
    stale = fields(draft, "enviar", body="De la otra")
    shown = mother.post(letter_page(draft), stale).content.decode()
    assert "se cambió en otra ventana" in shown
    assert "De la otra" in shown
    kept = mother.post(letter_page(draft), {**stale, "hacer": "guardar", "solo": "guardado"})
    assert kept.status_code == 409
    draft.refresh_from_db()
    assert (draft.body, Message.objects.count()) == ("De esta", 0)
    press(mother, draft, "enviar", body="De la otra")
    assert Message.objects.get().body == "De la otra"


def test_teacher_is_taken_out_and_in(family: Family, mother: Client, draft: KeptDraft) -> None:
    tutor, teacher = (family.person(one).pk for one in (family.tutor, family.teacher))
    press(mother, draft, f"sin-{tutor}", body="Hola")
    draft.refresh_from_db()
    assert (draft.staff, draft.body) == ([teacher], "Hola")
    press(mother, draft, f"con-{tutor}")
    draft.refresh_from_db()
    assert draft.staff == sorted([tutor, teacher])


def test_teacher_who_left_the_class_is_said_and_can_be_taken_out(
    family: Family, mother: Client, draft: KeptDraft
) -> None:
    TeachingAssignment.objects.all().delete()
    shown = mother.get(letter_page(draft)).content.decode()
    assert "ya no le da clase" in shown
    refused = press(mother, draft, "enviar", body="Hola").content.decode()
    assert "Alguien de los elegidos ya no da clase a Lucía Marín." in refused
    draft.refresh_from_db()
    press(mother, draft, f"sin-{family.person(family.teacher).pk}")
    draft.refresh_from_db()
    press(mother, draft, "enviar")
    assert Message.objects.count() == 1


def test_stranger_cannot_be_put_in(family: Family, mother: Client, draft: KeptDraft) -> None:
    other = make_teacher(make_group(family.school, "2º ESO B"), "Olga Otra").people.get()
    shown = press(mother, draft, f"con-{other.pk}", a=[*draft.staff, other.pk], body="").content
    draft.refresh_from_db()
    assert (other.pk in draft.staff, b"Olga Otra" in shown) == (False, False)


def test_letter_is_discarded(family: Family, mother: Client, draft: KeptDraft) -> None:
    response = press(mother, draft, "descartar")
    assert (response.headers["Location"], KeptDraft.objects.count()) == (write_page(family), 0)
    assert mother.get(letter_page(draft)).status_code == 404


def test_letter_is_nobody_elses(family: Family, draft: KeptDraft) -> None:
    KeptDraft.objects.update(body="Palabras de Marta")
    stranger = make_student(make_group(family.school, "2º ESO B"), "Iván Gil").person
    people = [family.person(family.father), family.student.person, stranger]
    for client in [as_(family.tutor), *(as_(make_login(one)) for one in people)]:
        assert client.get(letter_page(draft)).status_code == 404
        for do in ("enviar", "descartar", "guardar"):
            assert press(client, draft, do, body="Hola").status_code == 404
    assert KeptDraft.objects.get().body == "Palabras de Marta"


def test_letter_of_a_barred_mother_is_closed(mother: Client, draft: KeptDraft) -> None:
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 1")
    assert mother.get(letter_page(draft)).status_code == 404
    assert press(mother, draft, "enviar", body="Hola").status_code == 404
    assert Message.objects.count() == 0


def test_fragment_is_the_form_alone_and_a_sent_one_leads_on(mother: Client, draft: KeptDraft) -> None:
    typed = fields(draft, "guardar", body="Hola")
    alone = mother.post(letter_page(draft), typed, **HTMX).content.decode()
    assert (alone.lstrip().startswith("<form"), "<html" in alone) == (True, False)
    draft.refresh_from_db()
    sent = mother.post(letter_page(draft), fields(draft, "enviar"), **HTMX)
    assert sent.headers["HX-Redirect"] == thread_page(Message.objects.get())


def test_what_was_typed_on_after_another_window_sent_it_waits_in_the_thread(
    mother: Client, draft: KeptDraft
) -> None:
    press(mother, draft, "enviar", body="Hola.")
    sent = Message.objects.get()
    answer = press(mother, draft, "guardar", body="Hola. Y otra cosa.", solo="guardado")
    assert (answer.status_code, "Este mensaje ya se envió" in answer.content.decode()) == (409, True)
    response = press(mother, draft, "enviar", body="Hola. Y otra cosa.")
    assert (response.status_code, response.headers["Location"]) == (
        303,
        thread_page(sent),
    )
    assert Message.objects.count() == 1
    assert KeptDraft.objects.get(sent_as__isnull=True).body == "Hola. Y otra cosa."
    press(mother, draft, "enviar", body="Y una tercera.")
    assert KeptDraft.objects.get(sent_as__isnull=True).body == "Hola. Y otra cosa.\n\nY una tercera."
    long = press(mother, draft, "enviar", body="a" * 100_001)
    assert (long.status_code, "demasiado largo para guardarlo" in long.content.decode()) == (200, True)


def test_letter_that_another_window_has_sent_cannot_be_discarded(mother: Client, draft: KeptDraft) -> None:
    press(mother, draft, "enviar", body="Hola.")
    assert press(mother, draft, "descartar").status_code == 303
    assert (Message.objects.count(), KeptDraft.objects.count()) == (1, 1)
