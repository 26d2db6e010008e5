"""Claimed deliveries made into what a channel takes; the messages are read once while a drain works."""

import logging
from collections.abc import Sequence

from channels_app.base import Capabilities, Outgoing
from notica.models import Message
from notica.rendering import Renderer
from notica.screening import Fit

logger = logging.getLogger(__name__)
REMEMBERED = 500  # messages whose text is kept while a drain works


class LetterWriter:
    """Writes what goes out on one channel."""

    def __init__(self, capabilities: Capabilities) -> None:
        self._form = capabilities.form
        self._messages: dict[int, Message] = {}
        self._renderer = Renderer()

    def write(self, batch: Sequence[Fit]) -> dict[int, Outgoing]:
        """By delivery; one whose text cannot be made is left out and logged."""
        self._remember({fit.claimed.message_id for fit in batch})
        found: dict[int, Outgoing] = {}
        for fit in batch:
            claimed = fit.claimed
            message = self._messages.get(claimed.message_id)
            if message is None:
                logger.error("delivery %s has no message", claimed.id)
                continue
            language = fit.language or message.school.language
            try:
                content = self._renderer.content(message, self._form, language, fit.children)
            except Exception:
                logger.exception("message %s cannot be rendered", claimed.message_id)
                continue
            found[claimed.id] = Outgoing(
                claimed.id,
                claimed.try_no,
                claimed.endpoint,
                content,
                key=f"{message.token}.{claimed.id}",
                dated=message.not_before,
            )
        return found

    def _remember(self, ids: set[int]) -> None:
        if len(self._messages) + len(ids) > REMEMBERED:
            self._messages.clear()
            self._renderer = Renderer()
        missing = ids - self._messages.keys()
        if missing:
            rows = Message.objects.select_related("school", "sender_person")
            self._messages |= rows.prefetch_related("attachments").in_bulk(missing)
