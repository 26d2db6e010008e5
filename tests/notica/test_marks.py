from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string

from notica.choices import DeliveryState, MessageState, Outcome
from notica.marks import Mark, delivery_mark, legend, message_mark, outcome_mark, postponed
from notica.models import Delivery

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
MADRID, HANOI = ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Ho_Chi_Minh")


def delivery(state: str, due: datetime = NOW, tries: int = 0) -> Delivery:
    return Delivery(state=state, not_before=due, tries=tries)


def test_every_state_has_its_word_and_its_icon() -> None:
    marks = [
        *((state.label, delivery_mark(delivery(state), NOW, MADRID)) for state in DeliveryState),
        *((outcome.label, outcome_mark(outcome)) for outcome in Outcome),
        *((state.label, message_mark(state)) for state in MessageState),
    ]
    assert [mark.word for _label, mark in marks] == [label for label, _mark in marks]
    assert all(mark.icon and mark.tone in {"plain", "good", "bad", "warn", "info"} for _label, mark in marks)


def test_every_icon_is_drawn() -> None:
    drawn = render_to_string("components/icons.html")
    marks = [outcome_mark("excluded", "protected"), outcome_mark("reached", "notica")]
    marks += [delivery_mark(delivery(state), NOW, MADRID) for state in DeliveryState]
    marks += [outcome_mark(outcome) for outcome in Outcome]
    marks += [message_mark(state) for state in MessageState]
    marks += [mark for mark, _proof in legend()]
    assert {mark.icon for mark in marks if f'id="i-{mark.icon}"' not in drawn} == set()


@pytest.mark.parametrize(
    ("outcome", "reason", "mark"),
    [
        ("excluded", "protected", Mark("Datos protegidos", "shield", "plain")),
        ("excluded", "barred", Mark("Excluido", "barred", "plain")),
        ("reached", "notica", Mark("En Notica", "inbox", "good")),
        ("reached", "", Mark("Entregado al canal", "check", "good")),
    ],
)
def test_some_reasons_are_a_word_of_their_own(outcome: str, reason: str, mark: Mark) -> None:
    assert outcome_mark(outcome, reason) == mark


def test_delivery_that_waits_says_until_when() -> None:
    due = NOW.replace(hour=22)
    assert delivery_mark(delivery("ready", due), NOW, MADRID).word == "Aplazado a las 23:00"
    assert delivery_mark(delivery("ready", due, tries=1), NOW, MADRID).word == "Se reintenta a las 23:00"
    assert delivery_mark(delivery("ready"), NOW, MADRID).word == "En cola"


def test_hour_is_the_schools_and_names_another_day() -> None:
    due = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert postponed(due, NOW, HANOI) == "Aplazado a las 6:00"
    assert postponed(due, NOW, MADRID) == "Aplazado al 23/11/2026 a las 0:00"


def test_legend_has_the_words_that_are_promised() -> None:
    assert [mark.word for mark, _proof in legend()] == [
        *(
            "En cola",
            "Aplazado",
            "En curso",
            "Entregado al canal",
            "Recibido",
            "Leído",
            "Leído en Mirador",
            "Rebotado",
            "Fallido",
        ),
        *("Sin confirmar", "Sin canal", "Datos protegidos", "Anulado"),
    ]
