"""Why a send that runs does not move: accounts that rest or are cut off, in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from channels_app.models import ChannelAccount
from notica.choices import OPEN_STATES, channel_word
from notica.models import Delivery, Message


def pause_words(message: Message, now: datetime, zone: ZoneInfo) -> list[str]:
    """A sentence for each account at rest for which something of this send waits. One query."""
    at_rest = Q(paused_until__gt=now) | Q(circuit_open_until__isnull=False)
    waiting = Delivery.objects.filter(message_id=message.pk, account_id=OuterRef("pk"), state__in=OPEN_STATES)
    accounts = ChannelAccount.objects.filter(at_rest, owner__in=("", message.school.code))
    return [_words(one, now, zone) for one in accounts.filter(Exists(waiting)).order_by("channel", "owner")]


def _words(account: ChannelAccount, now: datetime, zone: ZoneInfo) -> str:
    channel = channel_word(account.channel)
    if account.circuit_open_until is None:
        assert account.paused_until is not None
        return _("%(channel)s está en pausa: se reanuda solo a las %(hour)s.") % {
            "channel": channel,
            "hour": _hour(account.paused_until, zone),
        }
    if account.circuit_open_until <= now:
        return _("%(channel)s no funciona ahora: lo que espera sale solo cuando vuelva.") % {
            "channel": channel
        }
    return _(
        "%(channel)s no funciona ahora: se prueba de nuevo a las %(hour)s, y lo que espera sale solo."
    ) % {
        "channel": channel,
        "hour": _hour(account.circuit_open_until, zone),
    }


def _hour(moment: datetime, zone: ZoneInfo) -> str:
    return date_format(moment.astimezone(zone), "G:i")
