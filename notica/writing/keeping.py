"""Drafts kept while they are written, until they are sent or forgotten."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notica.actions import send
from notica.checking import kind_for
from notica.choices import Audience, Way
from notica.drafts import Choice, Draft
from notica.models import KeptDraft, Message
from notica.refusals import NotAllowed, Refused
from plumier.access import schools_worked_in
from plumier.models import School, User

SUBJECT_ROOM: Final = 400  # characters that a draft's subject has room for
BODY_ROOM: Final = 100_000  # characters: far more than any way carries
LATE: Final = timedelta(minutes=5)  # an hour only just past is sent at once
KEPT_FOR: Final = timedelta(days=30)


class Changed(Refused):
    """The draft was changed in another tab since this one showed it; nothing was saved."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody typed and chose on the page of a draft. `not_before` None: as soon as it is sent."""

    to: Audience
    way: Way
    subject: str = ""
    body: str = ""
    email_after: bool = False
    not_before: datetime | None = None


def begin(school: School, choice: Choice, way: Way, *, by: User, now: datetime) -> KeptDraft:
    """A new draft to students, their families or staff by id; who may write to whom is asked when it is sent."""
    return KeptDraft.objects.create(
        school=school,
        by=by,
        to=choice.to,
        way=way,
        students=sorted(choice.students),
        staff=sorted(choice.staff),
        created_at=now,
        updated_at=now,
    )


def drafts_of(user: User) -> QuerySet[KeptDraft]:
    """Those that this user is writing, as staff or to her children's teachers."""
    return KeptDraft.objects.filter(by=user, sent_as__isnull=True)


def drafts_open_to(user: User, today: date) -> QuerySet[KeptDraft]:
    """Her own drafts, sent ones too, of the schools where she still works: all that a page of the staff's may show."""
    rows = KeptDraft.objects.filter(by=user, school__in=schools_worked_in(user, today), student__isnull=True)
    return rows.select_related("school", "school__policy", "sent_as").prefetch_related("files")


def written_of(kept: KeptDraft) -> Written:
    """What a draft holds, as its page shows it."""
    return Written(
        Audience(kept.to), Way(kept.way), kept.subject, kept.body, kept.email_after, kept.not_before
    )


@transaction.atomic
def save(kept: KeptDraft, written: Written, *, seen: int | None = None, by: User, now: datetime) -> KeptDraft:
    """Keep what was typed, whatever it is: it is checked when it is sent.

    `seen` is the version that the page showed. Raises Changed where it is another by now, Refused where it was sent
    or has no room.
    """
    locked = locked_draft(kept, seen=seen, by=by)
    # No text of the database's may hold a NUL.
    body = written.body.replace("\r\n", "\n").replace("\0", "")
    clean = replace(written, subject=written.subject.replace("\0", ""), body=body)
    if len(clean.subject) > SUBJECT_ROOM or len(clean.body) > BODY_ROOM:
        raise Refused(_("El texto es demasiado largo para guardarlo. Acórtelo."))
    if (clean.to == Audience.STAFF) != (locked.to == Audience.STAFF):
        raise Refused(_("Este mensaje no se puede dirigir a otras personas. Empiece uno nuevo."))
    if clean == written_of(locked):
        return locked
    locked.to, locked.way = clean.to, clean.way
    locked.subject, locked.body = clean.subject, clean.body
    locked.email_after, locked.not_before = clean.email_after, clean.not_before
    touch(locked, now)
    locked.save()
    return locked


@transaction.atomic
def discard(kept: KeptDraft, *, by: User, now: datetime) -> None:
    """Forget a draft; its files are deleted by the clock. Twice is once. Raises Refused where it was sent."""
    if not drafts_of(by).filter(pk=kept.pk).delete()[0] and _was_sent(kept, by):
        raise Refused(_("Este mensaje ya se envió: no se puede descartar."))


def _was_sent(kept: KeptDraft, by: User) -> bool:
    return KeptDraft.objects.filter(pk=kept.pk, by=by, sent_as__isnull=False).exists()


def locked_draft(kept: KeptDraft, *, seen: int | None, by: User) -> KeptDraft:
    """The draft as it is now, held until the transaction ends. Raises Refused where it cannot be changed (any more)."""
    locked = lock(kept, by)
    if locked.sent_as_id is not None:
        raise Refused(_("Este mensaje ya se envió: no se puede cambiar."))
    check_seen(locked, seen)
    return locked


def lock(kept: KeptDraft, by: User) -> KeptDraft:
    """Her draft as it is now, sent or not, held until the transaction ends. Raises Refused."""
    rows = KeptDraft.objects.select_for_update(of=("self",)).select_related("school", "school__policy")
    locked = rows.filter(pk=kept.pk).first()
    if locked is None:
        raise Refused(_("Este borrador ya no existe: se descartó en otra ventana."))
    if locked.by_id != by.pk:
        raise NotAllowed(_("Este borrador es de otra persona."))
    return locked


def check_seen(locked: KeptDraft, seen: int | None) -> None:
    """Raises Changed where the page showed another version."""
    if seen is not None and seen != locked.version:
        raise Changed(
            _(
                "Este borrador se cambió en otra ventana. Vuelva a abrirlo: lo último que escribió aquí no se guardó."
            )
        )


def touch(locked: KeptDraft, now: datetime) -> None:
    """Note that it was changed; the caller saves it."""
    locked.version += 1
    locked.updated_at = now


def to_draft(kept: KeptDraft, *, by: User, now: datetime) -> Draft:
    """What is sent: its client key is the draft's token, so that it becomes one message.

    Only a mail shows its subject while it is written: one from before the way was changed goes out with nothing else.
    """
    return Draft(
        school=kept.school,
        kind=kind_for(kept.school, kept.to, kept.way, by=by, now=now),
        choice=Choice(Audience(kept.to), students=tuple(kept.students), staff=tuple(kept.staff)),
        way=Way(kept.way),
        client_key=kept.token,
        body=kept.body,
        subject=kept.subject if kept.way == Way.EMAIL else "",
        email_after=kept.email_after,
        files=tuple(one.kept for one in kept.files.all()),
        not_before=kept.not_before,
        undo=True,
    )


@transaction.atomic
def send_kept(kept: KeptDraft, *, seen: int | None = None, by: User, now: datetime) -> Message:
    """Send it, once: pressed again it is the same message. It can be taken back for a moment.

    Raises Refused as `notica.actions.send` does, and Changed where it is another by now than was shown.
    """
    locked = lock(kept, by)
    if locked.sent_as is not None:
        return locked.sent_as
    check_seen(locked, seen)
    check_hour(locked, now)
    message = send(to_draft(locked, by=by, now=now), by=by, now=now)
    locked.sent_as, locked.preview = message, {}
    touch(locked, now)
    locked.save()
    return message


def check_hour(kept: KeptDraft, now: datetime) -> None:
    """Raises Refused where the hour for which it is meant is past."""
    if kept.not_before is None or kept.not_before >= now - LATE:
        return
    when = date_format(kept.not_before.astimezone(ZoneInfo(kept.school.time_zone)), "DATETIME_FORMAT")
    raise Refused(_("El %(when)s ya ha pasado. Indique una hora futura.") % {"when": when})
