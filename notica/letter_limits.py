"""How much one person may write to the teachers of a school: enough for a family, too little to flood anybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.choices import Way
from notica.kinds import LENGTHS, TO_TEACHER
from notica.models import Message
from notica.refusals import Refused
from plumier.models import School, User

LETTER_LENGTH: Final = LENGTHS[Way.TELEGRAM_TOKAPP]  # characters, as many as its answer may have
MOST_TEACHERS: Final = 20  # at once: more than any student has in a year of school


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many letters within a time, counted back from any moment."""

    most: int
    within: timedelta


HOURLY: Final = Limit(10, timedelta(hours=1))
DAILY: Final = Limit(30, timedelta(hours=24))


class TooMany(Refused):
    """She has written so much that she has to wait; the sentence says until when."""


def check_length(text: str) -> None:
    """Raise Refused where the text is longer than a letter may be."""
    over = len(text.strip()) - LETTER_LENGTH
    if over <= 0:
        return
    words = ngettext(
        "El texto tiene %(over)d carácter de más: caben %(most)d.",
        "El texto tiene %(over)d caracteres de más: caben %(most)d.",
        over,
    )
    raise Refused(words % {"over": over, "most": LETTER_LENGTH})


def check_limits(school: School, teachers: int, *, by: User, now: datetime) -> None:
    """Raise Refused where these are too many at once, TooMany where she has written too often.

    Whoever asks and then writes does both in one transaction: her other letters wait meanwhile.
    """
    if teachers > MOST_TEACHERS:
        raise Refused(
            _("Puede escribir a %(most)d profesores a la vez como mucho. Quite alguno.")
            % {"most": MOST_TEACHERS}
        )
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    hers = Message.objects.filter(sender=by, school=school, kind=TO_TEACHER)
    sent = list(
        hers.filter(created_at__gt=now - DAILY.within)
        .order_by("-created_at")
        .values_list("created_at", flat=True)[: DAILY.most]
    )
    free = [at for limit in (HOURLY, DAILY) if (at := _free_at(sent, limit, now))]
    if free:
        raise TooMany(_too_many(max(free), school, now))


def _free_at(sent: list[datetime], limit: Limit, now: datetime) -> datetime | None:
    """When the oldest of the newest `most` will be out of the limit's time; None where there is room now.

    `sent` are the moments of her letters, the newest first.
    """
    if len(sent) < limit.most:
        return None
    free = sent[limit.most - 1] + limit.within
    return free if free > now else None


def _too_many(free: datetime, school: School, now: datetime) -> str:
    zone = ZoneInfo(school.time_zone)
    local = (free + timedelta(seconds=59)).astimezone(zone)  # said in whole minutes, and true then
    if local.date() == now.astimezone(zone).date():
        words = _("Ha escrito mucho en poco tiempo. Podrá enviar este mensaje a partir de las %(hour)s.")
        return words % {"hour": date_format(local, "TIME_FORMAT")}
    words = _("Ha escrito mucho en poco tiempo. Podrá enviar este mensaje a partir del %(when)s.")
    return words % {"when": date_format(local, "DATETIME_FORMAT")}
