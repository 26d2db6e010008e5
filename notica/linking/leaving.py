"""A phone taken off a bot from its owner's account, as «baja» in the chat does."""

from datetime import datetime

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from channels_app.models import Activation, ActivationState, Suppression
from channels_app.telegram.errors import LEFT
from notica.linking import effects
from notica.linking.bots import Bot, bot_with
from notica.linking.handling import alone
from notica.linking.holders import holders_of, mobiles_of
from notica.models import BotChat, LeftPhone
from plumier.models import Person, User
from plumier.refusals import Refused


def leave(account_id: int, phone: str, *, by: User, now: datetime) -> None:
    """Nothing more goes to the chat of this phone until it is shared anew. Doing it twice changes nothing.

    Raises Refused where the phone is not on record as hers, and where it is somebody else's too: only who holds the
    phone may then say so, in the chat.
    """
    bot = bot_with(account_id)
    if bot is None or phone not in mobiles_of(by.pk, bot):
        raise Refused(_("Ese teléfono no es suyo."))
    if any(one.user_id != by.pk for one in holders_of(bot, phone, now)):
        raise Refused(
            _(
                "Ese teléfono es también de otra persona: quien lo tiene puede desconectarlo en el chat, con /baja."
            )
        )
    try:
        with transaction.atomic():
            _leave(bot, phone, by=by, now=now)
    except OperationalError as error:
        raise Refused(_("Ahora no se ha podido. Vuelva a intentarlo en un momento.")) from error


def _leave(bot: Bot, phone: str, *, by: User, now: datetime) -> None:
    alone(bot)
    row = BotChat.objects.filter(account=bot.account_id, phone=phone).first()
    if row is not None:
        effects.unlink(row, LEFT, now=now)
        row.left_at = now
        row.save()
        return
    linked = Activation.objects.filter(account=bot.account_id, address=phone, state=ActivationState.LINKED)
    if not linked.update(state=ActivationState.INACTIVE, endpoint="", checked_at=now):
        return
    Suppression.objects.update_or_create(
        account_id=bot.account_id, address=phone, defaults={"reason": LEFT, "since": now}
    )
    persons = list(Person.objects.filter(user=by, contacts__value=phone).values_list("pk", flat=True))
    LeftPhone.objects.update_or_create(
        account_id=bot.account_id, phone=phone, defaults={"persons": sorted(persons)}
    )
