"""Claimed deliveries made into what a channel takes: a few queries a batch, whatever its size."""

import logging
from collections.abc import Sequence

from django.db import connection

from channels_app.base import Capabilities, Outgoing
from notica.models import Message
from notica.outbox import Claimed
from notica.rendering import Child, Renderer
from plumier.models import Person

logger = logging.getLogger(__name__)
REMEMBERED = 500  # messages whose text is kept while a drain works

ABOUT = """
SELECT a.recipient_id, p.given_name, trim(p.given_name || ' ' || p.surname)
FROM notica_recipientabout a
JOIN plumier_student s ON s.id = a.student_id
JOIN plumier_person p ON p.id = s.person_id
WHERE a.recipient_id = ANY(%s) AND a.pushed
ORDER BY a.recipient_id, p.sort_key, p.id
"""


class LetterWriter:
    """Writes what goes out on one channel."""

    def __init__(self, capabilities: Capabilities) -> None:
        self._form = capabilities.form
        self._messages: dict[int, Message] = {}
        self._renderer = Renderer()

    def write(self, batch: Sequence[Claimed]) -> dict[int, Outgoing]:
        """By delivery; one whose text cannot be made is left out and logged."""
        self._remember({claimed.message_id for claimed in batch})
        children = _children([claimed.recipient_id for claimed in batch])
        people = {claimed.person_id for claimed in batch}
        languages = dict(Person.objects.filter(pk__in=people).values_list("pk", "language"))
        found: dict[int, Outgoing] = {}
        for claimed in batch:
            message = self._messages.get(claimed.message_id)
            if message is None:
                logger.error("delivery %s has no message", claimed.id)
                continue
            language = languages.get(claimed.person_id) or message.school.language
            try:
                about = children.get(claimed.recipient_id, [])
                content = self._renderer.content(message, self._form, language, about)
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


def _children(recipient_ids: list[int]) -> dict[int, list[Child]]:
    children: dict[int, list[Child]] = {}
    with connection.cursor() as cursor:
        cursor.execute(ABOUT, [recipient_ids])
        for recipient, given_name, full_name in cursor.fetchall():
            children.setdefault(recipient, []).append(Child(given_name, full_name))
    return children
