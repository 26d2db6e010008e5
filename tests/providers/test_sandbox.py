"""The tool that other tests lean on."""

import smtplib
from pathlib import Path

import pytest
from django.conf import settings

from tests.providers.sandbox import Sandbox


def send(provider: Sandbox, address: str) -> None:
    host, _, port = provider.environment["EMAIL_URL"].removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), timeout=10) as client:
        client.sendmail("a@example.es", [address], b"Subject: Hola\r\n\r\nHola\r\n")


def test_sandbox_fixture_leads_the_channels_to_it(sandbox: Sandbox) -> None:
    assert sandbox.environment == settings.CHANNEL_ENVIRONMENT


def test_reset_begins_a_new_log_and_drops_rules(provider: Sandbox) -> None:
    provider.refuse("email", "mailbox_unknown", address="b@example.es")
    send(provider, "a@example.es")
    assert [entry["address"] for entry in provider.log()] == ["a@example.es"]
    provider.reset()
    assert provider.log() == []
    send(provider, "b@example.es")
    assert [entry["address"] for entry in provider.taken()] == ["b@example.es"]


def test_taken_leaves_out_refused_ones_and_other_channels(provider: Sandbox) -> None:
    provider.refuse("email", "policy", times=1)
    with pytest.raises(smtplib.SMTPDataError):
        send(provider, "a@example.es")
    send(provider, "b@example.es")
    assert [len(provider.log()), len(provider.taken("email")), len(provider.taken("sms"))] == [2, 1, 0]


def test_wait_for_gives_the_log_or_fails(provider: Sandbox) -> None:
    send(provider, "a@example.es")
    assert provider.wait_for(lambda entries: len(entries) == 1) == provider.log()
    with pytest.raises(AssertionError, match=r"not in 0\.1 s"):
        provider.wait_for(lambda entries: len(entries) == 2, timeout=0.1)


def test_start_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="the sandbox ended with 2"):
        Sandbox().start(tmp_path, "--no-such-option")
