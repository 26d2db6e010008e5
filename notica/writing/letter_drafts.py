"""A family's letter to teachers while it is written: kept like every draft, in Mirador only (requirements D1, D2)."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from notica.choices import Audience, Way
from notica.files import KeptFile
from notica.letter_limits import MOST_TEACHERS
from notica.models import KeptDraft, KeptDraftFile, Message, Recipient
from notica.models.messages import new_token
from notica.refusals import NotAllowed, Refused
from notica.threads import Letter, way_to_teachers, write_back, write_to_teachers
from notica.writing.keeping import Written, check_seen, lock, locked_draft, save, touch, written_of
from plumier.access import family_person, teachers_of
from plumier.clock import day_in
from plumier.family_access import students_read_by
from plumier.models import Person, Student, User

MOST_UNSENT: Final = 20
_UNTOUCHED: Final = timedelta(hours=1)
_TOKEN: Final = re.compile(r"[\w-]{16,32}", re.ASCII)


@transaction.atomic
def begin_letter(student: Student, teachers: Collection[int], *, by: User, now: datetime) -> KeptDraft:
    """A new letter about a student to those of these persons (ids) who teach her.

    Raises NotAllowed where `by` does not speak for the student, Refused where none of them teaches her.
    """
    today = day_in(student.school, now)
    if family_person(by, student, today) is None:
        raise NotAllowed(_("Solo puede escribir a los profesores de sus hijos."))
    known = teachers_of(student, today).filter(pk__in=teachers).distinct().values_list("pk", flat=True)
    chosen = sorted(known)
    if not chosen:
        raise Refused(_("Elija al menos un profesor."))
    if len(chosen) > MOST_TEACHERS:
        raise Refused(
            _("Puede escribir a %(most)d profesores a la vez como mucho. Quite alguno.")
            % {"most": MOST_TEACHERS}
        )
    _make_room(by, now)
    return KeptDraft.objects.create(**_fields(student, chosen, now), by=by)


def _make_room(by: User, now: datetime) -> None:
    """Forget letters in which nothing was written; what is written is not, so there may be only so many."""
    hers = KeptDraft.objects.filter(
        by=by, student__isnull=False, sent_as__isnull=True, in_reply_to__isnull=True
    )
    files = Exists(KeptDraftFile.objects.filter(draft=OuterRef("pk")))
    hers.filter(~files, body="", subject="", updated_at__lt=now - _UNTOUCHED).delete()
    if hers.count() >= MOST_UNSENT:
        raise Refused(
            _("Tiene demasiados mensajes sin enviar. Envíe o descarte alguno antes de empezar otro.")
        )


@transaction.atomic
def draft_in(began: Message, token: str, *, by: User, now: datetime) -> KeptDraft:
    """What she is writing on in a thread that she began: the draft of this token, else the open one, else a new one.

    The token is her page's, so that a form that is sent twice is one letter. Raises NotAllowed where the thread is not
    hers.
    """
    writer, student = began.sender_person, began.student
    if student is None or writer is None or writer.user_id != by.pk or began.in_reply_to_id is not None:
        raise NotAllowed(_("Solo puede seguir una conversación que empezó usted."))
    Message.objects.select_for_update(no_key=True).only("pk").get(pk=began.pk)  # one request at a time
    drafts = KeptDraft.objects.filter(by=by, in_reply_to=began)
    is_one = _TOKEN.fullmatch(token) is not None
    named = drafts.filter(token=token).first() if is_one else None
    if known := named or drafts.filter(sent_as__isnull=True).first():
        return known
    free = is_one and not KeptDraft.objects.filter(token=token).exists()
    with_whom = Recipient.objects.filter(message=began, person__isnull=False).order_by("person")
    fields = _fields(student, with_whom.values_list("person", flat=True), now)
    return KeptDraft.objects.create(**fields, by=by, in_reply_to=began, token=token if free else new_token())


@transaction.atomic
def keep_in_thread(began: Message, written: Written, *, by: User, now: datetime) -> KeptDraft:
    """Keep what was typed for a thread, after what she is writing there already. Raises as `draft_in` and `save` do."""
    draft = draft_in(began, "", by=by, now=now)
    before = written_of(draft)
    body = "\n\n".join(text for text in (before.body, written.body) if text)
    return save(draft, replace(before, body=body), by=by, now=now)


def _fields(student: Student, teachers: Iterable[int | None], now: datetime) -> dict[str, Any]:
    return {
        "school": student.school,
        "student": student,
        "to": Audience.STAFF,
        "way": way_to_teachers(student.school),
        "staff": list(teachers),
        "created_at": now,
        "updated_at": now,
    }


def letters_open_to(user: User, today: date) -> QuerySet[KeptDraft]:
    """Her own letters, sent ones too, about those of whom she still reads: all that a page of Mirador may show."""
    rows = KeptDraft.objects.filter(by=user, student__in=students_read_by(user, today))
    return rows.select_related("school", "school__policy", "student__person", "sent_as", "in_reply_to")


def unsent_letters(user: User, student: Student) -> QuerySet[KeptDraft]:
    """Those about a student, in which something stands, to begin a thread; the newest first."""
    files = Exists(KeptDraftFile.objects.filter(draft=OuterRef("pk")))
    rows = KeptDraft.objects.filter(by=user, student=student, sent_as__isnull=True, in_reply_to__isnull=True)
    return rows.filter(~Q(body="") | ~Q(subject="") | files).order_by("-updated_at", "-pk")


@transaction.atomic
def address(kept: KeptDraft, teachers: Collection[int], *, by: User, now: datetime) -> KeptDraft:
    """Whom the letter is to, of these persons (ids): who teaches the student, or stood in it before.

    Nobody at all is kept too: that is said when it is sent. Raises Refused where it cannot be changed any more.
    """
    locked = locked_draft(kept, seen=None, by=by)
    assert locked.student is not None
    chosen = set(teachers)
    known = set(teachers_of(locked.student, day_in(locked.school, now)).values_list("pk", flat=True))
    wanted = sorted(chosen & (known | set(locked.staff)))
    if wanted != sorted(locked.staff):
        locked.staff = wanted
        touch(locked, now)
        locked.save(update_fields=["staff", "version", "updated_at"])
    return locked


@transaction.atomic
def send_letter(kept: KeptDraft, *, seen: int | None = None, by: User, now: datetime) -> Message:
    """Send it, once: pressed again it is the same message. A school's way may have changed since it was begun.

    Raises Refused as `write_to_teachers` and `write_back` do, and Changed where it is another by now than was shown.
    """
    locked = lock(kept, by)
    if locked.sent_as is not None:
        return locked.sent_as
    check_seen(locked, seen)
    assert locked.student is not None
    files = tuple(KeptFile(one.name, one.content_type, one.size, one.sha256) for one in locked.files.all())
    letter = Letter(locked.body, locked.token, locked.subject, files)
    teachers = list(Person.objects.filter(pk__in=locked.staff).order_by("pk"))
    message = (
        write_to_teachers(locked.student, teachers, letter, by=by, now=now)
        if locked.in_reply_to is None
        else write_back(locked.in_reply_to, teachers, letter, by=by, now=now)
    )
    locked.sent_as, locked.way = message, Way(message.way)
    touch(locked, now)
    locked.save()
    return message
