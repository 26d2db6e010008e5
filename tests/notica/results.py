"""A finished send in which everything that can happen to a recipient has happened, without running the engine."""

from typing import Any

from django.db.models import F

from notica.models import Delivery, Message, ProgressDelta, Recipient
from plumier.clock import database_now
from plumier.models import Group, School, Student, User
from tests.factories.register import Parent, link, make_group, make_student
from tests.notica.stories import send_to

# Every channel looks configured; nothing is sent.
ACCOUNTS = {
    "TELEGRAM_TOKEN": "1:token",
    "TOKAPP_API_URL": "http://127.0.0.1:9",
    "TOKAPP_TOKEN": "token",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "EMAIL_FROM": "avisos@plumier.example",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "token",
}
_WORDS = ("Luis", "Ana", "Iván", "Nuria", "Óscar", "Elena", "Hugo", "Sara", "Pablo", "Irene")


def family(group: Group, number: int, **student: Any) -> tuple[Student, Parent]:
    """A student with a mother who has two phones and an address, all of them with this number in."""
    parent = student.pop(
        "parent",
        Parent(
            f"Madre{number} Gil Número{number}",
            contacts={
                "phone_1": f"+34600{number:06d}",
                "phone_2": f"+34611{number:06d}",
                "email": f"madre{number}@familia.example",
            },
        ),
    )
    name = f"{_WORDS[number % len(_WORDS)]} Gil Número{number}"
    return make_student(group, name, [parent], **student), parent


def end(message: Message, parent: Parent, outcome: str, reason: str = "") -> Recipient:
    """Close the recipient that this parent is."""
    recipient = Recipient.objects.get(message=message, person=parent.person)
    Recipient.objects.filter(pk=recipient.pk).update(outcome=outcome, reason=reason, closed_at=database_now())
    ProgressDelta.objects.create(message_id=message.pk, outcome=recipient.outcome, count=-1)
    ProgressDelta.objects.create(message_id=message.pk, outcome=outcome, count=1)
    return recipient


def deliver(message: Message, parent: Parent, channel: str, state: str, reason: str = "") -> None:
    """Let the deliveries of this parent on one channel have come to this state."""
    ended = None if state in ("ready", "sending", "uncertain") else database_now()
    assert parent.person is not None
    Delivery.objects.filter(message_id=message.pk, person_id=parent.person.pk, channel=channel).update(
        state=state, reason=reason, tries=1, ended_at=ended, lease_until=database_now()
    )


def open_step(message: Message, parent: Parent, step: int, channel: str, slot: str) -> None:
    """Open a further step to one of this parent's addresses, as the engine does when the one before failed."""
    assert parent.person is not None
    address = parent.contacts[slot]
    Recipient.objects.filter(message=message, person=parent.person).update(step=step)
    delivery = Delivery.objects.filter(message_id=message.pk, person_id=parent.person.pk)[0]
    delivery.pk = None
    delivery.step, delivery.channel, delivery.address, delivery.endpoint = step, channel, address, address
    delivery.save(force_insert=True)


def finish(message: Message) -> Message:
    """End the message."""
    Message.objects.filter(pk=message.pk).update(
        state="finished",
        finished_at=database_now(),
        fanned_out_at=database_now(),
        acuse_sent_at=database_now(),
    )
    message.refresh_from_db()
    return message


def every_outcome(school: School, sender: User) -> Message:
    """Nine families, each with a fate of its own: two reached, the others not, and why is different for each."""
    group = make_group(school, "2º ESO B")
    parents = [family(group, number)[1] for number in range(1, 7)]
    family(group, 7, parent=Parent("Rosa Gil Número7", contacts={"phone_1": "landline:+34968000007"}))
    family(group, 8, protected=True)
    family(
        group,
        9,
        parent=Parent("Teresa Gil Número9", contacts={"email": "teresa@familia.example"}, ticked=False),
    )
    link("telegram", parents[0].contacts["phone_1"], "101")
    subject = "Reunión de familias de 2º ESO"
    body = "El jueves a las 18:00 nos reunimos en el salón de actos.\nSe hablará del viaje y de las notas."
    message = send_to(school, sender, groups=[group], subject=subject, body=body, email_after=True)
    reached, read, failed, unconfirmed, expired, cancelled = parents
    deliver(message, reached, "telegram", "failed", "telegram.blocked")
    deliver(message, reached, "tokapp", "accepted")
    deliver(message, read, "tokapp", "read")
    open_step(message, failed, 2, "tokapp", "phone_2")
    open_step(message, failed, 3, "email", "email")
    deliver(message, failed, "tokapp", "failed", "tokapp.unknown_phone")
    deliver(message, failed, "email", "failed", "smtp.5.1.1")
    deliver(message, unconfirmed, "tokapp", "sent_unconfirmed", "deadline")
    deliver(message, expired, "tokapp", "expired", "expired")
    deliver(message, cancelled, "tokapp", "cancelled", "cancelled")
    Delivery.objects.filter(state="cancelled").update(tries=F("tries") - 1)
    end(message, reached, "reached")
    end(message, read, "reached")
    end(message, failed, "failed", "smtp.5.1.1")
    end(message, unconfirmed, "unconfirmed", "deadline")
    end(message, expired, "expired", "expired")
    end(message, cancelled, "cancelled", "cancelled")
    return finish(message)
