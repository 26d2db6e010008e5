"""Writing a message without a script: nothing typed is lost, nothing goes out unseen, and it is sent once."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import KeptDraft, Message, TextTemplate
from notica.writing.keeping import Written, begin, save, send_kept
from plumier.clock import database_now
from plumier.models import Enrolment, Group, School, Staff, Student, User
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
)
from tests.notica.results import ACCOUNTS, family

HTMX = {"HX-Request": "true", "HX-Target": "writing"}
PDF = b"%PDF-1.4\n%nothing\n"
TYPED = Written(Audience.FAMILY, Way.EMAIL, "Salida", "Mañana hay salida.")
SEND = re.compile(r'id="write-send".*?>\s*([^<>]*?)\s*</button>', re.DOTALL)
LEFT_OUT = re.compile(r'id="write-left-out"[^>]*>(.*?)</p>', re.DOTALL)
SEEN = re.compile(r'name="visto"\s+value="([^"]*)"')
BODY = re.compile(r"<textarea[^>]*>\n?(.*?)</textarea>", re.DOTALL)


@pytest.fixture(autouse=True)
def _accounts(settings: Any, tmp_path: Path) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def teacher(group: Group) -> User:
    return make_teacher(group)


@pytest.fixture
def students(group: Group) -> list[Student]:
    return [family(group, number)[0] for number in range(2)]


def entered(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def drafted(user: User, students: list[Student], way: Way = Way.EMAIL, to: str = "familia") -> KeptDraft:
    choice = Choice(Audience(to), students=tuple(student.pk for student in students))
    return begin(students[0].school, choice, way, by=user, now=database_now())


def address(draft: KeptDraft) -> str:
    return reverse("profesores:write", args=[draft.token])


def pressed(client: Client, draft: KeptDraft, do: str, **typed: Any) -> Any:
    """Press a button as a browser does that shows the newest version, unless `version` says another."""
    draft.refresh_from_db()
    headers = typed.pop("headers", None)
    fields = {"version": draft.version, "to": draft.to, "way": draft.way, "when": "ahora", **typed}
    return client.post(address(draft), {"hacer": do, **fields}, headers=headers)


def html(response: Any) -> str:
    return unescape(response.content.decode()).replace("\xa0", " ")


def seen(client: Client, draft: KeptDraft, query: str = "") -> str:
    found = SEEN.search(html(client.get(address(draft) + query)))
    assert found is not None
    return found[1]


def error_at(response: Any, field: str) -> str:
    found = re.search(rf'id="id_{field}_error">.*?<span>(.*?)</span>', html(response), re.DOTALL)
    return found[1].strip() if found else ""


def refused_words(response: Any) -> str:
    found = re.search(r'id="write-problem"[^>]*>(.*?)</p>', html(response), re.DOTALL)
    return re.sub("<[^>]*>", "", found[1]).strip() if found else ""


def test_from_my_students_to_sent_without_a_script(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    picked = {"hacer": "email", "marcada": [one.pk for one in students], "estaban": ""}
    led = client.post(reverse("profesores:students"), picked)
    draft = KeptDraft.objects.get()
    assert (led.status_code, led["Location"]) == (303, address(draft))
    page = html(client.get(address(draft)))
    assert "Nuevo mensaje · correo electrónico" in page.replace("Correo", "correo")
    assert "a las familias de 2 alumnos" in page
    assert "Enviar a 2 familias" in page
    kept = pressed(client, draft, "guardar", subject="Salida", body="Mañana\r\nsalimos.")
    assert (kept.status_code, kept["Location"]) == (303, address(draft))
    typed = {"subject": "Salida", "body": "Mañana salimos."}
    sent = pressed(client, draft, "enviar", visto=seen(client, draft), **typed)
    message = Message.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, reverse("notica:message", args=[message.token]))
    assert (message.subject, message.body, message.to, message.way) == (
        "Salida",
        "Mañana salimos.",
        "familia",
        "email",
    )
    assert message.recipients.count() == 2
    assert client.get(address(draft))["Location"] == reverse("notica:message", args=[message.token])


def test_pressed_twice_it_is_sent_once_and_opens_the_same_send(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    typed = {"body": "Hola", "visto": seen(client, draft), "version": 0}
    led = [pressed(client, draft, "enviar", **typed)["Location"] for _ in range(2)]
    message = Message.objects.get()
    assert led == [reverse("notica:message", args=[message.token])] * 2


@pytest.mark.parametrize("do", ["guardar", "enviar", "descartar", "confirmar"])
def test_draft_of_another_is_nobody_elses(
    client: Client, teacher: User, students: list[Student], group: Group, do: str
) -> None:
    draft = drafted(teacher, students)
    elsewhere = make_director(make_school("30000002"))
    for other in (make_teacher(group), make_director(group.school), elsewhere):
        entered(client, other)
        assert client.get(address(draft)).status_code == 404
        assert pressed(client, draft, do, body="Mío").status_code == 404
        for name in ("write_people", "write_missed"):
            assert client.get(reverse(f"profesores:{name}", args=[draft.token])).status_code == 404
    draft.refresh_from_db()
    assert (draft.body, Message.objects.count()) == ("", 0)


def test_draft_is_hers_no_more_when_she_left_the_school(
    client: Client, teacher: User, students: list[Student]
) -> None:
    draft = drafted(teacher, students)
    elsewhere = make_teacher(make_group(make_school("30000002")))
    elsewhere.people.update(user=teacher)
    Staff.objects.filter(person__user=teacher, person__school=students[0].school).update(active=False)
    assert entered(client, teacher).get(address(draft)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"body": " \r\n "}, "body", "El mensaje está vacío. Escriba el texto."),
        ({"body": "Hola {amigo}"}, "body", "{amigo}"),
        ({"body": "Hola", "subject": "x" * 201}, "subject", "caben 200 caracteres"),
        ({"body": "Hola", "when": "luego", "hour": "10:00"}, "day", "Indique qué día sale, o elija «Ahora»."),
        ({"body": "Hola", "when": "luego", "day": "2030-05-04"}, "hour", "Indique a qué hora sale"),
        (
            {"body": "Hola", "when": "luego", "day": "2020-05-04", "hour": "10:00"},
            "day",
            "Esa hora ya ha pasado. Elija otra, o «Ahora».",
        ),
    ],
)
def test_refusal_is_said_at_its_field_and_what_was_typed_stays(
    client: Client, teacher: User, students: list[Student], typed: dict[str, str], field: str, words: str
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    page = pressed(client, draft, "enviar", visto=seen(client, draft), **typed)
    assert words in error_at(page, field)
    assert refused_words(page) == "No se ha hecho. Lo que ha escrito sigue aquí."
    listed = re.search(rf'<a href="#id_{field}">([^<]*)</a>', html(page))
    assert listed is not None
    assert listed[1] in error_at(page, field)
    found = BODY.search(html(page))
    assert found is not None
    assert found[1] == typed["body"]
    for name in ("subject", "day", "hour"):
        if typed.get(name):
            assert f'value="{typed[name]}"' in html(page)
    draft.refresh_from_db()
    assert draft.subject == typed.get("subject", "")
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("way", "over", "words"),
    [
        (Way.SMS, 1, "El texto tiene 1 carácter de más: en SMS caben 151."),
        (Way.SMS, 9, "El texto tiene 9 caracteres de más: en SMS caben 151."),
        (Way.TELEGRAM_TOKAPP, 2, "El texto tiene 2 caracteres de más: en Telegram/TokApp caben 12000."),
    ],
)
def test_text_that_is_too_long_says_by_how_much(
    client: Client, teacher: User, students: list[Student], way: Way, over: int, words: str
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students[:1], way)
    most = 151 if way == Way.SMS else 12_000
    page = pressed(client, draft, "revisar", body="a" * (most + over))
    assert error_at(page, "body").replace(".", "") == words.replace(".", "")
    draft.refresh_from_db()
    assert len(draft.body) == most + over


def test_subject_that_is_not_shown_stays_kept_and_is_not_sent(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    pressed(client, draft, "guardar", subject="Salida", body="Hola")
    pressed(client, draft, "cambiar", way="telegram_tokapp", body="Hola")
    pressed(client, draft, "guardar", body="Hola a todos")
    draft.refresh_from_db()
    assert (draft.subject, draft.body, draft.way) == ("Salida", "Hola a todos", "telegram_tokapp")
    pressed(client, draft, "enviar", body="Hola a todos", visto=seen(client, draft))
    assert Message.objects.get().subject == ""


def test_to_whom_is_changed_and_staff_never_is(
    client: Client, teacher: User, students: list[Student], school: School
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    pressed(client, draft, "cambiar", to="alumno", body="Hola")
    page = html(client.get(address(draft)))
    assert ("a 2 alumnos" in page, "2 alumnos no lo recibirán" in page) == (
        True,
        True,
    )  # they have no address
    pressed(client, draft, "cambiar", to="personal", body="Hola")
    draft.refresh_from_db()
    assert draft.to == "alumno"
    colleague = make_staff(school).people.get()
    choice = Choice(Audience.STAFF, staff=(colleague.pk,))
    to_staff = begin(school, choice, Way.EMAIL, by=teacher, now=database_now())
    pressed(client, to_staff, "guardar", to="familia", body="Hola")
    to_staff.refresh_from_db()
    assert (to_staff.to, to_staff.body) == ("personal", "Hola")
    page = html(client.get(address(to_staff)))
    assert "Enviar a 1 compañero" in page
    assert 'name="to"' not in page


def attached(*files: tuple[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content) for name, content in files]


def test_files_are_kept_taken_away_and_refused_by_what_is_in_them(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    files = attached(("circular.pdf", PDF), ("nómina.pdf", b"MZ\x90\x00 a program"), ("carta.txt", b"Hola\n"))
    page = pressed(client, draft, "adjuntar", subject="x" * 201, body="Hola", files=files)
    assert [one.name for one in draft.files.all()] == ["circular.pdf", "carta.txt"]
    assert error_at(page, "files") == "nómina.pdf: Es un programa y no se puede enviar."
    assert "caben 200 caracteres" in error_at(page, "subject")
    gone = draft.files.get(name="carta.txt")
    pressed(client, draft, f"quitar-{gone.pk}", body="Hola", subject="Circular")
    assert [one.name for one in draft.files.all()] == ["circular.pdf"]
    sent = pressed(client, draft, "enviar", body="Hola", visto=seen(client, draft))
    message = Message.objects.get()
    assert sent["Location"] == reverse("notica:message", args=[message.token])
    assert [one.name for one in message.attachments.all()] == ["circular.pdf"]
    assert message.params["straight_to_mail"] is True


def test_file_is_only_saved_and_only_by_its_writer(
    client: Client, teacher: User, students: list[Student], group: Group
) -> None:
    entered(client, teacher)
    draft, other = drafted(teacher, students), drafted(teacher, students)
    pressed(client, draft, "adjuntar", body="Hola", files=attached(("circular «1».pdf", PDF)))
    file = draft.files.get()
    answer = client.get(reverse("profesores:draft_file", args=[draft.token, file.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(reverse("profesores:draft_file", args=[other.token, file.pk])).status_code == 404
    entered(client, make_teacher(group))
    assert client.get(reverse("profesores:draft_file", args=[draft.token, file.pk])).status_code == 404


def test_files_stay_with_the_draft_and_are_refused_with_another_way(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    pressed(client, draft, "adjuntar", body="Hola", files=attached(("circular.pdf", PDF)))
    pressed(client, draft, "cambiar", way="telegram_tokapp", body="Hola")
    assert "Con Telegram/TokApp no se envían ficheros." in html(client.get(address(draft)))
    page = pressed(client, draft, "enviar", body="Hola", visto="")
    assert error_at(page, "files") == (
        "Con Telegram/TokApp no se envían ficheros. Quítelos, o elija correo electrónico."
    )
    assert (draft.files.count(), Message.objects.count()) == (1, 0)
    pressed(client, draft, f"quitar-{draft.files.get().pk}", body="Hola")
    pressed(client, draft, "enviar", body="Hola", visto=seen(client, draft))
    assert Message.objects.get().way == "telegram_tokapp"


def kept_alone(client: Client, draft: KeptDraft, **typed: Any) -> Any:
    return pressed(client, draft, "guardar", solo="guardado", **typed)


def test_draft_is_kept_while_it_is_typed(client: Client, teacher: User, students: list[Student]) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    answer = kept_alone(client, draft, body="Hola", subject="Sal")
    assert answer.status_code == 200
    assert re.search(r'data-version="1">Guardado \d+:\d\d', html(answer))
    draft.refresh_from_db()
    assert (draft.body, draft.subject, draft.version) == ("Hola", "Sal", 1)
    assert kept_alone(client, draft, body="Hola", subject="Sal").status_code == 200
    draft.refresh_from_db()
    assert draft.version == 1


def test_what_another_window_changed_is_not_written_over_unseen(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    save(draft, Written(Audience.FAMILY, Way.EMAIL, "", "De la otra"), by=teacher, now=database_now())
    answer = kept_alone(client, draft, body="De esta", version=0)
    assert (answer.status_code, "se cambió en otra ventana" in html(answer)) == (409, True)
    page = pressed(client, draft, "enviar", body="De esta", version=0, visto=seen(client, draft))
    assert "se cambió en otra ventana" in refused_words(page)
    found = BODY.search(html(page))
    assert found is not None
    assert found[1] == "De esta"
    draft.refresh_from_db()
    assert (draft.body, Message.objects.count()) == ("De la otra", 0)
    assert f'name="version" value="{draft.version}"' in html(page)
    pressed(client, draft, "guardar", body="De esta")
    draft.refresh_from_db()
    assert draft.body == "De esta"


def test_draft_discarded_in_another_window_is_said(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    led = pressed(client, draft, "descartar")
    assert (led.status_code, led["Location"]) == (303, reverse("profesores:drafts"))
    assert KeptDraft.objects.count() == 0
    assert client.post(address(draft), {"hacer": "guardar", "body": "Hola"}).status_code == 404


def test_discarding_what_another_window_sent_says_that_it_was_sent(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    message = send_kept(save(draft, TYPED, by=teacher, now=database_now()), by=teacher, now=database_now())
    led = pressed(client, draft, "descartar")
    assert (led.status_code, led["Location"]) == (303, reverse("notica:message", args=[message.token]))
    page = html(client.get(led["Location"]))
    assert ("Borrador descartado." in page, "ya se envió: no se puede descartar" in page) == (False, True)
    assert "ya se envió" not in html(client.get(address(draft), follow=True))


def own_template(teacher: User, school: School, body: str = "Texto de {centro}") -> TextTemplate:
    return TextTemplate.objects.create(
        school=school, owner=teacher, name="Salidas", subject="Salida", body=body
    )


def test_template_is_taken_and_never_over_a_text_unasked(
    client: Client, teacher: User, students: list[Student], school: School
) -> None:
    entered(client, teacher)
    one = own_template(teacher, school)
    draft = drafted(teacher, students)
    pressed(client, draft, "plantilla", plantilla=one.pk, body="", subject="")
    draft.refresh_from_db()
    assert (draft.body, draft.subject) == ("Texto de {centro}", "Salida")
    page = pressed(client, draft, "plantilla", plantilla=one.pk, body="Lo mío", subject="Mi asunto")
    assert "Ya ha escrito un texto. ¿Dónde se pone «Salidas»?" in html(page)
    draft.refresh_from_db()
    assert draft.body == "Lo mío"
    pressed(client, draft, "poner-detras", plantilla=one.pk, body="Lo mío", subject="Mi asunto")
    draft.refresh_from_db()
    assert (draft.body, draft.subject) == ("Lo mío\n\nTexto de {centro}", "Mi asunto")
    pressed(client, draft, "poner-encima", plantilla=one.pk, body="Lo mío", subject="Mi asunto")
    draft.refresh_from_db()
    assert (draft.body, draft.subject) == ("Texto de {centro}", "Salida")


def test_template_of_another_is_not_taken(
    client: Client, teacher: User, students: list[Student], group: Group
) -> None:
    entered(client, teacher)
    hers = own_template(make_teacher(group), group.school)
    elsewhere = own_template(teacher, make_school("30000002"))
    draft = drafted(teacher, students)
    for wrong in (hers.pk, elsewhere.pk, "x", "9" * 30):
        pressed(client, draft, "plantilla", plantilla=wrong, body="")
        draft.refresh_from_db()
        assert draft.body == ""


def test_accents_are_taken_away_after_they_were_shown(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students[:1], Way.SMS)
    typed = "Mañana reunión a las 9, aquí mismo. " * 3
    page = pressed(client, draft, "tildes", body=typed)
    assert "Mañana reunion a las 9, aqui mismo." in html(page)
    draft.refresh_from_db()
    assert draft.body == typed
    pressed(client, draft, "sin-tildes", body=typed)
    draft.refresh_from_db()
    assert draft.body == typed.replace("ó", "o").replace("í", "i")
    page = pressed(client, draft, "tildes", body="Hola")
    assert "No hace falta: sin tildes ocuparía lo mismo." in html(page)


def test_sms_is_looked_at_once_more_before_it_is_sent(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students[:1], Way.SMS)
    assert "Revisar y enviar" in html(client.get(address(draft)))
    # Also where somebody presses what is not there.
    led = pressed(client, draft, "enviar", body="Mañana no hay clase.", visto=seen(client, draft))
    assert (led.status_code, led["Location"]) == (303, f"{address(draft)}?revisar=1")
    assert Message.objects.count() == 0
    page = html(client.get(led["Location"]))
    assert "Mañana no hay clase." in page
    assert "1 SMS" in page
    assert "Enviar a 1 familia" in page
    assert 'name="body"' not in page
    pressed(client, draft, "confirmar", visto=seen(client, draft, "?revisar=1"))
    message = Message.objects.get()
    assert (message.way, message.body) == ("sms", "Mañana no hay clase.")


def test_more_than_a_hundred_are_looked_at_once_more(
    client: Client, teacher: User, group: Group, students: list[Student]
) -> None:
    entered(client, teacher)
    many = students + [family(group, number)[0] for number in range(2, 101)]
    draft = drafted(teacher, many)
    led = pressed(client, draft, "enviar", body="Hola", visto=seen(client, draft))
    assert led["Location"] == f"{address(draft)}?revisar=1"
    assert "Enviar a 101 familias" in html(client.get(led["Location"]))
    led = pressed(client, draft, "confirmar", visto=seen(client, draft, "?revisar=1"))
    assert led["Location"] == reverse("notica:message", args=[Message.objects.get().token])


def test_somebody_who_left_meanwhile_is_told_before_it_is_sent(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    looked = seen(client, draft)
    Enrolment.objects.filter(student=students[0]).update(status="withdrawn")
    page = pressed(client, draft, "enviar", body="Hola", visto=looked)
    assert "Quién lo va a recibir ha cambiado desde que lo miró" in refused_words(page)
    assert Message.objects.count() == 0
    now_seen = SEEN.search(html(page))
    assert now_seen is not None
    pressed(client, draft, "confirmar", visto=now_seen[1])
    assert Message.objects.count() == 1


def test_who_must_not_be_written_to_any_more_is_refused_on_top(
    client: Client, teacher: User, students: list[Student], school: School
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    looked = seen(client, draft)
    school.policy.senders = "tutors"
    school.policy.save()
    page = pressed(client, draft, "enviar", body="Hola", visto=looked)
    assert refused_words(page) != ""
    found = BODY.search(html(page))
    assert found is not None
    assert (found[1], Message.objects.count()) == ("Hola", 0)


def test_sent_later_in_the_schools_own_hours(
    client: Client, teacher: User, students: list[Student], school: School
) -> None:
    School.objects.filter(pk=school.pk).update(time_zone="Atlantic/Canary")
    entered(client, teacher)
    draft = drafted(teacher, students)
    day = (database_now() + timedelta(days=2)).date().isoformat()
    later = {"when": "luego", "day": day, "hour": "10:30"}
    pressed(client, draft, "guardar", body="Hola", **later)
    page = html(client.get(address(draft)))
    assert f'value="{day}"' in page
    assert 'value="10:30"' in page
    assert "Atlantic/Canary" in page
    pressed(client, draft, "enviar", body="Hola", visto=seen(client, draft), **later)
    message = Message.objects.get()
    assert message.not_before.isoformat() == f"{day}T10:30:00+00:00"


def test_mail_after_the_chat_only_where_there_is_a_chat(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students, Way.TELEGRAM_TOKAPP)
    assert "Después, por correo a quien no le llegue" in html(client.get(address(draft)))
    pressed(client, draft, "cambiar", body="Hola", email_after="on")
    draft.refresh_from_db()
    assert draft.email_after is True
    pressed(client, draft, "enviar", body="Hola", email_after="on", visto=seen(client, draft))
    assert Message.objects.get().email_after is True
    mail = drafted(teacher, students)
    pressed(client, mail, "guardar", body="Hola", email_after="on")
    mail.refresh_from_db()
    assert mail.email_after is False


def test_sms_is_off_where_several_are_written_to(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    page = html(client.get(address(drafted(teacher, students))))
    sms = re.search(r'<input[^>]*id="write-way-sms".*?</label>', page, re.DOTALL)
    assert sms is not None
    assert "disabled" in sms[0]
    assert "elija un solo alumno" in sms[0]
    alone = html(client.get(address(drafted(teacher, students[:1]))))
    assert "elija un solo alumno" not in alone


def test_closing_and_the_fragments_of_a_dialog(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    led = pressed(client, draft, "cerrar", body="Hola")
    assert led["Location"] == reverse("profesores:drafts")
    draft.refresh_from_db()
    assert draft.body == "Hola"
    whole = {"HX-Request": "true", "HX-Target": "dialog"}
    dialog = html(client.get(address(draft), headers=whole))
    assert "<html" not in dialog
    assert "Calculando…" in dialog
    assert SEND.findall(dialog) == ["Enviar"]
    assert '<h2 id="dialog-title" tabindex="-1">' in dialog
    who = html(client.get(address(draft), headers={"HX-Request": "true", "HX-Target": "who"}))
    assert 'id="write-send"' in who
    assert "Enviar a 2 familias" in who
    shown = pressed(client, draft, "guardar", body="Hola", headers=HTMX)
    assert (shown.status_code, "<html" in html(shown)) == (200, False)


def test_button_says_how_many_families_will_get_it_and_beside_it_who_will_not(
    client: Client, teacher: User, group: Group, students: list[Student]
) -> None:
    entered(client, teacher)
    parents = [Parent(f"Gil {one}", one, {"email": f"{one}@gil.example"}) for one in ("mother", "father")]
    siblings = [make_student(group, f"{name} Gil", parents) for name in ("Eva", "Ada")]
    alone = [make_student(group, "Leo Paz", [Parent("Rosa Paz")]), make_student(group, "Ana Sol", [])]
    draft = drafted(teacher, [*students, *siblings, *alone])
    page = html(client.get(address(draft)))
    assert SEND.findall(page) == ["Enviar a 3 familias"]  # with two addresses of one of them
    assert " ".join(re.sub("<[^>]*>", "", LEFT_OUT.findall(page)[0]).split()) == (
        "2 personas no lo recibirán · ver quién no lo recibirá"
    )
    assert 'href="#who-missed"' in page
    assert 'id="who-missed"' in page
    nobody = html(client.get(address(drafted(teacher, alone))))
    assert SEND.findall(nobody) == ["Enviar"]
    everybody = html(client.get(address(drafted(teacher, students))))
    assert (SEND.findall(everybody), LEFT_OUT.findall(everybody)[0].strip()) == (["Enviar a 2 familias"], "")


def test_braces_that_nothing_fills_are_told_at_the_text_and_do_not_hinder(
    client: Client, teacher: User, students: list[Student]
) -> None:
    entered(client, teacher)
    draft = drafted(teacher, students)
    words = "{x} saldrá tal cual: no es un campo."
    assert words not in html(client.get(address(draft)))
    pressed(client, draft, "guardar", body="El valor {x} es {centro}")
    who = html(client.get(address(draft), headers={"HX-Request": "true", "HX-Target": "who"}))
    assert (words in html(client.get(address(draft))), words in who) == (True, True)
    led = pressed(client, draft, "enviar", body="El valor {x} es {centro}", visto=seen(client, draft))
    message = Message.objects.get()
    assert (led["Location"], message.body) == (
        reverse("notica:message", args=[message.token]),
        "El valor {x} es {centro}",
    )


def test_page_asks_the_same_whatever_their_number(
    client: Client, teacher: User, group: Group, students: list[Student]
) -> None:
    entered(client, teacher)
    many = students + [family(group, number)[0] for number in range(2, 40)]
    client.get(address(drafted(teacher, students)))
    asked = []
    for some in (students, many):
        draft = drafted(teacher, some)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(draft)).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
