"""A tutor hands her class's journal to the desk, and the desk returns it with a reason (requirement C9)."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from journal.choices import JournalState
from journal.models import Journal, JournalLine, JournalText
from journal.models.journals import REASON_LENGTH, TEXT_LENGTH
from journal.rules import Due, Said, compose, due
from journal.writing import check_day, held_journal
from plumier.history import acting
from plumier.models import Enrolment, Group, School, User
from plumier.names import clean_text
from plumier.refusals import Refused


def due_of(school: School, day: date) -> Due:
    """When the school's journals of a day are due."""
    policy = school.policy
    return due(day, policy.journal_until, policy.journal_reminder, ZoneInfo(school.time_zone))


@transaction.atomic
def hand_in(group: Group, day: date, *, by: User, now: datetime) -> Journal:
    """Give it to the desk, and make of its lines what each family is to read; handed in already, it stays as it is.

    One that was in time stays so when it is returned and handed in again. Whether she is the tutor, the caller has
    asked `access`. Raises Refused as `check_day`.
    """
    check_day(group.school, day, now)
    journal = held_journal(group, day)
    if journal.is_desks:
        return journal
    if journal.handed_at is None:
        journal.is_late = due_of(group.school, day).is_late(now)
    journal.state = JournalState.HANDED
    journal.handed_at, journal.handed_by = now, by
    with acting(by.pk, "journal"):
        journal.save(update_fields=["state", "handed_at", "handed_by", "is_late"])
        _make_texts(journal)
    return journal


@transaction.atomic
def give_back(journal: Journal, reason: str, *, by: User, now: datetime) -> Journal:
    """Return it to its tutor with what is to be mended. What the desk had approved of it is made anew later.

    Raises Refused without a reason, or where some of it has gone out.
    """
    reason = clean_text(" ".join(reason.split()))[:REASON_LENGTH]
    if not reason:
        raise Refused(_("Escriba qué hay que corregir: el tutor lo lee al abrir su diario."))
    held = Journal.objects.select_for_update(of=("self",)).get(pk=journal.pk)
    if not held.is_desks:
        raise Refused(_("Este diario no está entregado: no hay nada que devolver."))
    texts = JournalText.objects.filter(journal=held)
    if texts.filter(send__isnull=False).exists():
        raise Refused(_("Parte de este diario ya se ha enviado a las familias: no se puede devolver."))
    held.state = JournalState.RETURNED
    held.returned_at, held.returned_by, held.return_reason = now, by, reason
    with acting(by.pk, "journal"):
        texts.delete()
        held.save(update_fields=["state", "returned_at", "returned_by", "return_reason"])
    return held


def said_of(lines: Iterable[JournalLine], enrolment: int) -> list[Said]:
    """Of these the lines that are a pupil's: her own and the whole class's, those left out apart."""
    return [
        Said(one.text, one.subject.name if one.subject else "", one.session)
        for one in lines
        if one.included and one.enrolment_id in (None, enrolment)
    ]


def _make_texts(journal: Journal) -> None:
    """Of each pupil who has a line; who has none is written nothing."""
    lines = list(
        JournalLine.objects.filter(journal=journal, removed_at__isnull=True)
        .select_related("subject")
        .order_by("session", "pk")
    )
    pupils = Enrolment.objects.in_force(journal.day).filter(group=journal.group_id)
    made = {pk: compose(said_of(lines, pk)) for pk in pupils.values_list("pk", flat=True)}
    JournalText.objects.filter(journal=journal, send__isnull=True).delete()
    JournalText.objects.bulk_create(
        JournalText(school_id=journal.school_id, journal=journal, enrolment_id=pk, text=text[:TEXT_LENGTH])
        for pk, text in made.items()
        if text
    )
