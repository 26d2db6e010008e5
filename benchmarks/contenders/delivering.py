"""One delivery as a job of any queue does it: read its row and its message, render, hand over, save."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation

from benchmarks.contenders import clients
from notica.models import Delivery, Message, RecipientAbout


def deliver(delivery_id: int) -> None:
    """Send one delivery and save what came of it. Raises whatever the provider's client raises."""
    delivery = Delivery.objects.get(pk=delivery_id)
    context = context_of(delivery)
    match delivery.channel:
        case "telegram":
            said = clients.telegram(delivery.endpoint, _text("chat.txt", context))
        case "tokapp":
            said = clients.tokapp(delivery.pk, delivery.endpoint, _text("chat.txt", context))
        case "sms":
            said = clients.sms(delivery.endpoint, _text("sms.txt", context))
        case _:
            mail(delivery.endpoint, context).send()
            said = ""
    save(delivery, said)


def deliver_mail(delivery: Delivery, connection: BaseEmailBackend | None) -> None:
    """The same for one mail, over a connection that is open already if one is given."""
    mail(delivery.endpoint, context_of(delivery), connection).send()
    save(delivery, "")


def mail(
    address: str, context: dict[str, Any], connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The mail with both its texts."""
    sender = formataddr((context["school"], parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    made = EmailMultiAlternatives(
        context["subject"], _text("email.txt", context), sender, [address], connection=connection
    )
    made.attach_alternative(_text("email.html", context), "text/html")
    return made


def save(delivery: Delivery, provider_id: str) -> None:
    """Write down that the provider took it."""
    delivery.state = "accepted"
    delivery.tries = 1
    delivery.provider_id = provider_id
    delivery.ended_at = timezone.now()
    delivery.save(update_fields=["state", "tries", "provider_id", "ended_at"])


def context_of(delivery: Delivery) -> dict[str, Any]:
    message = Message.objects.select_related("school", "sender_person").get(pk=delivery.message_id)
    about = RecipientAbout.objects.filter(recipient_id=delivery.recipient_id, pushed=True)
    children = [row.student.person for row in about.select_related("student__person")]
    sender = message.sender_person
    return {
        "language": message.school.language,
        "school": message.school.name,
        "subject": message.subject,
        "body": message.body,
        "sender": sender.full_name if sender else "",
        "about": ", ".join(child.full_name for child in children),
        "about_short": ", ".join(child.given_name for child in children) if len(children) > 1 else "",
    }


def _text(name: str, context: dict[str, Any]) -> str:
    with translation.override(context["language"]):
        return render_to_string(f"messages/default/{name}", context).strip()
