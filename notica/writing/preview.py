"""«Quién lo va a recibir»: who gets a draft, how, when, and who does not and why (requirement C6).

Up to so many recipients it is worked out where it is asked for and remembered with the draft; for more a job does it.
Memory does not grow with their number.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from notica.actions import AT_ONCE, compose
from notica.audience import CHUNK, Scope, count_units
from notica.checking import check_hours
from notica.choices import Way
from notica.drafts import Draft
from notica.models import KeptDraft, Message
from notica.preparing import Context, context_of, prepare
from notica.refusals import InOfficeHours, Refused
from notica.writing.filling import placeholders_of
from notica.writing.keeping import check_hour, to_draft
from notica.writing.preview_numbers import Numbers
from notica.writing.preview_words import ChannelTotal, Leaving, Missed, ReasonTotal, Words, leaving
from plumier.clock import day_in
from plumier.models import SchoolPolicy, User
from plumier.wakeups import wake_later

IN_REQUEST: Final = 1000  # recipients; more are for a job
FRESH: Final = timedelta(minutes=5)  # chats are linked and addresses die without the register's knowing
ASK_AGAIN: Final = timedelta(seconds=30)  # after which a job that has not answered is asked for once more
JOB: Final = "notica.writing.preview_jobs.work"
_ANY_TEXT: Final = "·"  # stands for a text that is not written yet: who gets it does not hang on it
READY, CALCULATING, REFUSED = "ready", "calculating", "refused"

_COUNTED_AS: Final = 2  # grows with what is counted: what was counted otherwise does not hold
VERSION: Final = "SELECT coalesce(sum(number), 0) FROM plumier_registerchange WHERE school_id = %s"


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page of a draft says before it is sent.

    `problem` says why nobody can be written to so (state `refused`); `text_problem` what still keeps it from being
    sent, `office` why it leaves when the office closes and not before. `reached` have something to try, who are so many
    `homes` as people count them; `only_notica` of the missed have the copy in Notica all the same.
    """

    state: str
    problem: str = ""
    text_problem: str = ""
    recipients: int = 0
    reached: int = 0
    homes: int = 0
    missed: int = 0
    only_notica: int = 0
    channels: tuple[ChannelTotal, ...] = ()
    reasons: tuple[ReasonTotal, ...] = ()
    first_missed: tuple[Missed, ...] = ()
    leaving: Leaving | None = None
    sms: str = ""
    straight_to_mail: bool = False
    example: str = ""
    needs_review: bool = False
    office: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """A draft as the message that it would become, what still keeps it from being sent, and the key of its preview.

    `office` says why it cannot leave before the office closes: it is looked at as it would leave then (C10).
    """

    message: Message
    text_problem: str
    context: Context
    scope: Scope
    key: str
    office: str = ""


def summary_of(kept: KeptDraft, *, by: User, now: datetime) -> Summary:
    """Who would get it now. Asks for the job where there are too many to look at at once."""
    fresh: Numbers | None = None
    try:
        with looked_at(kept, by=by, now=now) as look:
            numbers = remembered(kept, look.key, now)
            if numbers is None and count_units(look.scope, IN_REQUEST + 1) <= IN_REQUEST:
                numbers = fresh = counted(look, now)
            known = _known(look, now)
    except Refused as refusal:
        return Summary(REFUSED, problem=str(refusal))
    if numbers is None:
        _ask(kept, look.key, now)
        return Summary(CALCULATING, needs_review=True, **known)
    if fresh is not None:
        remember(kept, look.key, fresh, now)
    words = Words(look.message)
    return Summary(
        READY,
        recipients=numbers.recipients,
        reached=numbers.reached,
        homes=numbers.homes,
        missed=numbers.recipients - numbers.reached,
        only_notica=numbers.only_notica,
        channels=words.channels(numbers),
        reasons=words.reasons(numbers),
        first_missed=words.missed(numbers.missed),
        sms="" if look.text_problem else words.sms(numbers, kept.school.policy),
        example=numbers.example,
        needs_review=look.message.way == Way.SMS or numbers.recipients > AT_ONCE,
        **known,
    )


