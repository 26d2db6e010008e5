"""What a family answers in Mirador to a notice of an absence, and what becomes of it."""

from datetime import timedelta

import pytest
from django.test import Client

from attendance.answering import Answer, answer, decide
from attendance.choices import AnswerKind, Mark
from attendance.models import AbsenceAnswer, AbsenceNotice
from notica.files import path_of
from plumier.models import Person, SchoolPolicy
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import make_group, make_student
from tests.mirador.attendance.pages import PAGE, PDF, alarm, excuse, heard, login_of, pdf, text, text_of


def test_excuse_with_a_file_goes_to_the_tutor_and_what_becomes_of_it_is_shown(
    told: AbsenceNotice, of: SchoolClass, mother: Client
) -> None:
    response = mother.post(excuse(told), {"reason": "Visita  médica", "file": pdf()})
    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"{PAGE}?alumno={of.ana.pk}",
    )
    kept = AbsenceAnswer.objects.get()
    assert (kept.reason, kept.file_name, kept.file_type) == ("Visita médica", "médico.pdf", "application/pdf")
    assert path_of(kept.file_sha256).read_bytes() == PDF
    assert heard("absence_excuse") == {"Elena Tutora"}
    assert "Esperando al tutor" in text(mother)
    decide(kept, accepted=True, by=of.tutor, now=NINE)
    shown = text(mother)
    assert ("Aceptado" in shown, "Justificada" in shown, "Esperando al tutor" in shown) == (True, True, False)


def test_excuse_that_is_not_taken_says_so(told: AbsenceNotice, of: SchoolClass, mother: Client) -> None:
    mother.post(excuse(told), {"reason": "Visita médica"})
    decide(AbsenceAnswer.objects.get(), accepted=False, by=of.tutor, now=NINE)
    shown = text(mother)
    assert ("No aceptado" in shown, "Sin justificar" in shown, excuse(told) in shown) == (True, True, False)


def test_excuse_without_a_reason_is_said_at_the_field(told: AbsenceNotice, mother: Client) -> None:
    response = mother.post(excuse(told), {"reason": " \0 ", "file": pdf()})
    shown = text_of(response)
    assert response.status_code == 422
    assert "Vuelva a elegir el fichero" in shown
    assert 'aria-invalid="true"' in shown
    assert AbsenceAnswer.objects.count() == 0


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (("nota.exe", b"MZ\x00\x01\x02"), "Es un programa y no se puede enviar."),
        (("nota.pdf", b""), "El fichero está vacío."),
        (("nota.pdf", b"\x89PNG\r\n\x1a\n\x00\x00"), "por dentro es png"),
        (("nota.pdf", PDF + b" " * 10 * 1024 * 1024), "El fichero es demasiado grande"),
    ],
)
def test_file_that_is_not_taken_is_said_at_its_field_and_the_reason_stays(
    told: AbsenceNotice, mother: Client, upload: tuple[str, bytes], words: str
) -> None:
    response = mother.post(excuse(told), {"reason": "Fiebre alta", "file": pdf(*upload)})
    shown = text_of(response)
    assert response.status_code == 422
    assert words in shown
    assert "Fiebre alta</textarea>" in shown
    assert AbsenceAnswer.objects.count() == 0


def test_reason_of_five_hundred_letters_is_taken_and_a_longer_one_is_not(
    told: AbsenceNotice, mother: Client
) -> None:
    long = mother.post(excuse(told), {"reason": "á" * 501})
    assert "El motivo es demasiado largo: caben 500 caracteres." in text_of(long)
    mother.post(excuse(told), {"reason": "á" * 500})
    assert len(AbsenceAnswer.objects.get().reason) == 500


def test_pressed_twice_it_is_one_answer_and_another_later_says_that_the_first_stands(
    told: AbsenceNotice, mother: Client
) -> None:
    for reason, said in (
        ("Médico", "Su justificante está enviado."),
        ("Médico", "Su justificante está enviado."),
        ("Dentista", "Ya había enviado antes un justificante"),
    ):
        assert said in text_of(mother.post(excuse(told), {"reason": reason}, follow=True))
    assert AbsenceAnswer.objects.get().reason == "Médico"


