"""The desk mends, approves and sends; each family gets its own child's lines alone (requirement C9)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_app.registry import channel_class
from journal.approving import TypedText, approve, save_texts, send_approved, take_back, take_up_again
from journal.handing_in import hand_in
from journal.models import Journal, JournalSend, JournalText
from notica.fanout import fan_out_now
from notica.inbox_list import fill_entries
from notica.models import Delivery, InboxEntry, Message, Recipient, RecipientAbout
from notica.parts import parts_of
from notica.refusals import NotAllowed
from notica.resending import resend
from plumier.models import Enrolment, Guardianship, SchoolPolicy, Student
from plumier.refusals import Refused
from plumier.roles import Role
from tests.factories.register import make_staff
from tests.journal.classes import FATHER, FRIDAY, MOTHER, OTHER, Classes, at


def handed(of: Classes) -> Journal:
    of.write("Làm bài tốt", of.an)
    of.write("Đi muộn", of.binh)
    of.write("Hát hay", of.chi, by=of.other_tutor, group=of.other)
    hand_in(of.other, FRIDAY, by=of.other_tutor, now=at(15))
    return hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))


def send_all(of: Classes) -> Message:
    now = of.until(at(16, 10))
    approve(of.school, FRIDAY, by=of.desk, now=now)
    sent = send_approved(of.school, FRIDAY, by=of.desk, now=now)
    assert sent.message is not None
    return sent.message


def test_mended_text_is_approved_anew_and_the_lines_stay(of: Classes) -> None:
    journal = handed(of)
    pupil = of.pupil(of.an)
    approve(of.school, FRIDAY, by=of.desk, now=at(16), journal=journal)
    text = JournalText.objects.get(enrolment=pupil)
    assert save_texts(journal, {pupil: TypedText(text.version, "Rất tốt\r\n")}, by=of.desk, now=at(16)) == {}
    text.refresh_from_db()
    assert (text.text, text.approved_at, text.edited_by) == ("Rất tốt", None, of.desk)
    assert journal.lines.filter(text="Làm bài tốt").exists()


def test_two_at_the_desk_do_not_overwrite_each_other(of: Classes) -> None:
    journal, pupil = handed(of), of.pupil(of.an)
    save_texts(journal, {pupil: TypedText(1, "Một")}, by=of.desk, now=at(16))
    assert save_texts(journal, {pupil: TypedText(1, "Hai")}, by=of.desk, now=at(16)) == {pupil: "Một"}
    assert JournalText.objects.get(enrolment=pupil).text == "Một"


def test_text_can_be_made_and_taken_away_at_the_desk(of: Classes) -> None:
    journal = handed(of)
    JournalText.objects.filter(enrolment=of.pupil(of.an)).delete()
    save_texts(journal, {of.pupil(of.an): TypedText(0, "Mới")}, by=of.desk, now=at(16))
    save_texts(journal, {of.pupil(of.binh): TypedText(1, " ")}, by=of.desk, now=at(16))
    assert list(journal.texts.values_list("text", flat=True)) == ["Mới"]


def test_approving_one_pupil_a_class_and_all(of: Classes) -> None:
    journal = handed(of)
    one = approve(of.school, FRIDAY, by=of.desk, now=at(16), journal=journal, enrolments=[of.pupil(of.an)])
    rest = approve(of.school, FRIDAY, by=of.desk, now=at(16), journal=journal)
    every = approve(of.school, FRIDAY, by=of.desk, now=at(16))
    assert (one, rest, every) == (1, 1, 1)
    assert take_back(journal, [of.pupil(of.an)], by=of.desk, now=at(16)) == 1


def test_nothing_approved_is_not_sent_and_what_is_sent_goes_once(of: Classes) -> None:
    handed(of)
    with pytest.raises(Refused):
        send_approved(of.school, FRIDAY, by=of.desk, now=at(16))
    send_all(of)
    with pytest.raises(Refused):
        send_approved(of.school, FRIDAY, by=of.desk, now=at(16))
    assert Message.objects.filter(kind="journal").count() == 1


def test_sending_costs_the_same_queries_for_few_and_many(
    of: Classes, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    handed(of)
    approve(of.school, FRIDAY, by=of.desk, now=at(16))
    with django_assert_max_num_queries(30):
        send_approved(of.school, FRIDAY, by=of.desk, now=at(16))


def bodies(message: Message) -> dict[str, str]:
    """What each reads in Mirador, by name."""
    entries = InboxEntry.objects.filter(message=message).select_related("message__school", "person")
    found = list(entries.order_by("pk"))
    fill_entries(found)
    return {one.person.given_name + " " + one.person.surname: one.message.body for one in found}


def test_siblings_in_two_classes_are_one_family_and_nobody_reads_of_another_child(of: Classes) -> None:
    handed(of)
    message = send_all(of)
    fan_out_now(message, at(16, 10))
    both = "An Nguyễn (10A1)\n• Làm bài tốt\n\nChi Nguyễn (10A2)\n• Hát hay"
    assert bodies(message) == {"Mẹ An": both, "Bố An": both, "Mẹ Bình": "Bình Trần (10A1)\n• Đi muộn"}


def test_chat_first_and_sms_for_who_has_none(of: Classes) -> None:
    handed(of)
    message = send_all(of)
    fan_out_now(message, at(16, 10))
    found = set(Delivery.objects.filter(message_id=message.pk).values_list("channel", "address"))
    assert found == {("telegram", MOTHER), ("sms", FATHER), ("sms", OTHER)}


def test_school_without_sms_sends_none(of: Classes) -> None:
    SchoolPolicy.objects.update(channels=["telegram_tokapp", "email"])
    handed(of)
    message = send_all(of)
    fan_out_now(message, at(16, 10))
    assert set(Delivery.objects.filter(message_id=message.pk).values_list("channel", flat=True)) == {
        "telegram"
    }


def test_barred_and_protected_families_get_nothing(of: Classes) -> None:
    Guardianship.objects.filter(student=of.an, relation="father").update(
        barred_from=FRIDAY, barred_reference="1/2026"
    )
    Student.objects.filter(pk=of.binh.pk).update(protected=True)
    handed(of)
    message = send_all(of)
    fan_out_now(message, at(16, 10))
    assert set(Delivery.objects.filter(message_id=message.pk).values_list("address", flat=True)) == {
        MOTHER,
        FATHER,
    }
    # Of Chi, from whom nobody keeps him, the father hears; not of An.
    assert bodies(message)["Bố An"] == "Chi Nguyễn (10A2)\n• Hát hay"
    father = InboxEntry.objects.get(message=message, person__given_name="Bố").recipient
    about = RecipientAbout.objects.filter(recipient=father).values_list("student", flat=True)
    assert list(about) == [of.chi.pk]


def test_who_changed_class_that_day_has_what_both_say(of: Classes) -> None:
    of.write("Tốt", of.binh)
    hand_in(of.group, FRIDAY, by=of.tutor, now=at(15))
    Enrolment.objects.filter(student=of.binh).update(group=of.other)
    of.write("Ngoan", of.binh, by=of.other_tutor, group=of.other)
    hand_in(of.other, FRIDAY, by=of.other_tutor, now=at(15))
    message = send_all(of)
    fan_out_now(message, at(16, 10))
    both = "Bình Trần (10A1)\n• Tốt\n\nBình Trần (10A2)\n• Ngoan"
    assert bodies(message)["Mẹ Bình"] == both


def test_only_the_desk_sends_again_to_whom_it_failed_and_the_board_does_not(of: Classes) -> None:
    handed(of)
    message = send_all(of)
    fan_out_now(message, at(16, 10))
    Recipient.objects.filter(message=message).update(outcome="failed", reason="x", closed_at=at(17))
    Message.objects.filter(pk=message.pk).update(state="finished", finished_at=at(17))
    SchoolPolicy.objects.update(desk=[Role.HEAD_OF_DEPARTMENT])
    desk = make_staff(of.school, "Vân Bàn", Role.HEAD_OF_DEPARTMENT)
    now = of.until(at(17, 1))
    with pytest.raises(NotAllowed):
        resend(Message.objects.get(pk=message.pk), client_key="board", by=of.board, now=now)
    again = resend(Message.objects.get(pk=message.pk), client_key="desk", by=desk, now=now)
    assert bodies(again) == bodies(message)


def test_while_it_is_sent_or_approved_nobody_returns_or_mends_it(of: Classes) -> None:
    journal = handed(of)
    with CaptureQueriesContext(connection) as caught:
        approve(of.school, FRIDAY, by=of.desk, now=at(16))
        take_back(journal, [of.pupil(of.an)], by=of.desk, now=at(16))
        send_approved(of.school, FRIDAY, by=of.desk, now=at(16))
    held = [one["sql"] for one in caught if '"journal_journal"' in one["sql"] and "FOR UPDATE" in one["sql"]]
    assert len(held) == 3


def test_texts_of_two_siblings_longer_than_twilio_takes_go_in_parts(of: Classes) -> None:
    handed(of)
    JournalText.objects.update(text="Làm bài tốt. " * 100)
    message = send_all(of)
    fan_out_now(message, at(16, 10))
    text = bodies(message)["Bố An"]
    parts = parts_of(text, channel_class("sms").capabilities.max_length)
    assert [len(part) <= 1600 for part in parts] == [True, True]


def test_what_of_a_cancelled_send_reached_nobody_is_at_the_desk_again(of: Classes) -> None:
    handed(of)
    message = send_all(of)
    sent = JournalSend.objects.get()
    with pytest.raises(Refused):
        take_up_again(sent, by=of.desk)
    fan_out_now(message, at(16, 10))
    family = RecipientAbout.objects.filter(message_id=message.pk, student=of.binh).values("recipient")
    Recipient.objects.filter(message=message, pk__in=family).update(outcome="reached", closed_at=at(16, 10))
    InboxEntry.objects.filter(message=message).delete()
    Message.objects.filter(pk=message.pk).update(
        state="cancelled", cancelled_at=at(16, 11), cancelled_by=of.desk, finished_at=at(16, 11)
    )
    page, pressed = reverse("profesores:journals_desk"), {"accion": f"recuperar-{sent.pk}"}
    for user, status in ((of.board, 404), (of.desk, 303)):
        client = Client()
        client.force_login(user)
        shown = pressed["accion"] in client.get(page).content.decode()
        assert (shown, client.post(page, pressed).status_code) == (status == 303, status)
    text = JournalText.objects.get(enrolment__student=of.an)
    assert (text.send, text.approved_at) == (None, None)
    assert JournalText.objects.get(enrolment__student=of.binh).send == sent
    again = send_all(of)
    assert (again.pk != message.pk, again.audience) == (True, {"students": sorted([of.an.pk, of.chi.pk])})
