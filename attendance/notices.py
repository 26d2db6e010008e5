"""What a family is told of absences: once, and again only where it turned out to be wrong (requirement E1).

Marks and what was told are compared, and what differs is mended: a notice not yet out is stopped; once nothing more
of it can go out, who was told is told the truth by the same addresses, and who was cut off by the stop is told anew.
"""

import logging
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from attendance.choices import NoticeState
from attendance.models import Absence, AbsenceNotice, AttendancePolicy
from attendance.rules import Why, why_not_told
from attendance.telling import Told, differing, kind_of, say
from notica.cancelling import CANCELLABLE, cancel
from notica.choices import MessageState
from notica.kinds import ABSENCE, ABSENCE_CORRECTION
from notica.models import Message
from notica.told import has_begun, is_over, take_back_unread, told_by
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, School, User
from plumier.wakeups import wake_later

logger = logging.getLogger(__name__)
AT_ONCE: Final = 50  # notices looked for at once
LOOK_AGAIN: Final = timedelta(seconds=10)  # after which one whose word is still on its way is looked at again
AT_ONCE_HERE: Final = 8  # notices that are settled while whoever marked waits; more are a job's
SETTLE: Final = "attendance.notices.settle_some"
ROUND_SECONDS: Final = 5.0  # for all that is due in one round of the clock


def note_marks(absences: Sequence[Absence], school: School, *, by: User, now: datetime) -> None:
    """After these rows were written: tell what is to be told, at once or after the school's grace time."""
    told = {absence.notice_id for absence in absences if absence.notice_id is not None}
    AbsenceNotice.objects.filter(pk__in=told).update(unsettled=True)
    fresh = _to_be_told([absence for absence in absences if absence.notice_id is None], school, now)
    made = _joined(fresh, school, by=by, now=now)
    notices = sorted({*told, *made})
    if len(notices) <= AT_ONCE_HERE:
        settle_all(notices, now)
    else:
        wake_later(SETTLE)


def _to_be_told(absences: Sequence[Absence], school: School, now: datetime) -> list[Absence]:
    """Those of which the family hears."""
    pks = [absence.enrolment_id for absence in absences]
    modes = dict(Enrolment.objects.filter(pk__in=pks).values_list("pk", "group__stage__absence_mode"))
    today = day_in(school, now)
    return [
        absence
        for absence in absences
        if absence.cleared_at is None
        and why_not_told(absence.day, today, modes[absence.enrolment_id], justified=absence.is_justified)
        == Why.TOLD
    ]


def _joined(absences: Sequence[Absence], school: School, *, by: User, now: datetime) -> list[int]:
    """Each with the notice that tells it: one of that student's day that still waits, or a new one."""
    if not absences:
        return []
    students = dict(
        Enrolment.objects.filter(pk__in=[one.enrolment_id for one in absences]).values_list(
            "pk", "student_id"
        )
    )
    waiting = _waiting(students.values(), absences[0].day, now)
    due = now + timedelta(minutes=_grace(school))
    new = {
        student: AbsenceNotice(school=school, student_id=student, day=absences[0].day, due_at=due, by=by)
        for student in students.values()
        if student not in waiting
    }
    AbsenceNotice.objects.bulk_create(new.values())
    notices = {**waiting, **{student: notice.pk for student, notice in new.items()}}
    for absence in absences:
        absence.notice_id = notices[students[absence.enrolment_id]]
    Absence.objects.bulk_update(absences, ["notice"])
    return list(notices.values())


def _waiting(students: Iterable[int], day: date, now: datetime) -> dict[int, int]:
    """By student, the notice of her day that has not gone out, held."""
    rows = AbsenceNotice.objects.select_for_update().filter(
        student__in=list(students), day=day, state=NoticeState.WAITING, due_at__gt=now
    )
    return {row.student_id: row.pk for row in rows.order_by("pk")}


def _grace(school: School) -> int:
    policy = AttendancePolicy.objects.filter(school=school).first()
    return policy.grace_minutes if policy else 0


def settle_some() -> None:
    """RQ job, and the clock's part: some of what is due or was corrected, those that wait longest first."""
    ends_at, now = time.monotonic() + ROUND_SECONDS, database_now()
    due = AbsenceNotice.objects.filter(unsettled=True, due_at__lte=now).order_by("due_at", "pk")
    seen: set[int] = set()
    while time.monotonic() < ends_at:
        found = list(due.exclude(pk__in=seen).values_list("pk", flat=True)[:AT_ONCE])
        if not found:
            return
        settle_all(found, now)
        seen.update(found)