def test_alarm_is_asked_about_first_and_then_the_school_hears_of_it(
    told: AbsenceNotice, mother: Client
) -> None:
    shown = text_of(mother.get(alarm(told)))
    assert "El centro sabrá ahora mismo que Ana debería estar en clase" in shown
    assert 'href="tel:968123456"' in shown
    assert AbsenceAnswer.objects.count() == 0
    for _press in range(2):
        assert mother.post(alarm(told)).status_code == 303
    assert AbsenceAnswer.objects.get().kind == AnswerKind.SHOULD_BE_THERE
    assert heard("absence_alarm") == {"Elena Tutora", "Paco Profesor", "Dolores Directora"}
    assert "debería estar en clase." in text(mother)


def test_school_without_a_telephone_has_none_on_the_page(
    told: AbsenceNotice, of: SchoolClass, mother: Client
) -> None:
    SchoolPolicy.objects.filter(school=of.school).update(school_phone="")
    assert "tel:" not in text_of(mother.get(alarm(told)))


def test_what_was_corrected_or_is_over_is_not_answered(
    told: AbsenceNotice, of: SchoolClass, mother: Client, database_clock: DatabaseClock
) -> None:
    database_clock.freeze(NINE + timedelta(days=2))
    late = mother.post(alarm(told))
    assert (late.status_code, "De esto ya no se avisa con urgencia" in text_of(late)) == (422, True)
    shown = text(mother)
    assert (excuse(told) in shown, alarm(told) in shown) == (True, False)
    of.mark((of.ana, Mark.PRESENT), now=NINE + timedelta(days=2))
    for page in (excuse(told), alarm(told)):
        response = mother.post(page, {"reason": "Médico"})
        assert response.status_code == 422
        assert "El centro ya ha corregido este aviso" in text_of(response)
        assert "El centro ya ha corregido este aviso" in text_of(mother.get(page))
    assert AbsenceAnswer.objects.count() == 0


def test_father_of_two_answers_about_the_one_of_the_notice(
    told: AbsenceNotice, of: SchoolClass, father: Client
) -> None:
    group = make_group(of.school, "3º ESO B")
    hugo = make_student(group, "Hugo Vera", [of.father])
    father.get(PAGE, {"alumno": hugo.pk})
    assert "No consta ninguna falta este curso" in text(father)
    assert "Ana Vera" in text_of(father.get(excuse(told)))
    done = father.post(excuse(told), {"reason": "Médico"})
    assert done.headers["Location"].startswith(f"{PAGE}?alumno={of.ana.pk}")
    assert AbsenceAnswer.objects.get().notice.student == of.ana


def test_refusal_of_the_action_is_said_and_what_was_typed_stays(
    told: AbsenceNotice, of: SchoolClass, mother: Client
) -> None:
    of.school.people.filter(staff__isnull=False).update(user=None)
    for person in Person.objects.filter(staff__isnull=False):
        person.staff.active = False
        person.staff.save()
    response = mother.post(excuse(told), {"reason": "Fiebre alta"})
    shown = text_of(response)
    assert response.status_code == 422
    assert "El centro no tiene a nadie que lo reciba. Llame por teléfono al centro." in shown
    assert "Fiebre alta</textarea>" in shown


def test_answer_given_elsewhere_leaves_nothing_to_press(
    told: AbsenceNotice, of: SchoolClass, mother: Client
) -> None:
    for kind, page in ((AnswerKind.KNEW, excuse(told)), (AnswerKind.SHOULD_BE_THERE, alarm(told))):
        answer(told, Answer(kind, "Médico"), by=login_of(of.mother), now=NINE)
        shown = text_of(mother.get(page))
        assert '<form class="sheet sheet--padded stack" method="post"' not in shown
        assert "Ver todas sus faltas" in shown
