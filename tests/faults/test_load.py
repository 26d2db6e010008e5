"""Five thousand families by each channel; the providers' log says what became of every one."""

import time

import pytest

from channels_app.models import Activation, ChannelAccount
from notica.claiming import due_accounts
from notica.delivery import drain
from notica.fanout import fan_out
from notica.models import Message
from notica.progress import fold, totals
from plumier.clock import database_now
from plumier.models import Contact, Group, School, User
from tests.factories.crowds import make_families
from tests.faults import oracle
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

pytestmark = pytest.mark.short
FAMILIES = 5000
WAYS = {"telegram": "telegram_tokapp", "tokapp": "telegram_tokapp", "email": "email", "sms": "sms"}
MOST_SECONDS = 300.0  # that a broken engine is given


def _link_all(channel: str) -> None:
    account, _ = ChannelAccount.objects.get_or_create(channel=channel, owner="")
    phones = Contact.objects.filter(kind="mobile").values_list("value", flat=True)
    Activation.objects.bulk_create(
        Activation(
            account=account,
            address=phone,
            endpoint=phone.lstrip("+"),
            state="linked",
            checked_at=database_now(),
        )
        for phone in phones
    )


@pytest.mark.parametrize("channel", WAYS)
def test_five_thousand_families_are_each_written_to_once(
    school: School, director: User, group: Group, sandbox: Sandbox, channel: str
) -> None:
    make_families(group, FAMILIES, "email" if channel == "email" else "phone_1")
    if channel == "telegram":
        _link_all(channel)
    ChannelAccount.objects.update_or_create(channel=channel, owner="", defaults={"rate": 100_000})
    kind = "out_of_hours" if channel == "sms" else "message"
    message: Message = send_to(school, director, groups=[group], way=WAYS[channel], kind=kind)
    fan_out(message.pk)
    channels = ("telegram", "tokapp") if WAYS[channel] == "telegram_tokapp" else (channel,)
    ends_at = time.monotonic() + MOST_SECONDS
    while any(due_accounts(name) for name in channels) and time.monotonic() < ends_at:
        for name in channels:
            drain(name, linger=False)
    fold([message.pk])
    assert totals(message.pk) == {"reached": FAMILIES}
    assert len({entry["address"] for entry in sandbox.taken(channel)}) == FAMILIES
    oracle.check_one(message, sandbox.log())
