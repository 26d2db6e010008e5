"""«Estado de los canales»: what who leads a school reads, and what superusers do."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from channels_app.models import ChannelAccount, Suppression
from notica.heartbeat import beat_bots
from notica.linking.heard import note_heard
from plumier.clock import database_now
from plumier.models import School, SchoolPolicy, User
from tests.database import DatabaseClock
from tests.factories.register import make_director, make_school
from tests.matrix.world import client_of
from tests.notica.results import ACCOUNTS
from tests.notica.rows import make_account, make_delivery
from tests.notica.test_tallying import make_attempt, twice

ADMIN = "admin:channels_app_channelaccount_changelist"


@pytest.fixture
def school(db: None, settings: Any, database_clock: DatabaseClock) -> School:
    sms = {"TWILIO_FROM": "+34600000000", "TWILIO_ACCOUNT_SID": "AC" + "0" * 32}
    settings.CHANNEL_ENVIRONMENT = {**ACCOUNTS, **sms}
    database_clock.freeze(database_now())
    return make_school("30000001")


def words(user: User, **asked: str) -> str:
    """The page's text in one line."""
    page = client_of(user).get(reverse("notica:channels"), asked).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def fact(text: str, name: str) -> list[str]:
    """What follows a word, for each account that has it."""
    return [rest.strip() for rest in re.findall(rf"{name} (.{{0,46}})", text)]


def stand(account: int, **values: Any) -> None:
    ChannelAccount.objects.filter(pk=account).update(**values)


def later(seconds: float) -> Any:
    return database_now() + timedelta(seconds=seconds)


def test_director_reads_how_each_account_stands(school: School) -> None:
    account = make_account("sms")
    for seconds in (-185, -20, 600):
        make_delivery(account, school_id=school.pk, channel="sms", not_before=later(seconds))
    delivery = make_delivery(account, school_id=school.pk, channel="sms", state="uncertain")
    make_attempt(delivery, "permanent", "sms.21614")
    twice()
    text = words(make_director(school))
    assert [
        text.count(f"{name} · cuenta común Funciona") for name in ("Telegram", "TokApp", "Correo", "SMS")
    ] == [1] * 4
    assert "Por salir ahora 2 envíos · la más antigua espera 3 min Para más tarde 1 envío" in text
    assert "Sin respuesta del canal 1 envío" in text
    assert fact(text, "Último fallo")[0].endswith("· El teléfono no es un móvil")
    assert "0,0 por segundo ahora" in text


@pytest.mark.parametrize(
    ("values", "state", "what_to_do"),
    [
        ({"paused_until": 90}, "En pausa", ""),
        (
            {"circuit_open_until": 30, "circuit_reason": "tokapp.token"},
            "Cortada",
            "Revise en el servidor: TOKAPP_API_URL, TOKAPP_TOKEN.",
        ),
    ],
)
def test_account_that_rests_or_is_cut_off_says_why_and_until_when(
    school: School, values: dict[str, Any], state: str, what_to_do: str
) -> None:
    moments = {name: later(value) if isinstance(value, int) else value for name, value in values.items()}
    stand(make_account("tokapp"), **moments)
    text = words(make_director(school))
    assert f"TokApp · cuenta común {state}" in text
    assert what_to_do in text
    assert ("TokApp no reconoce la cuenta del centro" in text) == (state == "Cortada")


def test_account_whose_rows_wait_too_long_is_stalled(school: School) -> None:
    make_delivery(make_account("email"), school_id=school.pk, channel="email", not_before=later(-3 * 3600))
    text = words(make_director(school))
    assert "Correo · cuenta común Atascada" in text
    assert "la más antigua espera 3 h" in text
    assert "un proceso atiende la cola «email»" in text


