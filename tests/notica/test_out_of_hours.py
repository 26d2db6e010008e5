"""A tutor's own messages and the night, with what was written as the oracle (C10, C11; V 1, V 3.3)."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from notica.checking import check_hours
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.models import KeptDraft, Message
from notica.refusals import InOfficeHours, NotAllowed
from notica.writing.keeping import Written, begin, save, send_kept
from notica.writing.preview import Summary, summary_of
from plumier.models import Guardianship, Holiday, SchoolPolicy, User
from tests.database import DatabaseClock
from tests.factories.register import make_teacher
from tests.notica.results import ACCOUNTS
from tests.notica.review_desk import Desk
from tests.providers.sandbox import Sandbox

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = {"quiet_from": time(22), "quiet_until": time(6)}


def at(hour: int, minute: int = 0, day: int = 27) -> datetime:
    """A moment of the last days of November 2026, whose 27th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=HANOI)


@pytest.fixture
def desk(transactional_db: None, settings: Any) -> Desk:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Desk(**NIGHT)


def draft(desk: Desk, now: datetime, text: str = "Ngày mai nghỉ học.", **more: Any) -> KeptDraft:
    """The tutor's, to both families, by chat."""
    choice = Choice(Audience.FAMILY, students=tuple(one.pk for one in desk.students))
    kept = begin(desk.school, choice, Way.TELEGRAM_TOKAPP, by=desk.tutor, now=now)
    written = Written(**{"to": Audience.FAMILY, "way": Way.TELEGRAM_TOKAPP, "body": text} | more)
    return save(kept, written, by=desk.tutor, now=now)


def looked(desk: Desk, now: datetime, *args: Any, **more: Any) -> Summary:
    return summary_of(draft(desk, now, *args, **more), by=desk.tutor, now=now)


def page(desk: Desk, kept: KeptDraft, typed: dict[str, str] | None = None, user: User | None = None) -> str:
    """Its page, or what it says to that press."""
    client, url = Client(), reverse("profesores:write", args=[kept.token])
    client.force_login(user or desk.tutor)
    shown = client.get(url) if typed is None else client.post(url, typed, follow=True)
    return " ".join(shown.content.decode().split())


def test_in_office_hours_it_is_refused_in_words_and_the_text_is_kept(desk: Desk) -> None:
    kept = draft(desk, at(10))
    with pytest.raises(InOfficeHours, match="desde las 17:00") as refusal:
        send_kept(kept, by=desk.tutor, now=at(10))
    assert refusal.value.until == at(17)
    assert KeptDraft.objects.get(pk=kept.pk).body == "Ngày mai nghỉ học."
    assert not Message.objects.exists()


def test_hour_chosen_within_office_hours_is_refused_too(desk: Desk) -> None:
    with pytest.raises(InOfficeHours):
        send_kept(draft(desk, at(19), not_before=at(9, day=30)), by=desk.tutor, now=at(19))


def test_outside_it_is_of_its_own_kind_and_in_a_school_without_the_rule_a_message(desk: Desk) -> None:
    assert send_kept(draft(desk, at(19)), by=desk.tutor, now=at(19)).kind == "out_of_hours"
    SchoolPolicy.objects.update(tutors_write="always")
    assert send_kept(draft(desk, at(10)), by=desk.tutor, now=at(10)).kind == "message"


def test_third_school_has_hours_of_its_own_and_its_holidays(db: None) -> None:
    desk = Desk(office_from=time(9), office_until=time(14), office_days=[6])
    choice = Choice(Audience.FAMILY, groups=(desk.group.pk,))
    wanted = Draft(desk.school, "out_of_hours", choice, Way.SMS, "k", "Chào")
    check_hours(wanted, desk.school.policy, by=desk.tutor, now=at(10))
    with pytest.raises(InOfficeHours, match="desde las 14:00"):
        check_hours(wanted, desk.school.policy, by=desk.tutor, now=at(10, day=28))
    saturday = date(2026, 11, 28)
    Holiday.objects.create(school=desk.school, name="Lễ", first_day=saturday, last_day=saturday)
    check_hours(wanted, desk.school.policy, by=desk.tutor, now=at(10, day=28))


def test_subjects_teacher_writes_to_no_family(desk: Desk) -> None:
    teacher = make_teacher(desk.group)
    choice = Choice(Audience.FAMILY, students=(desk.students[0].pk,))
    kept = begin(desk.school, choice, Way.TELEGRAM_TOKAPP, by=teacher, now=at(19))
    written = Written(Audience.FAMILY, Way.TELEGRAM_TOKAPP, body="Chào")
    save(kept, written, by=teacher, now=at(19))
    with pytest.raises(NotAllowed):
        send_kept(kept, by=teacher, now=at(19))


