"""The pages of expedientes disciplinarios: who opens them, what they keep of what was typed, what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from convivencia.disciplinary.steps import Closing, Step, add_step, close_case
from convivencia.models import DisciplinaryCase, DisciplinaryStep
from notica.access import messages_visible_to
from plumier.clock import database_now, database_today
from plumier.models import RecordAccess, RegisterEdit, User
from plumier.roles import Role
from tests.convivencia.disciplinary.cases import FACTS, DisciplinarySchool, make_case
from tests.factories.register import make_staff, make_student
from tests.notica.answering import CONFIGURED


@pytest.fixture
def of(db: None, settings: Any, tmp_path: Any) -> DisciplinarySchool:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    settings.DATA_DIR = tmp_path
    return DisciplinarySchool()


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def address(name: str, *arguments: int) -> str:
    return reverse(f"profesores:{name}", args=arguments)


def form(of: DisciplinarySchool, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "ordinary",
        "happened_on": database_today().isoformat(),
        "facts": FACTS,
        "instructor": of.instructor.people.get().pk,
        "key": "one",
        **fields,
    }


def test_head_of_studies_opens_one_and_is_led_to_it(of: DisciplinarySchool) -> None:
    to = f"{address('disciplinary_open')}?alumno={of.ana.pk}"
    answers = [client(of.head).post(to, form(of)) for _press in range(2)]
    case = DisciplinaryCase.objects.get()
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (303, address("disciplinary_case", case.pk))
    }


def test_what_was_typed_is_kept_where_the_day_cannot_be(of: DisciplinarySchool) -> None:
    to = f"{address('disciplinary_open')}?alumno={of.ana.pk}"
    tomorrow = (database_today() + timedelta(days=2)).isoformat()
    answer = client(of.head).post(to, form(of, happened_on=tomorrow))
    assert answer.status_code == 422
    for words in (FACTS, "un día que no ha llegado", 'aria-invalid="true"'):
        assert words in answer.content.decode()
    assert DisciplinaryCase.objects.count() == 0


def test_pupil_is_found_by_name_without_accents(of: DisciplinarySchool) -> None:
    make_student(of.group, "José Núñez")
    page = client(of.head).get(address("disciplinary_open"), {"buscar": "nunez jose"}).content.decode()
    assert ("Núñez, José" in page, "Vera, Ana" in page) == (True, False)


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 200), ("tutor", 200), ("ptsc", 200), ("instructor", 200), ("pas", 404), ("teacher", 404)],
)
def test_sheet_opens_for_whom_it_concerns_and_that_is_noted(
    of: DisciplinarySchool, who: str, status: int
) -> None:
    case, user = of.open(), getattr(of, who)
    assert client(user).get(address("disciplinary_case", case.pk)).status_code == status
    noted = RecordAccess.objects.filter(user_id=user.pk, person_id=of.ana.person_id, page="disciplinary_case")
    assert noted.exists() is (status == 200)


def test_only_the_management_reads_who_was_left_out_and_why(of: DisciplinarySchool) -> None:
    of.make_father(of.tutor, barred=True)
    case = of.open()
    to = address("disciplinary_case", case.pk)
    shown = {user: client(user).get(to).content.decode() for user in (of.head, of.ptsc)}
    assert ["resolución judicial" in shown[user] for user in (of.head, of.ptsc)] == [True, False]
    assert client(of.tutor).get(to).status_code == 404


def test_reader_without_a_part_in_it_is_offered_nothing(of: DisciplinarySchool) -> None:
    case = make_case(of.ana, of.head)
    page = client(of.tutor).get(address("disciplinary_case", case.pk)).content.decode()
    assert ("Anotar una actuación" in page, "Cerrar el expediente" in page) == (False, False)
    assert client(of.tutor).post(address("disciplinary_step_new", case.pk), {}).status_code == 404


def test_file_of_a_step_is_saved_by_who_may_see_it_alone(of: DisciplinarySchool) -> None:
    case = of.open()
    data = {"kind": "statement", "done_on": database_today().isoformat(), "key": "k", "seen": "1"}
    upload = SimpleUploadedFile("acta.txt", "Declaró.".encode())
    answer = client(of.instructor).post(address("disciplinary_step_new", case.pk), {**data, "nuevos": upload})
    assert answer.status_code == 303
    file = case.steps.get().files.get()
    to = address("disciplinary_file", file.pk)
    saved = client(of.tutor).get(to)
    assert b"".join(saved.streaming_content).decode() == "Declaró."  # type: ignore[attr-defined]
    assert saved.headers["Content-Disposition"] == 'attachment; filename="acta.txt"'
    there = DisciplinarySchool("30000002")
    assert {client(user).get(to).status_code for user in (of.pas, of.teacher, there.head)} == {404}


def test_file_that_came_with_a_wrong_day_is_kept_for_the_next_try(of: DisciplinarySchool) -> None:
    case = of.open()
    upload = SimpleUploadedFile("acta.txt", b"Hola")
    data = {"kind": "statement", "key": "k", "seen": "1", "note": "Vino solo.", "nuevos": upload}
    answer = client(of.head).post(address("disciplinary_step_new", case.pk), data)
    page = answer.content.decode()
    assert (answer.status_code, "acta.txt" in page, "Vino solo." in page) == (422, True, True)
    assert "Ponga el plazo" in page


def test_crossing_out_asks_for_its_reason_at_the_field(of: DisciplinarySchool) -> None:
    case = make_case(of.ana, of.head)
    to = address("disciplinary_step", case.pk, case.steps.get().pk)
    answer = client(of.head).post(to, {"hacer": "tachar", "porque": ""})
    assert (answer.status_code, "why_error" in answer.content.decode()) == (422, True)
    assert client(of.head).post(to, {"hacer": "tachar", "porque": "Sobra"}).status_code == 303
    assert DisciplinaryStep.objects.get().crossed_out_why == "Sobra"


def test_closed_one_offers_and_takes_nothing_more(of: DisciplinarySchool) -> None:
    case = of.open()
    data = {"ending": "archived", "closed_on": database_today().isoformat(), "resolution": "No hay pruebas."}
    assert client(of.instructor).post(address("disciplinary_close", case.pk), data).status_code == 404
    assert client(of.head).post(address("disciplinary_close", case.pk), data).status_code == 303
    page = client(of.head).get(address("disciplinary_case", case.pk)).content.decode()
    assert ("No hay pruebas." in page, "Anotar una actuación" in page) == (True, False)
    assert client(of.head).get(address("disciplinary_step_new", case.pk)).status_code == 404


def test_list_is_narrowed_and_costs_the_same_for_one_and_for_many(of: DisciplinarySchool) -> None:
    make_case(of.ana, of.head)
    browser = client(of.head)
    browser.get(address("disciplinary"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address("disciplinary"), {"ver": "todos"}).status_code == 200
        return len(queries)

    few = cost()
    for number in range(30):
        case = of.open(f"key {number}", student=make_student(of.group, f"Luis {number}"))
        add_step(case, Step("hearing", due_on=database_today()), by=of.head, now=database_now())
    assert cost() == few
    closed = browser.get(address("disciplinary"), {"ver": "cerrados"}).content.decode()
    assert "Ningún expediente cumple lo que busca" in closed


def test_list_goes_on_after_its_last_row(of: DisciplinarySchool, monkeypatch: Any) -> None:
    monkeypatch.setattr("profesores.disciplinary_page.PAGE", 2)
    for key in "abc":
        of.open(key)
    first = client(of.head).get(address("disciplinary")).context["page"]
    rest = client(of.head).get(address("disciplinary"), {"despues": first.after}).context["page"]
    numbers = [[line.case.number for line in page.lines] for page in (first, rest)]
    assert (numbers, rest.after) == ([[3, 2], [1]], 0)


def test_record_names_them_for_whom_they_are(of: DisciplinarySchool) -> None:
    of.open()
    seen = [
        "1/2026-27" in client(user).get(address("record", of.ana.pk)).content.decode()
        for user in (of.head, of.tutor, of.pas, of.teacher)
    ]
    assert seen == [True, True, False, False]


def test_sends_and_history_of_them_are_not_everybodys_who_leads(of: DisciplinarySchool) -> None:
    of.open()
    today = database_today()
    counts = [messages_visible_to(user, today).count() for user in (of.head, of.director, of.pas, of.tutor)]
    assert counts == [1, 1, 0, 0]
    assert RegisterEdit.objects.filter(table_name="convivencia_disciplinarycase").exists()
    history = client(of.pas).get(reverse("admin:plumier_registeredit_changelist")).content.decode()
    assert FACTS not in history


def test_administration_shows_them_to_the_management_alone(of: DisciplinarySchool) -> None:
    case = of.open()
    cgcn = make_staff(of.school, "Chi Cgcn", Role.CGCN)
    pages = ("admin:convivencia_disciplinarycase_changelist", "admin:convivencia_disciplinarycase_change")
    for user, shown in ((of.director, True), (of.pas, False), (cgcn, False)):
        answers = [
            client(user).get(reverse(name, args=[case.pk] if "change" in name[-6:] else [])) for name in pages
        ]
        assert ["Vera" in one.content.decode() and one.status_code == 200 for one in answers] == [shown] * 2


def test_what_is_typed_after_going_back_is_saved_by_pressing_again(of: DisciplinarySchool) -> None:
    case, browser = of.open(), client(of.instructor)
    to = address("disciplinary_step_new", case.pk)
    day = database_today().isoformat()
    first = {"kind": "statement", "done_on": day, "note": "Declaró.", "key": "k", "seen": "1"}
    second = {**first, "kind": "hearing", "note": "Vino su madre."}
    assert browser.post(to, first).status_code == 303
    answer = browser.post(to, second)
    page = answer.content.decode()
    assert (answer.status_code, "Vino su madre." in page, "pulse otra vez" in page) == (422, True, True)
    key = answer.context["form"]["key"].value()
    assert browser.post(to, {**second, "key": key}).status_code == 303
    assert sorted(case.steps.values_list("note", flat=True)) == ["Declaró.", "Vino su madre."]


def test_second_press_of_closing_and_of_another_instructor_leads_to_the_sheet(of: DisciplinarySchool) -> None:
    case, browser = of.open(), client(of.head)
    closing = {
        "ending": "archived",
        "closed_on": database_today().isoformat(),
        "resolution": "No hay pruebas.",
    }
    presses = (
        ("disciplinary_instructor", {"instructor": of.teacher.people.get().pk}),
        ("disciplinary_close", closing),
    )
    for name, data in presses:
        answers = [browser.post(address(name, case.pk), data) for _press in range(2)]
        assert [one.headers.get("Location") for one in answers] == [address("disciplinary_case", case.pk)] * 2


def test_note_that_comes_after_the_end_is_refused_and_given_back(of: DisciplinarySchool) -> None:
    case = of.open()
    close_case(case, Closing("archived", "No hay.", database_today()), by=of.head, now=database_now())
    data = {
        "kind": "hearing",
        "done_on": database_today().isoformat(),
        "note": "Larga.",
        "key": "k",
        "seen": "1",
    }
    answer = client(of.instructor).post(address("disciplinary_step_new", case.pk), data)
    page = answer.content.decode()
    assert (answer.status_code, "Larga." in page, "está cerrado" in page) == (422, True, True)
    assert not case.steps.exists()


def test_notes_of_who_looked_at_one_are_the_managements_and_nobodys_of_her_own_child(
    of: DisciplinarySchool,
) -> None:
    case = of.open()
    client(of.tutor).get(address("disciplinary_case", case.pk))
    of.make_father(of.head, barred=False)
    accesses = reverse("admin:plumier_recordaccess_changelist")
    shown = [
        client(user).get(accesses).context["cl"].queryset.filter(page="disciplinary_case").count()
        for user in (of.director, of.pas, of.head)
    ]
    assert shown == [1, 0, 0]
