"""Whoever no chat reaches gets an SMS, as the school has it (V 1, V 3.1)."""

from typing import Any

import pytest

from notica.models import Recipient
from notica.review.actions import send_text
from plumier.clock import database_now
from tests.factories.register import link
from tests.notica.results import ACCOUNTS
from tests.notica.review_desk import Desk


@pytest.mark.parametrize(("default", "last"), [(True, ["sms", "sms"]), (False, ["tokapp", "tokapp"])])
def test_sms_is_the_last_step_where_the_school_has_it_so(
    db: None, settings: Any, default: bool, last: list[str]
) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    desk = Desk(sms_by_default=default)
    link("telegram", desk.mothers[0].contacts["phone_1"], "501")
    send_text(desk.submitted(), seen=None, by=desk.cgcn, now=database_now())
    plans = Recipient.objects.filter(message__kind="general").values_list("plan", flat=True)
    assert [plan["steps"][-1][-1]["channel"] for plan in plans] == last


def test_text_for_which_an_sms_has_no_room_goes_by_chat_alone(db: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    desk = Desk()
    send_text(desk.submitted(body="a" * 152), seen=None, by=desk.cgcn, now=database_now())
    plans = Recipient.objects.filter(message__kind="general").values_list("plan", flat=True)
    assert [[one["channel"] for step in plan["steps"] for one in step] for plan in plans] == [["tokapp"]] * 2
