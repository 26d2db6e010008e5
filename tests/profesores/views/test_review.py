"""The pages of the review desk: whose they are, what they keep and what they say (requirement C8)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import DeskWording, Message, ReviewText
from notica.review.actions import correct, give_back, send_text
from plumier.clock import database_now
from plumier.models import Guardianship, User
from tests.notica.results import ACCOUNTS
from tests.notica.review_desk import Desk

LIST = reverse("profesores:review")
NEW = reverse("profesores:review_new")


@pytest.fixture
def desk(db: None, settings: Any) -> Desk:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Desk()


def of(user: User) -> Client:
    client = Client(headers={"accept-language": "es"})
    user.language = "es"
    user.save()
    client.force_login(user)
    return client


def page_of(text: ReviewText) -> str:
    return reverse("profesores:review_text", args=[text.token])


def typed(desk: Desk, **more: Any) -> dict[str, Any]:
    fields = {"body": "Nộp học phí.", "way": "telegram_tokapp", "para": "algunos", "when": "ahora"}
    return {**fields, "groups": [desk.group.pk], "clave": "k1", "oficina": "tai_chinh", **more}


@pytest.mark.parametrize(("who", "status"), [("cgcn", 200), ("finance", 200), ("board", 200), ("tutor", 404)])
def test_page_is_the_desks_and_the_offices(desk: Desk, who: str, status: int) -> None:
    assert of(getattr(desk, who)).get(LIST).status_code == status


def test_school_without_a_desk_has_no_page(desk: Desk) -> None:
    desk.school.policy.procedures = []
    desk.school.policy.save()
    assert of(desk.cgcn).get(LIST).status_code == 404


def test_bar_has_the_place_for_those_alone(desk: Desk) -> None:
    shown = {
        who: LIST in of(getattr(desk, who)).get(reverse("profesores:inbox")).content.decode()
        for who in ("cgcn", "finance", "board", "tutor")
    }
    assert shown == {"cgcn": True, "finance": True, "board": True, "tutor": False}


def test_office_does_not_see_another_offices_text(desk: Desk) -> None:
    assert of(desk.board).get(page_of(desk.submitted())).status_code == 404


def test_draft_is_no_business_of_the_desk(desk: Desk) -> None:
    assert of(desk.cgcn).get(page_of(desk.draft())).status_code == 404


def test_text_is_handed_in_from_the_form(desk: Desk) -> None:
    for _press in range(2):
        answer = of(desk.finance).post(NEW, typed(desk, hacer="entregar"))
        assert answer.status_code == 303
    text = ReviewText.objects.get()
    assert (text.state, text.body, text.groups) == ("submitted", "Nộp học phí.", [desk.group.pk])


def test_unknown_expedientes_are_said_and_what_was_typed_is_kept(desk: Desk) -> None:
    known = desk.students[0].expediente
    answer = of(desk.finance).post(NEW, typed(desk, expedientes=f"{known} 99999", hacer="entregar"))
    assert answer.status_code == 422
    assert "No se encuentran: 99999." in answer.content.decode()
    assert "Nộp học phí." in answer.content.decode()
    assert not ReviewText.objects.exists()


def test_students_are_chosen_by_expediente(desk: Desk) -> None:
    numbers = desk.students[0].expediente
    of(desk.finance).post(NEW, typed(desk, groups=[], expedientes=numbers, hacer="guardar"))
    assert ReviewText.objects.get().students == [desk.students[0].pk]


def test_button_ticks_a_whole_level_without_a_script(desk: Desk) -> None:
    answer = of(desk.finance).post(
        NEW, typed(desk, groups=[], body="", hacer=f"marcar:{desk.group.stage_id}:10")
    )
    assert f'value="{desk.group.pk}"\n                               checked' in answer.content.decode()
    assert not ReviewText.objects.exists()


def test_desk_corrects_and_sees_both_texts_with_what_differs(desk: Desk) -> None:
    text = desk.submitted()
    client = of(desk.cgcn)
    form = typed(desk, body="Nộp học phí trước ngày 6.", hacer="guardar", version=text.version)
    assert client.post(page_of(text), form).status_code == 303
    page = client.get(page_of(text)).content.decode()
    assert "Nộp học phí trước ngày 5." in page
    assert "<del>5</del><ins>6</ins>" in page


def test_desk_is_told_what_happened_meanwhile_and_keeps_what_it_typed(desk: Desk) -> None:
    text = desk.submitted()
    give_back(text, "Sai ngày.", seen=None, by=desk.cgcn, now=database_now())
    form = typed(desk, body="Của tôi.", hacer="guardar", version=text.version)
    answer = of(desk.cgcn).post(page_of(text), form)
    assert answer.status_code == 409
    assert "ya no está en la mesa: devuelto" in answer.content.decode()
    assert "Của tôi." in answer.content.decode()


def test_last_look_says_to_how_many_and_sends_once(desk: Desk) -> None:
    text, client = desk.submitted(), of(desk.cgcn)
    page = client.get(page_of(text), {"enviar": "1"}).content.decode()
    assert "Enviar a 2 familiares" in " ".join(page.split())
    for _press in range(2):
        answer = client.post(page_of(text), {"hacer": "confirmar", "version": text.version})
        message = Message.objects.get(kind="general")
        assert answer.headers["Location"] == reverse("notica:message", args=[message.token])


@pytest.mark.parametrize(("who", "status"), [("cgcn", 200), ("finance", 200), ("board", 200), ("tutor", 404)])
def test_who_got_it_is_seen_by_the_office_the_desk_and_the_board(desk: Desk, who: str, status: int) -> None:
    message = send_text(desk.submitted(), seen=None, by=desk.cgcn, now=database_now())
    answer = of(getattr(desk, who)).get(reverse("notica:message", args=[message.token]))
    assert answer.status_code == status


def test_office_sees_who_reads_it(desk: Desk) -> None:
    text = desk.submitted()
    assert "Nadie de la mesa" in of(desk.finance).get(page_of(text)).content.decode()
    of(desk.cgcn).get(page_of(text))
    assert "Lo mira Hà Công" in of(desk.finance).get(page_of(text)).content.decode()


def test_list_costs_the_same_for_one_and_for_many(desk: Desk) -> None:
    client = of(desk.cgcn)
    numbers = []
    for more in (1, 29):
        for _one in range(more):
            text = desk.submitted()
            correct(text, desk.said("x"), seen=None, by=desk.cgcn, now=database_now())
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(LIST).status_code == 200
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_desk_loses_no_pupil_who_is_kept_from_her_and_office_is_told_whom_she_cannot_choose(
    desk: Desk,
) -> None:
    kept, other = desk.students
    text = desk.submitted(groups=(), students=(kept.pk, other.pk))
    for order, user in enumerate((desk.cgcn, desk.finance), start=8):
        Guardianship.objects.create(
            school=desk.school,
            student=kept,
            guardian=user.people.get(),
            relation="mother",
            order=order,
            barred_from=database_now().date(),
            barred_reference="1/2026",
        )
    client = of(desk.cgcn)
    assert kept.expediente not in client.get(page_of(text)).context["form"]["expedientes"].value().split(", ")
    said = typed(
        desk, groups=[], expedientes=other.expediente, body="Mejor", version=text.version, hacer="guardar"
    )
    assert client.post(page_of(text), said).status_code == 303
    assert sorted(DeskWording.objects.get(text=text).students) == sorted([kept.pk, other.pk])
    answer = of(desk.finance).post(NEW, typed(desk, groups=[], expedientes=kept.expediente, hacer="guardar"))
    assert answer.status_code == 422
