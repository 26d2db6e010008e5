"""What becomes of a chat and of the rows that sends use. Each is called with the bot's lock held (`handling`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from channels_app.models import Activation, ActivationState, Strike, Suppression
from notica.linking.holders import Holder, is_one
from notica.models import BotChat, LeftPhone
from plumier.history import acting
from plumier.models import Person

# The numbers of a bot's updates go up; after a week without any they begin anew somewhere.
NUMBERS_HOLD: Final = timedelta(days=7)
REGISTER_PACE: Final = timedelta(minutes=1)  # between two changes of the register by one chat


class Letters(Enum):
    """In which language the school writes after a chat chose one."""

    NOBODYS = "nobodys"  # nobody has the phone
    THIS = "this"
    EACH_HER_OWN = "each"  # several share the phone: nobody knows who has chosen
    AS_BEFORE = "before"  # the register could not be changed now


def is_overtaken(row: BotChat, at: datetime, number: int) -> bool:
    """Whether a shared phone is older than another one of this chat's, or than its «baja»."""
    if row.shared_at is not None and at < row.shared_at:
        return True
    if row.left_at is None:
        return False
    return at < row.left_at or (number < row.left_update and at - row.left_at < NUMBERS_HOLD)


def is_taken(row: BotChat, phone: str, at: datetime) -> bool:
    """Whether another chat of the same bot has shared this phone later."""
    others = BotChat.objects.filter(account=row.account_id, phone=phone, shared_at__gt=at)
    return others.exclude(pk=row.pk).exists()


def link(row: BotChat, phone: str, holders: Iterable[Holder], *, at: datetime, now: datetime) -> None:
    """From now on what is for this phone goes to this chat and to no other of the bot's."""
    others = BotChat.objects.filter(account=row.account_id, phone=phone).exclude(pk=row.pk)
    others.update(phone="", persons=[])
    blocked = row.blocked and row.judged_at is not None and row.judged_at > at
    state = ActivationState.BLOCKED if blocked else ActivationState.LINKED
    Activation.objects.update_or_create(
        account_id=row.account_id,
        address=phone,
        defaults={"endpoint": row.chat, "state": state, "checked_at": now},
    )
    for told in (Suppression, Strike):
        told.objects.filter(account=row.account_id, address=phone).delete()
    LeftPhone.objects.filter(account=row.account_id, phone=phone).delete()
    row.phone, row.persons = phone, sorted({one.person_id for one in holders})
    row.blocked, row.left_at, row.left_update = blocked, None, 0


def unlink(row: BotChat, why: str, *, now: datetime) -> None:
    """Nothing goes to this chat any more; for its phone `why` (LEFT, MOVED) is told until it is linked anew."""
    _own(row).update(state=ActivationState.INACTIVE, endpoint="", checked_at=now)
    Suppression.objects.update_or_create(
        account_id=row.account_id, address=row.phone, defaults={"reason": why, "since": now}
    )
    LeftPhone.objects.update_or_create(
        account_id=row.account_id, phone=row.phone, defaults={"persons": row.persons}
    )
    row.phone, row.persons = "", []


def judge(row: BotChat, *, member: bool, at: datetime, number: int, now: datetime) -> bool:
    """Note whether the bot may write to the chat; False for what something later has overtaken.

    Who has left by «baja» or was never linked is not linked by it.
    """
    if row.judged_at is not None and (at, number) < (row.judged_at, row.judged_update):
        return False
    row.blocked, row.judged_at, row.judged_update = not member, at, number
    if row.phone:
        state = ActivationState.LINKED if member else ActivationState.BLOCKED
        _own(row).update(state=state, checked_at=now)
    return True


def note_life(row: BotChat, *, at: datetime, number: int, now: datetime) -> None:
    """Whoever writes to the bot has not blocked it, whatever was known before."""
    if row.blocked:
        judge(row, member=True, at=at, number=number, now=now)
    elif row.phone:
        stopped = _own(row).filter(state=ActivationState.BLOCKED, checked_at__lte=at)
        stopped.update(state=ActivationState.LINKED, checked_at=now)


def set_language(row: BotChat, language: str, holders: Sequence[Holder], *, now: datetime) -> Letters:
    """The chat's language; and hers in the register, if the phone is on record for one person alone.

    The register is not changed for each press of somebody who plays with the buttons: what rests on it is read anew.
    """
    row.language = language
    if not holders:
        return Letters.NOBODYS
    if not is_one(holders):
        return Letters.EACH_HER_OWN
    people = Person.objects.filter(pk__in={one.person_id for one in holders}).exclude(language=language)
    if not people.exists():
        return Letters.THIS
    if row.register_at is not None and now - row.register_at < REGISTER_PACE:
        return Letters.AS_BEFORE
    if not _write_language(people, language):
        return Letters.AS_BEFORE
    row.register_at = now
    return Letters.THIS


def _write_language(people: QuerySet[Person], language: str) -> bool:
    """Whether nobody else held the rows: whoever waits for one here has all who talk to the bot wait."""
    try:
        with transaction.atomic():
            free = [person.pk for person in people.select_for_update(nowait=True)]
            with acting(None, "telegram_language"):
                Person.objects.filter(pk__in=free).update(language=language)
    except OperationalError:
        return False
    return True


def _own(row: BotChat) -> QuerySet[Activation]:
    return Activation.objects.filter(account=row.account_id, address=row.phone, endpoint=row.chat)
