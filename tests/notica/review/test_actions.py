"""A general message on its way through the desk (requirement C8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from notica.actions import send
from notica.cancelling import cancel
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.files import KeptFile
from notica.models import Message, ReviewState, ReviewText
from notica.refusals import NotAllowed, Refused
from notica.review.actions import (
    Changed,
    begin_text,
    correct,
    give_back,
    put_files,
    send_text,
    submit,
    take_up_again,
    withdraw,
    write_text,
)
from notica.review.saying import desk_of, said_in
from plumier.clock import database_now
from plumier.models import RegisterEdit
from plumier.roles import Role
from tests.notica.results import ACCOUNTS
from tests.notica.review_desk import Desk


@pytest.fixture
def desk(db: None, settings: Any) -> Desk:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Desk()


def acts(text: ReviewText) -> list[tuple[str, int]]:
    return list(text.steps.values_list("act", "by"))


def told(kind: str) -> list[tuple[list[int], str]]:
    rows = Message.objects.filter(kind=kind).order_by("pk")
    return [(one.audience["staff"], one.params["act"]) for one in rows]


def test_office_hands_in_and_the_desk_is_told(desk: Desk) -> None:
    text = desk.submitted()
    assert (text.state, acts(text)) == ("submitted", [("submit", desk.finance.pk)])
    assert told("review_waiting") == [([desk.cgcn.people.get().pk], "submit")]


def test_same_key_is_the_same_draft(desk: Desk) -> None:
    now = database_now()
    made = [
        begin_text(desk.school, Role.FINANCE, desk.said(), client_key="k", by=desk.finance, now=now)
        for _press in range(2)
    ]
    assert made[0] == made[1]
    assert ReviewText.objects.count() == 1


def test_handing_in_twice_is_once(desk: Desk) -> None:
    text = desk.submitted()
    submit(text, seen=None, by=desk.finance, now=database_now())
    assert (len(acts(text)), len(told("review_waiting"))) == (1, 1)


def test_desk_sends_its_own_wording_and_the_offices_stays(desk: Desk) -> None:
    text, now = desk.submitted(), database_now()
    text = correct(text, desk.said("Học phí: hạn 5/12."), seen=text.version, by=desk.cgcn, now=now)
    message = send_text(text, seen=text.version, by=desk.cgcn, now=now)
    text.refresh_from_db()
    assert (message.body, text.body) == ("Học phí: hạn 5/12.", "Nộp học phí trước ngày 5.")
    assert (message.kind, message.sender, message.params["office"]) == ("general", desk.cgcn, "tai_chinh")
    assert message.params["acuse_to"] == [desk.finance.people.get().pk]
    assert (text.state, [act for act, _by in acts(text)]) == ("sent", ["submit", "edit", "send"])
    assert told("review_answer") == [([desk.finance.people.get().pk], "send")]


def test_correction_that_is_the_offices_wording_again_is_none(desk: Desk) -> None:
    text, now = desk.submitted(), database_now()
    text = correct(text, desk.said("Khác."), seen=None, by=desk.cgcn, now=now)
    text = correct(text, said_in(text), seen=None, by=desk.cgcn, now=now)
    assert desk_of(text) is None


def test_sending_twice_is_one_message(desk: Desk) -> None:
    text, now = desk.submitted(), database_now()
    assert send_text(text, seen=None, by=desk.cgcn, now=now) == send_text(
        text, seen=text.version, by=desk.cgcn, now=now
    )
    assert Message.objects.filter(kind="general").count() == 1


def test_returned_text_comes_again_with_a_clean_desk(desk: Desk) -> None:
    text, now = desk.submitted(), database_now()
    text = correct(text, desk.said("Khác."), seen=None, by=desk.cgcn, now=now)
    text = give_back(text, "Thiếu số tiền.", seen=None, by=desk.cgcn, now=now)
    assert (text.state, text.reason) == ("returned", "Thiếu số tiền.")
    assert told("review_answer") == [([desk.finance.people.get().pk], "return")]
    text = write_text(text, desk.said("Nộp 500.000đ."), seen=text.version, by=desk.finance, now=now)
    text = submit(text, seen=text.version, by=desk.finance, now=now)
    assert (text.state, text.reason, desk_of(text)) == ("submitted", "", None)


def test_returning_needs_a_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match="por qué"):
        give_back(desk.submitted(), "  ", seen=None, by=desk.cgcn, now=database_now())


def test_two_at_the_desk_do_not_write_over_each_other(desk: Desk) -> None:
    text, now = desk.submitted(), database_now()
    seen = text.version
    correct(text, desk.said("Một."), seen=seen, by=desk.cgcn, now=now)
    with pytest.raises(Changed, match="Otra persona"):
        correct(text, desk.said("Hai."), seen=seen, by=desk.cgcn, now=now)
    kept = desk_of(text)
    assert kept is not None
    assert kept.body == "Một."


def test_what_was_returned_meanwhile_is_not_sent(desk: Desk) -> None:
    text, now = desk.submitted(), database_now()
    give_back(text, "No.", seen=None, by=desk.cgcn, now=now)
    with pytest.raises(Changed, match="devuelto"):
        send_text(text, seen=None, by=desk.cgcn, now=now)
    assert not Message.objects.filter(kind="general").exists()


def test_office_withdraws_what_was_not_sent(desk: Desk) -> None:
    text, sent = desk.submitted(), desk.submitted()
    assert withdraw(text, by=desk.finance, now=database_now()).state == ReviewState.WITHDRAWN
    send_text(sent, seen=None, by=desk.cgcn, now=database_now())
    with pytest.raises(Refused, match="ya lo envió"):
        withdraw(sent, by=desk.finance, now=database_now())


def test_text_whose_send_was_taken_back_is_sent_once_more(desk: Desk) -> None:
    text = desk.submitted()
    first = send_text(text, seen=None, by=desk.cgcn, now=database_now())
    with pytest.raises(Refused):
        take_up_again(text, by=desk.cgcn, now=database_now())
    cancel(first, by=desk.cgcn, now=database_now())
    text = take_up_again(text, by=desk.cgcn, now=database_now())
    assert send_text(text, seen=None, by=desk.cgcn, now=database_now()) != first


@pytest.mark.parametrize("who", ["finance", "board", "tutor"])
def test_only_the_desk_corrects_returns_and_sends(desk: Desk, who: str) -> None:
    text, by, now = desk.submitted(), getattr(desk, who), database_now()
    doing: list[Callable[[], object]] = [
        lambda: correct(text, desk.said("x"), seen=None, by=by, now=now),
        lambda: give_back(text, "x", seen=None, by=by, now=now),
        lambda: send_text(text, seen=None, by=by, now=now),
    ]
    for act in doing:
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("who", ["cgcn", "board", "tutor"])
def test_only_its_office_writes_hands_in_and_withdraws(desk: Desk, who: str) -> None:
    text, by, now = desk.draft(), getattr(desk, who), database_now()
    doing: list[Callable[[], object]] = [
        lambda: write_text(text, desk.said("x"), seen=None, by=by, now=now),
        lambda: submit(text, seen=None, by=by, now=now),
        lambda: withdraw(text, by=by, now=now),
        lambda: begin_text(desk.school, Role.FINANCE, desk.said(), client_key="z", by=by, now=now),
    ]
    for act in doing:
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("who", ["cgcn", "finance", "board", "tutor"])
def test_no_general_message_goes_out_but_from_the_desk(desk: Desk, who: str) -> None:
    draft = Draft(
        school=desk.school,
        kind="general",
        choice=Choice(Audience.FAMILY, groups=(desk.group.pk,)),
        way=Way.TELEGRAM_TOKAPP,
        client_key="k",
        body="Hola",
        params={"office": "tai_chinh"},
    )
    with pytest.raises(NotAllowed, match="mesa de revisión"):
        send(draft, by=getattr(desk, who), now=database_now())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"body": "  "}, "vacío"),
        ({"groups": ()}, "a quién va"),
        ({"not_before": database_now}, "ya ha pasado"),
        ({"groups": (987654,)}, "ya no es de este centro"),
        ({"way": Way.SMS, "body": "a" * 140}, "sobran"),
    ],
)
def test_what_cannot_be_sent_is_not_handed_in(desk: Desk, more: dict[str, Any], words: str) -> None:
    if "not_before" in more:
        more = {"not_before": database_now() - timedelta(hours=1)}
    with pytest.raises(Refused, match=words):
        desk.submitted(**more)
    assert ReviewText.objects.get().state == ReviewState.DRAFT


def test_files_go_by_mail_alone(desk: Desk) -> None:
    text = desk.draft()
    file = KeptFile("circular.pdf", "application/pdf", 1, "0" * 64)
    put_files(text, [file], (), by=desk.finance, now=database_now())
    with pytest.raises(Refused, match="Solo el correo"):
        submit(text, seen=None, by=desk.finance, now=database_now())
    put_files(text, (), [text.files.get().pk], by=desk.finance, now=database_now())
    assert submit(text, seen=None, by=desk.finance, now=database_now()).state == ReviewState.SUBMITTED


def test_every_change_of_a_text_is_kept(desk: Desk) -> None:
    text = desk.submitted()
    rows = RegisterEdit.objects.filter(table_name="notica_reviewtext", row_id=text.pk)
    assert set(rows.values_list("kind", "school_id")) == {("I", desk.school.pk), ("U", desk.school.pk)}
