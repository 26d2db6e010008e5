"""Providers' answers given by hand, without a network: what a drain does between claim and settling."""

from channels_app.base import Outcome, OutcomeClass
from channels_app.models import ChannelAccount
from channels_app.registry import channel_class
from notica.addresses import heed_addresses
from notica.claiming import Claimed
from notica.outbox import Sent, record
from notica.settling import settle
from tests.notica.rows import claim_some, said

# Every channel has an account; nobody answers at these addresses.
CONFIGURED = {
    "TELEGRAM_TOKEN": "1000:nobody",
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
    "TOKAPP_API_URL": "http://127.0.0.1:9",
    "TOKAPP_TOKEN": "nobody",
    "TWILIO_API_URL": "http://127.0.0.1:9",
    "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
    "TWILIO_AUTH_TOKEN": "nobody",
    "TWILIO_FROM": "+34600000000",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "EMAIL_FROM": "avisos@plumier.example",
}
ACCEPTED = Outcome(OutcomeClass.ACCEPTED)
REFUSED = Outcome(OutcomeClass.PERMANENT, "tokapp.unknown_phone")
SILENT = Outcome(OutcomeClass.UNCERTAIN, "network.timeout")


def take(channel: str, outcome: Outcome, most: int = 1000) -> list[Sent]:
    """Claim what is due on a channel's shared account; what the provider said, not yet recorded."""
    capabilities = channel_class(channel).capabilities
    return [said(claimed, outcome, capabilities) for claimed in take_claims(channel, most)]


def take_claims(channel: str, most: int = 1000) -> list[Claimed]:
    """Claim what is due on a channel's shared account."""
    return claim_some(ChannelAccount.objects.get(channel=channel, owner="").pk, most)


def take_and_say(channel: str, *outcomes: Outcome) -> list[Sent]:
    """Claim what is due on a channel's shared account, each with its own answer in order."""
    capabilities = channel_class(channel).capabilities
    claims = take_claims(channel, len(outcomes))
    return [said(claimed, outcome, capabilities) for claimed, outcome in zip(claims, outcomes, strict=True)]


def write_back(sent: list[Sent]) -> None:
    """Record and settle what one channel's provider said, as a drain does."""
    recipients = record(sent)
    heed_addresses(sent)
    settle(recipients)


def answer(channel: str, outcome: Outcome) -> int:
    """Let a channel's provider give everything that is due the same answer; how many there were."""
    sent = take(channel, outcome)
    write_back(sent)
    return len(sent)
