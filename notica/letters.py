"""Claimed deliveries made into what a channel takes: a few queries a batch, whatever its size."""

import logging
from collections.abc import Mapping

from django.db import connection

from channels_app.base import Capabilities, Outgoing
from notica.models import Message
from notica.rendering import Child, Renderer
from notica.screening import Screened
from plumier.models import Person

logger = logging.getLogger(__name__)
REMEMBERED = 500  # messages whose text is kept while a drain works

CHILDREN = """
SELECT s.id, p.given_name, trim(p.given_name || ' ' || p.surname)
FROM plumier_student s
JOIN plumier_person p ON p.id = s.person_id
WHERE s.id = ANY(%s)
ORDER BY p.sort_key, p.id
"""


class LetterWriter:
    """Writes what goes out on one channel."""

    def __init__(self, capabilities: Capabilities) -> None:
        self._form = capabilities.form
        self._messages: dict[int, Message] = {}
        self._renderer = Renderer()

    def write(self, screened: Screened) -> dict[int, Outgoing]:
        """By delivery; one whose text cannot be made is left out and logged."""
        batch = screened.batch
        self._remember({claimed.message_id for claimed in batch})
        children = _children(screened.named)
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


def _children(named: Mapping[int, tuple[int, ...]]) -> dict[int, list[Child]]:
    """By recipient, the children named to her, sorted by name."""
    students = sorted({student for group in named.values() for student in group})
    with connection.cursor() as cursor:
        cursor.execute(CHILDREN, [students])
        known = {row[0]: Child(*row[1:]) for row in cursor.fetchall()}
    order = {student: place for place, student in enumerate(known)}
    return {
        recipient: [known[student] for student in sorted(group, key=order.__getitem__)]
        for recipient, group in named.items()
    }
