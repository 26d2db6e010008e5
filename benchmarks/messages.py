"""Messages to so many families on one channel: sent, written out, waited for, and compared with the provider's log."""

import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from benchmarks.population import IN_GROUP, Made
from benchmarks.sandbox import SandboxProcess
from notica.actions import send
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.fanout import fan_out
from notica.models import Message
from plumier.clock import database_now

WAYS = {"telegram": Way.TELEGRAM_TOKAPP, "tokapp": Way.TELEGRAM_TOKAPP, "email": Way.EMAIL, "sms": Way.SMS}
SUBJECT = "Reunión de familias"
# What a school writes: the length of a paragraph, and of an SMS.
TEXT = (
    "Les recordamos que la reunión con las familias será el jueves a las 17:30 en el salón de actos. "
    "Se explicarán las excursiones del trimestre, el uso de la plataforma y el calendario de exámenes. "
    "Quien no pueda venir encontrará el resumen en la página del centro a partir del viernes."
)
SMS_TEXT = (
    "Reunión con las familias el jueves a las 17:30 en el salón de actos. Resumen en la web el viernes."
)
POLL_SECONDS = 0.1
LONGEST_SECONDS = 900.0

OPEN = "SELECT EXISTS (SELECT FROM notica_delivery WHERE message_id = %s AND state = ANY(%s))"
UNSETTLED = "SELECT EXISTS (SELECT FROM notica_recipient WHERE message_id = %s AND outcome = '')"
LAST_DELIVERY = "SELECT max(ended_at) FROM notica_delivery WHERE message_id = %s"
LAST_RECIPIENT = "SELECT max(closed_at) FROM notica_recipient WHERE message_id = %s"
ACCEPTED = """
SELECT channel, endpoint, count(*) FROM notica_delivery
WHERE state IN ('accepted', 'delivered', 'read') GROUP BY channel, endpoint
"""


class NotDone(RuntimeError):
    """Work did not end in time."""


@dataclass(frozen=True, slots=True)
class Measured:
    """So many rows in so many seconds."""

    rows: int
    seconds: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def draft(made: Made, channel: str, choice: Choice) -> Draft:
    """A message to families as a school writes it."""
    way = WAYS[channel]
    return Draft(
        school=made.school,
        kind="message",
        choice=choice,
        way=way,
        client_key=secrets.token_hex(16),
        body=SMS_TEXT if way == Way.SMS else TEXT,
        subject=SUBJECT,
    )


def choice_of(made: Made, rows: int) -> Choice:
    """The groups that hold at least so many guardians, or everyone."""
    groups = -(-rows // IN_GROUP)
    if groups >= made.counts.groups:
        return Choice(to=Audience.FAMILY, everyone=True)
    return Choice(to=Audience.FAMILY, groups=tuple(range(made.first_group, made.first_group + groups)))


def write_out(made: Made, channel: str, choice: Choice) -> int:
    """Send a message and write its rows; its id. Nothing goes out before a worker works."""
    message = send(draft(made, channel, choice), by=made.director, now=database_now())
    Message.objects.filter(pk=message.pk, not_before__gt=database_now()).update(not_before=database_now())
    fan_out(message.pk)
    return message.pk


def rows_of(message_id: int) -> list[int]:
    """The ids of a message's deliveries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM notica_delivery WHERE message_id = %s ORDER BY id", [message_id])
        return [row[0] for row in cursor.fetchall()]


def wait_for_end(message_id: int, check: Callable[[], None], *, settled: bool) -> datetime:
    """When the last row was recorded; with `settled`, when the last recipient was ended. Raises NotDone."""
    deadline = time.monotonic() + LONGEST_SECONDS
    open_states = ["ready", "sending", "uncertain"]
    while _exists(OPEN, [message_id, open_states]) or (settled and _exists(UNSETTLED, [message_id])):
        check()
        if time.monotonic() > deadline:
            raise NotDone(f"rows are open after {LONGEST_SECONDS:g} s")
        time.sleep(POLL_SECONDS)
    ends = [_moment(LAST_DELIVERY, message_id)]
    if settled:
        ends.append(_moment(LAST_RECIPIENT, message_id))
    return max(ends)


def shortfall(sandbox: SandboxProcess) -> tuple[int, int, int]:
    """Rows accepted, messages taken by the provider, and how many of them do not belong together.

    An address that is accepted once and taken twice, or the other way, counts as one.
    """
    with connection.cursor() as cursor:
        cursor.execute(ACCEPTED)
        accepted = Counter({(channel, endpoint): number for channel, endpoint, number in cursor.fetchall()})
    taken = sandbox.taken()
    apart = (accepted - taken) + (taken - accepted)
    return accepted.total(), taken.total(), apart.total()


def _exists(statement: str, parameters: list[int | list[str]]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return bool(cursor.fetchone()[0])


def _moment(statement: str, message_id: int) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(statement, [message_id])
        moment: datetime | None = cursor.fetchone()[0]
    if moment is None:
        raise NotDone("no row was recorded")
    return moment
