"""What the page of one send shows, whole or as the fragment that keeps it up to date."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from notica.choices import MessageState, Outcome
from notica.kinds import KINDS
from notica.marks import legend, message_mark
from notica.models import Message
from notica.pauses import pause_words
from notica.phases import Phase, leaves_at, pace, pace_of_page, phase_of, seconds_left
from notica.progress import totals
from notica.result_page import Wanted, actions_on, cards, recipients_page, sender_words, title_of
from notica.routing import quiet_hours_of
from notica.sms_cost import sms_words
from notica.writing.filling import placeholders_of
from notica.writing.reopening import sent_draft
from plumier.models import User

_TRIED: Final = (Outcome.REACHED, Outcome.UNCONFIRMED, Outcome.FAILED, Outcome.EXPIRED)
QUARTER: Final = 25  # per cent: how often a reader who does not see is told how far it is


def send_context(message: Message, wanted: Wanted, after: int, now: datetime, user: User) -> dict[str, Any]:
    """Everything, in the language and the zone in force. The same queries for one recipient and for many."""
    zone, phase = ZoneInfo(message.school.time_zone), phase_of(message, now)
    numbers = totals(message.pk)
    recipients = sum(numbers.values())
    done = recipients - numbers.get(Outcome.OPEN, 0)
    return {
        "message": message,
        "title": title_of(message),
        "has_places": bool(placeholders_of(message)),
        "own_texts": KINDS[message.kind].own_texts,
        "sender": sender_words(message),
        "mark": message_mark(MessageState.QUEUED if phase == Phase.HELD else message.state),
        "phase": phase,
        "seconds_left": seconds_left(message, now) if phase == Phase.HELD else 0,
        "wanted": wanted,
        "cards": cards(numbers, wanted.outcome),
        "recipients": recipients,
        "done": done,
        "told": told_step(done, recipients, phase),
        "sms": sms_words(message, numbers),
        "pauses": pause_words(message, now, zone) if phase in (Phase.SENDING, Phase.ENDING) else [],
        "page": recipients_page(message, wanted, after, now),
        "legend": legend(),
        "rewritable": message.state == MessageState.CANCELLED and sent_draft(message, user) is not None,
        "begun": any(numbers.get(outcome) for outcome in _TRIED),
        **_when(message, phase, now, zone),
        **actions_on(message, numbers, user, now),
    }


def _when(message: Message, phase: Phase, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """When it goes out or goes on, where not now, and when the page is worth asking for again."""
    goes_on = quiet_until(message, phase, now)
    waits = goes_on is not None or phase == Phase.SCHEDULED
    return {
        "leaves": leaves_at(goes_on or message.not_before, now, zone) if waits else "",
        "is_quiet": goes_on is not None,
        "pace": pace(message, now, goes_on),
        "pace_of_page": pace_of_page(message, now, goes_on),
    }


def quiet_until(message: Message, phase: Phase, now: datetime) -> datetime | None:
    """When it first goes out, or goes on, where the school is not to be heard then; None where it may be."""
    if (
        phase not in (Phase.HELD, Phase.SCHEDULED, Phase.PREPARING, Phase.SENDING)
        or not KINDS[message.kind].quiet
    ):
        return None
    planned = max(message.not_before, now)
    allowed = quiet_hours_of(message.school, message.school.policy).next_allowed(planned)
    return allowed if allowed > planned else None


def told_step(done: int, recipients: int, phase: Phase) -> str:
    """How far it is, in steps that are worth being read out: the phase, and of one under way the last full quarter."""
    if phase != Phase.SENDING or not recipients:
        return str(phase)
    return f"{phase}-{done * 100 // recipients // QUARTER * QUARTER}"


def told_words(context: dict[str, Any]) -> str:
    """What is read out when that step is reached."""
    phase = context["phase"]
    if phase == Phase.ENDED:
        return _("El envío ha terminado.") if context["message"].finished_at else str(context["mark"].word)
    if phase == Phase.SENDING:
        return _("Van %(done)d de %(recipients)d destinatarios.") % {
            "done": context["done"],
            "recipients": context["recipients"],
        }
    return ""
