"""What an account knows of addresses."""

import pytest

from channels_app.accounts import Known, accounts_for, known_addresses
from channels_app.models import Activation, Suppression
from plumier.clock import database_now

PHONE, OTHER = "+34600000001", "+34600000002"
ODD = """o'ne"\\{,}%s@x.example"""


@pytest.fixture
def linked(db: None) -> None:
    """A phone linked on Telegram and, under another account, on TokApp."""
    accounts = accounts_for("30000001")
    for channel, endpoint in (("telegram", "77"), ("tokapp", PHONE)):
        Activation.objects.create(
            account_id=accounts[channel].account_id,
            address=PHONE,
            endpoint=endpoint,
            state="linked",
            checked_at=database_now(),
        )


def known(addresses: list[str], *channels: str) -> dict[tuple[str, str], Known]:
    accounts = accounts_for("30000001")
    return known_addresses([accounts[name] for name in channels], addresses)


def suppress(channel: str, address: str) -> None:
    account = accounts_for("30000001")[channel].account_id
    Suppression.objects.create(account_id=account, address=address, reason="opt_out", since=database_now())


def test_links_are_told_by_channel_and_address(linked: None) -> None:
    assert known([OTHER, PHONE], "telegram", "tokapp", "sms") == {
        ("telegram", PHONE): Known("linked", "77"),
        ("tokapp", PHONE): Known("linked", PHONE),
    }


def test_other_accounts_and_other_addresses_are_not_told(linked: None) -> None:
    assert known([PHONE], "sms") == {}
    assert known([OTHER], "telegram", "tokapp") == {}
    assert known([], "telegram", "tokapp") == {}


def test_suppression_wins_over_a_link(linked: None) -> None:
    suppress("telegram", PHONE)
    assert known([PHONE], "telegram", "tokapp") == {
        ("telegram", PHONE): Known("suppressed", "", "opt_out"),
        ("tokapp", PHONE): Known("linked", PHONE),
    }


def test_any_address_is_found_as_it_is_written(linked: None) -> None:
    suppress("email", ODD)
    assert known([PHONE, ODD, OTHER], "email") == {("email", ODD): Known("suppressed", "", "opt_out")}
