"""The mailboxes of bounces that the environment names, and which of them each is."""

from collections.abc import Mapping

from channels_app.email.bounces import READ_OF_A_MAIL
from channels_app.email.imap import ImapMailbox
from channels_app.email.mailbox import VARIABLE, Mailbox, read_address
from channels_app.email.maildir import Maildir
from channels_app.environment import SEPARATOR


def configured(environment: Mapping[str, str]) -> dict[str, str]:
    """By the variable that names it, everybody's and the schools', where a mailbox is; each mailbox once."""
    named = {
        value.strip(): name
        for name, value in sorted(environment.items(), reverse=True)
        if name.partition(SEPARATOR)[0] == VARIABLE and value.strip()
    }
    return {name: value for value, name in sorted(named.items(), key=lambda each: each[1])}


def mailbox_at(value: str) -> Mailbox:
    """The mailbox, to be opened. Raises ValueError where BOUNCE_MAILBOX cannot be read."""
    address = read_address(value)
    if address.host:
        return ImapMailbox(address, READ_OF_A_MAIL)
    return Maildir(address.folder, READ_OF_A_MAIL)
