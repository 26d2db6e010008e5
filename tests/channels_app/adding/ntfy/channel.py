"""ntfy, which shows what is posted to a topic on the phones that listen to it: `POST {NTFY_URL}/{topic}`."""

import hashlib
from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext as _

from channels_app.base import AddressKind, Capabilities, Outcome, Outgoing
from channels_app.http import HttpChannel, is_web_address
from tests.channels_app.adding.ntfy import errors


def topic_of(phone: str) -> str:
    """A phone's topic, which does not show the phone: it stands in the address that is asked."""
    return hashlib.sha256(phone.encode()).hexdigest()[:32]


class NtfyChannel(HttpChannel):
    """One server, without a list of who listens."""

    name = "ntfy"
    capabilities = Capabilities(AddressKind.PHONE, mobile_only=True, concurrency=10, backoff=(5,))
    variables: ClassVar[tuple[str, ...]] = ("NTFY_URL",)
    required: ClassVar[tuple[str, ...]] = ("NTFY_URL",)
    reasons = errors.REASONS

    @classmethod
    def problems(cls, environment: Mapping[str, str]) -> list[str]:
        if is_web_address(environment.get("NTFY_URL", "")):
            return []
        return [_("NTFY_URL no es una dirección http o https.")]

    async def attempt(self, outgoing: Outgoing) -> Outcome:
        topic = topic_of(outgoing.address)
        url = f"{self.environment['NTFY_URL'].rstrip('/')}/{topic}"
        body = outgoing.content.text.encode()
        return errors.classify(await self.http.request("POST", url, body=body, headers={}), topic)
