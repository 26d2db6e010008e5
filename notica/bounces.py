"""Mails that came back: read from their mailboxes, applied as late facts of their sends (requirement B2).

A mail is marked as read after its facts are committed, and its facts have a name of their own: a reading that breaks
off is begun again and changes nothing twice. No mail stops another, and no mailbox.

Every mail that we send shows its signed return path to whoever has it, for ever. So a bounce is believed only while its
send is young: no mail server keeps a mail longer in its queue.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from itertools import islice
from typing import Final, Self

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.db.models.functions import Coalesce
from redis.exceptions import RedisError
from rq.timeouts import JobTimeoutException

from channels_app.email.bounces import Bounce, NoNews, read_mail, receipt_of
from channels_app.email.channel import EmailChannel
from channels_app.email.mailbox import Mail, Mailbox, MailboxAway
from channels_app.email.mailboxes import configured, mailbox_at
from channels_app.receipts import Receipt, Unreadable
from notica import late_facts
from notica.database import AWAY, alone_at
from notica.models import Delivery
from plumier.clock import database_now
from plumier.wakeups import wake

logger = logging.getLogger(__name__)
JOB: Final = "notica.bounces.read"
LOCK_CLASS: Final = 7003  # of advisory locks
BATCH: Final = 500  # mails whose facts are committed together
BELIEVED: Final = timedelta(days=7)  # after the last try; mail servers give up after five days at most
EVERY: Final = 60  # seconds between two wake-ups at least
_WAITS_AT_MOST: Final = 600  # seconds that a job may wait in its queue before another is added
_WOKEN, _WAITING = "notica.bounces.woken", "notica.bounces.waiting"


@dataclass(slots=True)
class Reading:
    """What one reading found, in mails; `old` came too late to be believed; `away` counts mailboxes not read."""

    told: int = 0
    nothing: int = 0
    old: int = 0
    unsigned: int = 0
    unreadable: int = 0
    away: int = 0

    def __iadd__(self, other: "Reading") -> Self:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self


def wake_reading() -> None:
    """The clock: ask for a reading if there is a mailbox, at most once a minute, and with one job waiting."""
    if not configured(settings.CHANNEL_ENVIRONMENT):
        return
    try:
        if cache.add(_WOKEN, 1, EVERY) and cache.add(_WAITING, 1, _WAITS_AT_MOST):
            wake(JOB)
    except RedisError as error:
        logger.warning("no wake-up for %s: %s; the clock asks again", JOB, type(error).__name__)


def read() -> Reading | None:
    """Job: read every mailbox; None if another process is at it."""
    try:
        cache.delete(_WAITING)
    except RedisError as error:
        logger.warning("the next wake-up for %s may be late: %s", JOB, type(error).__name__)
    with alone_at(LOCK_CLASS) as alone:
        if not alone:
            return None
        found = Reading()
        for name, value in configured(settings.CHANNEL_ENVIRONMENT).items():
            found += _read_one(name, value)
    return found


def _read_one(name: str, value: str) -> Reading:
    found = Reading()
    try:
        with mailbox_at(value) as mailbox:
            mails = mailbox.unread()
            while _read_batch(mailbox, mails, found):
                pass
    except MailboxAway as error:
        logger.warning("the mailbox of %s cannot be read: %s", name, error)
        found.away = 1
    except ValueError:
        logger.warning("%s names no mailbox", name)
        found.away = 1
    except (*AWAY, JobTimeoutException):
        raise
    except Exception:
        logger.exception("reading the mailbox of %s broke off", name)
        found.away = 1
    if found.unsigned or found.unreadable or found.old:
        logger.warning(
            "%s: %s mails without our mark, %s too old, %s unreadable",
            name,
            found.unsigned,
            found.old,
            found.unreadable,
        )
    return found


def _read_batch(mailbox: Mailbox, mails: Iterator[Mail], found: Reading) -> bool:
    """Read some, commit what they tell, then mark them; whether there were any."""
    bounces: dict[str, Bounce] = {}
    done: list[str] = []
    broken: list[str] = []
    for mail in islice(mails, BATCH):
        told = _told(mail)
        if isinstance(told, Bounce):
            bounces[mail.key] = told
        elif told is None:
            broken.append(mail.key)
        else:
            done.append(mail.key)
            found.nothing += told is NoNews.NOTHING
            found.unsigned += told is NoNews.UNSIGNED
    receipts = _receipts(bounces)
    refused = _commit(receipts)
    broken += refused
    found.told += len(receipts) - len(refused)
    found.old += len(bounces) - len(receipts)
    found.unreadable += len(broken)
    mailbox.mark_read([*done, *(key for key in bounces if key not in refused)])
    if broken:
        mailbox.set_aside(broken)
    return bool(bounces or done or broken)


def _told(mail: Mail) -> Bounce | NoNews | None:
    """None if it cannot be read. Of what it stumbles over only the kind is logged: a mail is full of addresses."""
    try:
        return read_mail(mail.data)
    except Unreadable:
        return None
    except JobTimeoutException:  # the reading's own time is over: this mail is no worse than the others
        raise
    except Exception as error:  # noqa: BLE001 - somebody's mail is no reason to leave the others lying
        logger.warning("a mail that came back cannot be read: %s", type(error).__name__)
        return None


def _commit(receipts: dict[str, Receipt]) -> set[str]:
    """Store and apply what they tell; the keys of those that the database takes in no way."""
    if not receipts:
        return set()
    try:
        late_facts.take(EmailChannel.name, list(receipts.values()))
    except AWAY:
        raise
    except DatabaseError:
        return {key for key, receipt in receipts.items() if not _is_taken(receipt)}
    return set()


def _is_taken(receipt: Receipt) -> bool:
    try:
        late_facts.take(EmailChannel.name, [receipt])
    except AWAY:
        raise
    except DatabaseError as error:
        logger.warning("a mail that came back cannot be stored: %s", type(error).__name__)
        return False
    return True


def _receipts(bounces: dict[str, Bounce]) -> dict[str, Receipt]:
    """What is to be believed, by the mail's key."""
    if not bounces:
        return {}
    sends = _sends({bounce.delivery_id for bounce in bounces.values()})
    unknown = ("", True)
    return {
        key: receipt_of(one, address)
        for key, one in bounces.items()
        for address, is_young in (sends.get(one.delivery_id, unknown),)
        if is_young
    }


def _sends(deliveries: set[int]) -> dict[int, tuple[str, bool]]:
    """Whom each of these was written to by e-mail, and whether lately; another channel's had no return path."""
    rows = Delivery.objects.filter(pk__in=deliveries, channel=EmailChannel.name)
    since = database_now() - BELIEVED
    tried = rows.annotate(tried_at=Coalesce("claimed_at", "ended_at")).values_list(
        "pk", "address", "tried_at"
    )
    return {pk: (address, at is not None and at >= since) for pk, address, at in tried}