def settle_all(notices: Iterable[int], now: datetime) -> None:
    """Each by itself: what breaks one is logged, tried again by the clock, and keeps no other from going out.

    What breaks the transaction of whoever called, as a lost connection, is raised: nothing of it will be kept.
    """
    for pk in notices:
        try:
            with transaction.atomic():
                _settle(pk, now)
        except Exception:
            logger.exception("absence notice %s cannot be settled", pk)
            if connection.in_atomic_block and connection.needs_rollback:
                raise


def _settle(pk: int, now: datetime) -> None:
    held = AbsenceNotice.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
    notice = held.select_related("school", "student__school", "by").first()
    if notice is None or not notice.unsettled or notice.due_at > now:
        return
    rows = list(notice.absences.select_related("subject").order_by("session", "pk"))
    if notice.message_id is None:
        _tell_first(notice, rows, now)
    else:
        _tell_rest(notice, rows, now)


def _tell_first(notice: AbsenceNotice, rows: Sequence[Absence], now: datetime) -> None:
    live = _live(rows, notice.school)
    if not live:
        _close(notice, state=NoticeState.DROPPED)
        return
    message = say(ABSENCE, notice, live, now=now)
    _close(notice, state=NoticeState.SENT, message=message, said=_state(live), before={})


def _tell_rest(notice: AbsenceNotice, rows: Sequence[Absence], now: datetime) -> None:
    """Correct what was told, when nothing more of it can go out."""
    chain = list(
        Message.objects.filter(Q(pk=notice.message_id) | Q(corrects=notice.message_id)).order_by("pk")
    )
    live = _live(rows, notice.school)
    concerned = [row for row in rows if row in live or str(row.session) in notice.said]
    state = _state(concerned)
    says_right = state == notice.said and (bool(live) or has_begun([message.pk for message in chain]))
    if _stopped(notice, chain, now, says_right=says_right):
        return
    take_back_unread([message.pk for message in chain])
    told = told_by([message.pk for message in chain])
    said = _believed(notice, chain, told)
    heard = Told(chain[0], tuple(message.pk for message in chain))
    if told and said != state:
        say(ABSENCE_CORRECTION, notice, differing(concerned, said), now=now, heard=heard)
    if live and _is_cut_off([message for message in chain if message.kind == ABSENCE]):
        say(ABSENCE, notice, live, now=now, heard=heard, besides=True)
    _close(notice, said=state, before=said)


def _stopped(notice: AbsenceNotice, chain: Sequence[Message], now: datetime, *, says_right: bool) -> bool:
    """Whether something may still go out: it is stopped if it says what is wrong, and waited for.

    What is excused before any of it went out, as in quiet hours, need not be said at all.
    """
    running = [message for message in chain if not is_over(message)]
    going = [message for message in running if message.state in CANCELLABLE]
    if going and says_right:
        return _close(notice)
    for message in going:
        cancel(message, by=notice.by, now=now)
    if running:
        AbsenceNotice.objects.filter(pk=notice.pk).update(due_at=now + LOOK_AGAIN)
    return bool(running)


def _believed(notice: AbsenceNotice, chain: Sequence[Message], told: Collection[int]) -> dict[str, str]:
    """What whoever was told believes; of a session of which not all believe the same, nothing.

    Of a last word that was stopped before anybody heard it, what was said before.
    """
    said, before = notice.said, notice.before
    corrections = [message for message in chain if message.kind == ABSENCE_CORRECTION]
    if not _is_cut_off(corrections):
        return dict(said)
    heard = told_by([corrections[-1].pk])
    if not heard:
        return dict(before)
    if set(told) <= set(heard):
        return dict(said)
    return {session: kind if before.get(session) == kind else "" for session, kind in said.items()}


def _is_cut_off(messages: Sequence[Message]) -> bool:
    """Whether the last of these was stopped, so that somebody may not have heard it."""
    return bool(messages) and messages[-1].state == MessageState.CANCELLED


def _live(rows: Iterable[Absence], school: School) -> list[Absence]:
    """Those of which a family hears, as they were last marked: by session, in time, and not excused."""
    return [
        row
        for row in rows
        if row.cleared_at is None
        and why_not_told(row.day, day_in(school, row.noted_at), justified=row.is_justified) == Why.TOLD
    ]


def _state(rows: Iterable[Absence]) -> dict[str, str]:
    """By session, what is marked."""
    return {str(row.session): kind_of(row) for row in rows}


def _close(notice: AbsenceNotice, **values: object) -> bool:
    AbsenceNotice.objects.filter(pk=notice.pk).update(unsettled=False, **values)
    return True
