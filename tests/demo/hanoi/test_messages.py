"""The second school's review desk, and the word after ten at night."""

from datetime import UTC, datetime
from typing import Any

from demo.hanoi.messages import after_ten, general_messages
from demo.tour import losses, since, waiting
from notica.models import Message, ReviewText
from tests.attendance.classes import NINE
from tests.database import DatabaseClock
from tests.demo.hanoi.places import small_school
from tests.notica.answering import CONFIGURED

HALF_PAST_TEN = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)  # there
SIX = datetime(2026, 11, 27, 23, tzinfo=UTC)


class Nobody:
    """A sandbox that took nothing."""

    def taken(self) -> list[tuple[str, str]]:
        return []


def test_desk_has_its_texts_once(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    of, groups = small_school()
    for _run in range(2):
        general_messages(of, groups)
    found = ReviewText.objects.order_by("pk").values_list("office", "state")
    assert list(found) == [
        ("bgh", "sent"),
        ("dao_tao", "submitted"),
        ("tai_chinh", "returned"),
        ("doan_thanh_nien", "submitted"),
    ]


def test_word_after_ten_waits_until_six_and_nothing_is_lost(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    of, groups = small_school()
    for _run in range(2):
        after_ten(of, groups[0])
    message = Message.objects.get(kind="message")
    assert (message.not_before, message.state) == (HALF_PAST_TEN, "queued")
    assert waiting([message.pk]) == [(message, SIX)]
    assert losses(since(NINE), Nobody()) == []  # type: ignore[arg-type]


def test_word_at_eleven_at_night_waits_until_six(
    db: None, database_clock: DatabaseClock, settings: Any
) -> None:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(NINE)
    of, groups = small_school()
    database_clock.freeze(datetime(2026, 11, 27, 16, tzinfo=UTC))
    after_ten(of, groups[0])
    message = Message.objects.get(kind="message")
    assert [at for _message, at in waiting([message.pk])] == [SIX]
    assert losses(since(NINE), Nobody()) == []  # type: ignore[arg-type]
