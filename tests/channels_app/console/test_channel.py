"""The terminal's channels."""

import pytest

from channels_app.base import AddressKind, Attachment, Outcome, OutcomeClass
from channels_app.console.channel import ConsoleChannel, ConsoleMailChannel
from tests.channels_app.sending import outgoing


async def test_a_message_is_written_with_its_address_masked(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = await ConsoleChannel({}).send(outgoing("+34600123456", text="Hola"))
    assert outcome == Outcome(OutcomeClass.ACCEPTED)
    assert capsys.readouterr() == ("", "→ …456: Hola\n")


async def test_a_mail_is_written_with_subject_and_files(capsys: pytest.CaptureFixture[str]) -> None:
    files = (Attachment("a.pdf", "application/pdf", "/x"),)
    await ConsoleMailChannel({}).send(
        outgoing("ana@x.example", text="Hola", subject="Aviso", attachments=files)
    )
    assert capsys.readouterr().err == "→ …@x.example: Aviso\nHola\n  [a.pdf]\n"


def test_capabilities() -> None:
    kinds = [channel.capabilities.address for channel in (ConsoleChannel, ConsoleMailChannel)]
    assert kinds == [AddressKind.PHONE, AddressKind.EMAIL]