def _known(look: Look, now: datetime) -> dict[str, Any]:
    """What is said without counting."""
    return {
        "text_problem": look.text_problem,
        "office": look.office,
        "leaving": leaving(look.context, now),
        "straight_to_mail": bool(look.message.params.get("straight_to_mail")),
    }


@contextmanager
def looked_at(kept: KeptDraft, *, by: User, now: datetime) -> Iterator[Look]:
    """Look at a draft as it would be sent now, and leave nothing behind.

    Raises Refused where these people may not be written to so, whatever the text.
    """
    with transaction.atomic():
        try:
            draft, office = _in_time(to_draft(kept, by=by, now=now), kept.school.policy, by, now)
            message, problem = _composed(kept, draft, by, now)
            scope, context = Scope(message, day_in(kept.school, now)), context_of(message)
            yield Look(message, problem, context, scope, _key(message, scope, context), office)
        finally:
            transaction.set_rollback(True)


def _in_time(draft: Draft, policy: SchoolPolicy, by: User, now: datetime) -> tuple[Draft, str]:
    """The draft for when it may leave, and why not now."""
    try:
        check_hours(draft, policy, by=by, now=now)
    except InOfficeHours as refusal:
        return replace(draft, not_before=refusal.until), str(refusal)
    return draft, ""


def _composed(kept: KeptDraft, draft: Draft, by: User, now: datetime) -> tuple[Message, str]:
    """The message, and what keeps it from being sent; with any text where its own cannot be sent yet."""
    problem = ""
    try:
        check_hour(kept, now)
        with transaction.atomic():
            return compose(draft, by=by, now=now), ""
    except Refused as refusal:
        problem = str(refusal)
    files = draft.files if draft.way == Way.EMAIL else ()
    return compose(replace(draft, body=_ANY_TEXT, subject="", files=files), by=by, now=now), problem


def _key(message: Message, scope: Scope, context: Context) -> str:
    """The same for the same people and way, and the same register: then the numbers hold."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION, [message.school_id])
        version = cursor.fetchone()[0]
    text = message.body if message.way == Way.SMS or placeholders_of(message) else ""
    parts = [
        int(version),
        scope.today.isoformat(),
        message.to,
        message.way,
        message.audience,
        message.email_after,
        message.params,
        text,
        [message.kind, context.route.sms_after, context.route.no_sms],
        _COUNTED_AS,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def counted(look: Look, now: datetime) -> Numbers:
    """Everybody, chunk by chunk."""
    numbers = Numbers()
    for chunk in prepare(look.context, now, CHUNK):
        numbers.add(look.message, chunk)
    return numbers


def remembered(kept: KeptDraft, key: str, now: datetime) -> Numbers | None:
    """The numbers that were counted for this key a short while ago."""
    found = kept.preview
    if found.get("key") != key or "numbers" not in found:
        return None
    is_old = datetime.fromisoformat(found["at"]) < now - FRESH
    return None if is_old else Numbers.from_json(found["numbers"])


def remember(kept: KeptDraft, key: str, numbers: Numbers, now: datetime) -> None:
    """Keep them with the draft, which is not changed by that."""
    _keep(kept, {"key": key, "at": now.isoformat(), "numbers": numbers.as_json()})


def _ask(kept: KeptDraft, key: str, now: datetime) -> None:
    """Ask for the job, unless it was asked a moment ago for the same."""
    found = kept.preview
    asked = found.get("at") if found.get("key") == key and "numbers" not in found else None
    if asked is None or datetime.fromisoformat(asked) < now - ASK_AGAIN:
        _keep(kept, {"key": key, "at": now.isoformat()})
        wake_later(JOB, kept.pk)


def _keep(kept: KeptDraft, preview: dict[str, Any]) -> None:
    KeptDraft.objects.filter(pk=kept.pk, sent_as__isnull=True).update(preview=preview)
    kept.preview = preview