def test_page_says_from_when_and_its_button_leaves_it_for_then(
    desk: Desk, database_clock: DatabaseClock
) -> None:
    database_clock.freeze(at(10))
    kept = draft(desk, at(10))
    shown = page(desk, kept)
    assert "Usted puede enviarlo desde las 17:00" in shown
    assert "Atienden la mesa: Hà Công." in shown
    assert "Enviar a las 17:00 a 2 familias" in shown
    seen = summary_of(kept, by=desk.tutor, now=at(10))
    pressed = {"hacer": "al-cerrar", "version": str(kept.version), "to": "familia", "way": "telegram_tokapp"}
    pressed |= {"body": kept.body, "visto": signature_of(seen)}
    page(desk, kept, pressed)
    assert Message.objects.get().not_before == at(17)


def signature_of(summary: Summary) -> str:
    from_channels = "-".join(f"{'+'.join(one.channels)}:{one.number}" for one in summary.channels)
    return f"{summary.state}/{summary.recipients}/{summary.reached}/{from_channels}"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(21, 59), "Enviar a 2 familias"),
        (at(22), "Enviar a las 6:00 a 2 familias"),
        (at(22, 1), "Enviar a las 6:00 a 2 familias"),
        (at(5, 59), "Enviar a las 6:00 a 2 familias"),
        (at(6), "Enviar a 2 familias"),
    ],
)
def test_button_says_when_it_leaves(
    desk: Desk, database_clock: DatabaseClock, moment: datetime, words: str
) -> None:
    database_clock.freeze(moment)
    button = page(desk, draft(desk, moment)).partition('id="write-send"')[2].partition("</button>")[0]
    assert button.rpartition(">")[2].strip() == words


def test_pressed_after_the_night_began_its_send_says_so_and_can_be_undone(
    desk: Desk, database_clock: DatabaseClock
) -> None:
    database_clock.freeze(at(22, 1))
    message = send_kept(draft(desk, at(21, 59)), by=desk.tutor, now=at(22, 1))
    client = Client()
    client.force_login(desk.tutor)
    shown = client.get(reverse("notica:message", args=[message.token])).content.decode()
    assert "Sale mañana a las 6:00" in shown
    assert "Ahora son horas de silencio en el centro." in shown
    assert "Deshacer" in shown


def test_what_is_in_its_fallback_at_night_waits_for_the_morning(
    desk: Desk, database_clock: DatabaseClock, sandbox: Sandbox, run_engine: Callable[[], None]
) -> None:
    sandbox.refuse("tokapp", "no_user")
    database_clock.freeze(at(21, 58))
    send_kept(draft(desk, at(21, 58)), by=desk.tutor, now=at(21, 58))
    database_clock.freeze(at(22))
    run_engine()
    database_clock.freeze(at(5, 59, day=28))
    run_engine()
    assert sandbox.taken() == []
    database_clock.freeze(at(6, 0, day=28))
    run_engine()
    assert sorted(one["address"] for one in sandbox.taken("sms")) == sorted(
        mother.contacts["phone_1"] for mother in desk.mothers
    )


def test_text_without_room_in_an_sms_says_whom_it_does_not_reach(desk: Desk, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {
        name: value for name, value in ACCOUNTS.items() if not name.startswith("TOKAPP")
    }
    with_room, without = looked(desk, at(19), "a" * 151), looked(desk, at(19), "a" * 152)
    assert [(one.words, one.number) for one in with_room.channels] == [("SMS", 2)]
    assert [(one.reason, one.number) for one in without.reasons] == [("no_room_in_sms", 2)]
    assert {one.reason for one in without.first_missed} == {
        "El texto no cabe en un SMS: acórtelo a 151 caracteres"
    }
    assert "si el texto cabe en 151 caracteres" in page(desk, draft(desk, at(19)))


def test_who_is_not_registered_is_told_by_name_and_why(desk: Desk) -> None:
    SchoolPolicy.objects.update(registration_required=True)
    first = Guardianship.objects.order_by("pk")[0]
    Guardianship.objects.filter(pk=first.pk).update(registered_on=date(2026, 9, 1))
    summary = looked(desk, at(19))
    missed = [(one.name, one.reason) for one in summary.first_missed]
    assert missed == [("Bình, Mẹ", "No se ha registrado para recibir mensajes")]
