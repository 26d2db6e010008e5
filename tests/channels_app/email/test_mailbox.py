"""BOUNCE_MAILBOX, as it is written."""

import pytest

from channels_app.email.imap import ImapMailbox
from channels_app.email.mailbox import MailboxAddress, is_sayable, problems, read_address
from channels_app.email.mailboxes import configured, mailbox_at
from channels_app.email.maildir import Maildir


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("maildir:/var/mail/devueltos", MailboxAddress("/var/mail/devueltos")),
        ("maildir:///var/mail/con%20blanco", MailboxAddress("/var/mail/con blanco")),
        ("imaps://ana:p%40ss@mx.example", MailboxAddress("INBOX", "mx.example", 993, "ana", "p@ss", True)),
        ("imap://a%40x:b@mx.example:1143/Uno/Dos", MailboxAddress("Uno/Dos", "mx.example", 1143, "a@x", "b")),
        ("imap://a@[::1]/A%C3%B1o", MailboxAddress("Año", "::1", 143, "a", "")),
    ],
)  # fmt: skip
def test_address_is_read(value: str, address: MailboxAddress) -> None:
    assert read_address(value) == address
    assert problems(value) == []


@pytest.mark.parametrize(
    "value",
    [
        "", "/var/mail", "maildir:var/mail", "maildir://host/var", "maildir:/a%00b", "imap://mx.example/INBOX",
        "pop3://a:b@mx.example", "imap://a:b@mx.example:0", "imap://a:b@mx.example:x", "imap://a:b@/INBOX",
        "imap://a%0d%0a:b@mx.example", "imaps://a:b%ff@mx.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(value: str) -> None:
    (said,) = problems(value)
    assert said == (
        "BOUNCE_MAILBOX no es de la forma maildir:/carpeta ni imaps://usuario:clave@servidor/Carpeta"
        " (los signos especiales, codificados como en una URL)."
    )


@pytest.mark.parametrize("value", ["imaps://a:contrase%C3%B1a@mx.example", "imaps://peña:b@mx.example"])
def test_password_that_imap_cannot_say_is_told_without_it(value: str) -> None:
    assert not is_sayable(read_address(value))
    (said,) = problems(value)
    assert said == (
        "BOUNCE_MAILBOX tiene un usuario o una clave con letras que IMAP no admite:"
        " use en el buzón un usuario y una clave sin acentos ni eñes."
    )


def test_mailbox_is_of_its_kind() -> None:
    assert isinstance(mailbox_at("maildir:/var/mail/x"), Maildir)
    assert isinstance(mailbox_at("imaps://a:b@mx.example"), ImapMailbox)


def test_each_mailbox_is_there_once_under_its_variable() -> None:
    environment = {
        "BOUNCE_MAILBOX": "maildir:/a",
        "BOUNCE_MAILBOX__30012345": "maildir:/b",
        "BOUNCE_MAILBOX__THPT": " maildir:/a ",
        "BOUNCE_MAILBOX__EMPTY": " ",
        "BOUNCE_ADDRESS": "b@x.example",
    }
    assert configured(environment) == {
        "BOUNCE_MAILBOX": "maildir:/a",
        "BOUNCE_MAILBOX__30012345": "maildir:/b",
    }
