"""Claimed deliveries made into what a channel takes; the messages are read once while a drain works."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from channels_app.base import Capabilities, Content, Outgoing
from notica.callback_addresses import ReportTo, nowhere
from notica.claiming import Claimed
from notica.models import Message
from notica.outbox import announce_parts
from notica.parts import parts_of
from notica.rendering import Renderer
from notica.screening import Fit
from notica.writing.filling import Reader, placeholders_of, values_of

logger = logging.getLogger(__name__)
REMEMBERED = 500  # messages whose text is kept while a drain works


class LetterWriter:
    """Writes what goes out on one channel."""

    def __init__(self, capabilities: Capabilities, report_to: ReportTo = nowhere) -> None:
        """`report_to` gives, for a delivery and a try, where its provider may tell what became of it."""
        self._form = capabilities.form
        self._longest = capabilities.max_length
        self._report_to = report_to
        self._messages: dict[int, Message] = {}
        self._renderer = Renderer()

    def write(self, batch: Sequence[Fit]) -> dict[int, Outgoing]:
        """By delivery; one whose text cannot be made is left out and logged.

        Of a text too long for the channel, the delivery's part; that another follows is noted before it goes out.
        """
        self._remember({fit.claimed.message_id for fit in batch})
        values = self._values(batch)
        found: dict[int, Outgoing] = {}
        changed: list[tuple[Claimed, bool]] = []
        for fit in batch:
            content = self._content(fit, values.get(fit.claimed.id))
            if content is None:
                continue
            parts = parts_of(content.text, self._longest)
            part = min(fit.claimed.part, len(parts))
            if (more := part < len(parts)) != fit.claimed.more:
                changed.append((fit.claimed, more))
            if len(parts) > 1:
                content = replace(content, text=parts[part - 1])
            found[fit.claimed.id] = self._outgoing(fit, content)
        announce_parts(changed)
        return found

    def _values(self, batch: Sequence[Fit]) -> dict[int, dict[str, str]]:
        """By delivery, what stands in the places of its text; asked for only where a text has places."""
        with_places = {pk for pk, message in self._messages.items() if placeholders_of(message)}
        if not with_places:
            return {}
        return values_of(
            Reader(
                one.claimed.id,
                self._messages[one.claimed.message_id],
                one.claimed.recipient_id,
                one.claimed.person_id,
                frozenset(child.key for child in one.children),
            )
            for one in batch
            if one.claimed.message_id in with_places
        )

    def _content(self, fit: Fit, values: Mapping[str, str] | None) -> Content | None:
        claimed = fit.claimed
        message = self._messages.get(claimed.message_id)
        if message is None:
            logger.error("delivery %s has no message", claimed.id)
            return None
        language = fit.language or message.school.language
        try:
            return self._renderer.content(message, self._form, language, fit.children, values)
        except Exception:
            logger.exception("message %s cannot be rendered", claimed.message_id)
            return None

    def _outgoing(self, fit: Fit, content: Content) -> Outgoing:
        claimed = fit.claimed
        message = self._messages[claimed.message_id]
        return Outgoing(
            claimed.id,
            claimed.try_no,
            claimed.endpoint,
            content,
            key=f"{message.token}.{claimed.id}",
            dated=message.not_before,
            report_to=self._report_to(claimed.id, claimed.try_no),
            valid_for=fit.valid_for,
        )

    def _remember(self, ids: set[int]) -> None:
        if len(self._messages) + len(ids) > REMEMBERED:
            self._messages.clear()
            self._renderer = Renderer()
        missing = ids - self._messages.keys()
        if missing:
            rows = Message.objects.select_related("school", "sender_person", "in_reply_to").defer(
                "search_text", "in_reply_to__body", "in_reply_to__search_text"
            )
            self._messages |= rows.prefetch_related("attachments").in_bulk(missing)
