"""Channels that write to the terminal what they would send. The address is masked."""

import sys

from channels_app.base import AddressKind, Capabilities, Channel, Outcome, OutcomeClass, Outgoing
from channels_app.masking import masked_address


class ConsoleChannel(Channel):
    """For channels to phones and chats."""

    name = "console"
    capabilities = Capabilities(AddressKind.PHONE)

    async def send(self, outgoing: Outgoing) -> Outcome:
        content = outgoing.content
        names = "".join(f"\n  [{attachment.name}]" for attachment in content.attachments)
        title = f"{content.subject}\n" if content.subject else ""
        print(f"→ {masked_address(outgoing.address)}: {title}{content.text}{names}", file=sys.stderr)
        return Outcome(OutcomeClass.ACCEPTED)


class ConsoleMailChannel(ConsoleChannel):
    """For channels to e-mail addresses."""

    capabilities = Capabilities(AddressKind.EMAIL, form="email", attachments=True)
