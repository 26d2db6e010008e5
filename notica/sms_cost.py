"""How many SMS a message is charged as, and what they cost where a school says its provider's price.

Of each recipient's first SMS: one that goes on to a second phone, or is tried again, is charged again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from channels_app.sms.segments import segments
from notica.choices import Outcome, Way
from notica.models import Message, Recipient
from notica.rendering import Renderer
from notica.writing.filling import filled_body, placeholders_of
from plumier.models import Currency, SchoolPolicy
from plumier.money import money, number_words

# Nothing went out to these, or nothing more will.
FREE: Final = (Outcome.NO_CHANNEL, Outcome.EXCLUDED, Outcome.CANCELLED, Outcome.EXPIRED)
_UNBROKEN: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class SmsCost:
    """`each` are the messages that one recipient's text is charged as, the most where texts differ; `price` is of all
    of them, if it is known. `total` says how many messages they are together where texts differ."""

    each: int
    recipients: int
    price: Decimal | None = None
    currency: str = Currency.EURO
    total: int | None = None

    @property
    def messages(self) -> int:
        """Of all recipients together."""
        return self.each * self.recipients if self.total is None else self.total


def cost_of(text: str, recipients: int, policy: SchoolPolicy) -> SmsCost:
    """What a text costs a school that sends it to so many."""
    each = segments(text)
    price = None if policy.sms_price is None else policy.sms_price * each * recipients
    return SmsCost(each, recipients, price, policy.sms_currency)


def cost_of_all(counted: Mapping[int, int], policy: SchoolPolicy) -> SmsCost:
    """What it costs where texts differ: how many recipients' text is charged as how many messages."""
    total = sum(each * recipients for each, recipients in counted.items())
    price = None if policy.sms_price is None else policy.sms_price * total
    return SmsCost(max(counted, default=1), sum(counted.values()), price, policy.sms_currency, total)


def cost_words(cost: SmsCost) -> str:
    """In the language in force: «120 SMS · 8,40 €»."""
    parts = [_("%(number)s SMS") % {"number": number_words(Decimal(cost.messages), 0)}]
    if cost.each > 1:
        parts.append(_("%(number)s por destinatario") % {"number": cost.each})
    if cost.price is not None:
        parts.append(money(cost.price, cost.currency))
    return " · ".join(part.replace(" ", _UNBROKEN) for part in parts)


def sms_words(message: Message, totals: Mapping[str, int]) -> str:
    """What the SMS of a send cost, by how many recipients came to each outcome; empty for one that sends none.

    By the text without children's names, which only families of several get; where it has places, by the text of its
    first recipient. The school's `policy` is looked at.
    """
    recipients = sum(number for outcome, number in totals.items() if outcome not in FREE)
    if message.way != Way.SMS or not recipients:
        return ""
    text = _example(message) or Renderer().content(message, "sms", message.school.language, ()).text
    return cost_words(cost_of(text, recipients, message.school.policy))


def _example(message: Message) -> str:
    if not placeholders_of(message):
        return ""
    first = Recipient.objects.filter(message=message).exclude(outcome__in=FREE).order_by("pk").first()
    return filled_body(message, first) if first else ""