def test_account_with_a_wrong_value_says_what_is_wrong(school: School, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = {
        **ACCOUNTS,
        "TOKAPP_API_URL__30000001": "no",
        "TOKAPP_TOKEN__30000001": "x",
    }
    text = words(make_director(school))
    assert "TokApp · cuenta propia 30000001 Mal configurada" in text
    assert "TOKAPP_API_URL no es una dirección http o https." in text


def test_bot_that_nobody_hears_is_told_until_somebody_does(school: School, queue_store: Any) -> None:
    account, director = make_account("telegram"), make_director(school)
    told = "Nadie atiende lo que se escribe al bot"
    seen = [told in words(director)]
    note_heard(account, heard=False)
    seen.append(told in words(director))
    beat_bots()
    seen.append(told in words(director))
    assert seen == [False, True, False]


def test_school_is_told_that_others_send_and_never_how_much(school: School) -> None:
    account, other = make_account("sms"), make_school("30000002")
    for _ in range(7):
        make_delivery(account, school_id=other.pk, channel="sms", not_before=later(-30))
    text = words(make_director(school))
    assert text.count("también envían ahora por esta cuenta") == 1
    assert [fact(text, "Por salir ahora")[0][:8], "7 envíos" in text] == ["0 envíos", False]


def test_way_that_the_school_does_not_use_is_not_shown(school: School) -> None:
    SchoolPolicy.objects.filter(school=school).update(channels=["email"])
    text = words(make_director(school))
    assert ["SMS ·" in text, "Correo ·" in text] == [False, True]


def test_page_loads_itself_again_at_the_pace_of_what_moves(school: School) -> None:
    client = client_of(make_director(school))
    url = reverse("notica:channels")
    rests = client.get(url)["Refresh"]
    make_delivery(make_account("sms"), school_id=school.pk, channel="sms")
    assert (rests, client.get(url)["Refresh"]) == ("60", "10")
    assert "Refresh" not in client.get(url, {"quieta": "1"})


def test_superuser_sees_all_accounts_and_a_director_hers_alone(school: School) -> None:
    own = make_account("sms", "30000002")
    make_delivery(own, school_id=make_school("30000002").pk, channel="sms", not_before=later(-30))
    Suppression.objects.create(account_id=own, address="+34600000001", reason="sms.21610", since=later(0))
    chief, director = User.objects.create_superuser("root"), make_director(school)
    title = "SMS · cuenta propia 30000002"
    assert [title in words(user) for user in (chief, director)] == [True, False]
    assert "Direcciones que ya no reciben 1" in words(chief)


def act(user: User, action: str, accounts: list[int], **more: str) -> Any:
    data = {"action": action, "_selected_action": accounts, **more}
    return client_of(user).post(reverse(ADMIN), data, follow=True)


def standing(account: int) -> tuple[float | None, float | None]:
    row = ChannelAccount.objects.get(pk=account)
    pause, circuit = (
        at and (at - database_now()).total_seconds() for at in (row.paused_until, row.circuit_open_until)
    )
    return pause, circuit


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("pause", (None, None), (3600.0, None)),
        ("pause", (7200, None), (7200.0, None)),
        ("resume", (900, 30), (None, 30.0)),
        ("try_now", (None, 30), (None, 0.0)),
    ],
)
def test_action_is_asked_first_then_done_and_kept_in_the_history(
    school: School, action: str, before: tuple[Any, ...], after: tuple[Any, ...]
) -> None:
    chief, account = User.objects.create_superuser("root"), make_account()
    pause, circuit = (seconds and later(seconds) for seconds in before)
    stand(account, paused_until=pause, circuit_open_until=circuit)
    assert "Sí, en 1 cuenta" in " ".join(act(chief, action, [account]).content.decode().split())
    asked = standing(account)
    assert "Hecho en 1 cuenta." in act(chief, action, [account], confirmed="1").content.decode()
    assert (asked, standing(account)) == (before, after)
    noted = LogEntry.objects.get()
    assert (noted.user_id, noted.object_id) == (chief.pk, str(account))


def test_action_does_nothing_to_an_account_that_it_does_not_fit(school: School) -> None:
    chief, account = User.objects.create_superuser("root"), make_account()
    assert "no hay nada que hacer" in act(chief, "resume", [account]).content.decode()
    assert "Hecho en 0 cuentas." in act(chief, "resume", [account], confirmed="1").content.decode()
    assert (standing(account), LogEntry.objects.count()) == ((None, None), 0)


def test_director_reaches_no_account(school: School) -> None:
    account = make_account()
    response = act(make_director(school), "pause", [account], confirmed="1")
    assert (response.status_code in (403, 404), standing(account)) == (True, (None, None))
