"""TokApp, through an HTTP gateway.

`POST {TOKAPP_API_URL}/messages` takes `{"id", "phone", "text"}`, and `POST …/activations`
`{"phones": […]}`, answered by `{"active": {phone: true or false}}`; both with the token as a bearer.
"""

import asyncio
import json
from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from channels_app.base import AddressKind, Capabilities, Outcome, Outgoing
from channels_app.http import Answer, HttpChannel, is_web_address
from channels_app.network import NetworkFailure
from channels_app.tokapp import errors

PHONES_A_QUESTION = 500
QUESTIONS_AT_ONCE = 4
MAX_LENGTH = 2000  # characters; the gateway publishes no limit: what is longer goes in parts


class TokAppChannel(HttpChannel):
    """One account of the gateway."""

    word = "TokApp"
    name = "tokapp"
    capabilities = Capabilities(AddressKind.PHONE, max_length=MAX_LENGTH, mobile_only=True, concurrency=300)
    variables: ClassVar[tuple[str, ...]] = ("TOKAPP_API_URL", "TOKAPP_TOKEN")
    required: ClassVar[tuple[str, ...]] = ("TOKAPP_API_URL", "TOKAPP_TOKEN")
    reasons = errors.REASONS
    disproved_by_activity = frozenset({"tokapp.unknown_phone", "tokapp.invalid_phone"})

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self._url = environment["TOKAPP_API_URL"].rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {environment['TOKAPP_TOKEN']}",
            "Content-Type": "application/json",
        }

    @classmethod
    def problems(cls, environment: Mapping[str, str]) -> list[str]:
        found = []
        if not is_web_address(environment.get("TOKAPP_API_URL", "")):
            found.append(_("TOKAPP_API_URL no es una dirección http o https."))
        token = environment.get("TOKAPP_TOKEN", "")
        if not (token.isascii() and token.isprintable() and token and " " not in token):
            found.append(_("TOKAPP_TOKEN no puede estar vacío ni llevar espacios o acentos."))
        return found

    async def attempt(self, outgoing: Outgoing) -> Outcome:
        message = {"id": outgoing.key, "phone": outgoing.address, "text": outgoing.content.text}
        return errors.classify(await self._post("messages", message), outgoing.address)

    async def active(self, addresses: list[str]) -> dict[str, bool]:
        """Which phones have TokApp; those of a question that failed are left out."""
        waiting = iter(addresses)
        questions = list(iter(lambda: list(islice(waiting, PHONES_A_QUESTION)), []))
        free = asyncio.Semaphore(QUESTIONS_AT_ONCE)

        async def ask(phones: list[str]) -> dict[str, bool]:
            async with free:
                return await self._ask_active(phones)

        known: dict[str, bool] = {}
        for answer in await asyncio.gather(*map(ask, questions)):
            known |= answer
        return known

    async def _ask_active(self, phones: list[str]) -> dict[str, bool]:
        try:
            answer = await self._post("activations", {"phones": phones})
        except NetworkFailure:
            return {}
        return errors.active_phones(answer)

    async def _post(self, path: str, given: Mapping[str, Any]) -> Answer:
        body = json.dumps(given).encode()
        return await self.http.request("POST", f"{self._url}/{path}", body=body, headers=self._headers)
