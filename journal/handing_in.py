"""A tutor hands her class's journal to the desk, or the desk takes it in; and returns it with a reason (C9)."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from journal.choices import JournalState
from journal.models import Journal, JournalLine, JournalText
from journal.models.journals import REASON_LENGTH
from journal.return_telling import tell_tutor
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


def may_take_in(journal: Journal, now: datetime) -> bool:
    """Whether the desk may take it from its class: nobody hands it in, or its hour is past."""
    is_over = due_of(journal.school, journal.day).is_late(now)
    return not journal.is_desks and (journal.group.tutor_id is None or is_over)


@transaction.atomic
def take_in(group: Group, day: date, *, by: User, now: datetime) -> Journal:
    """The desk takes what is written of a class that has no tutor, or whose tutor has not handed it in by its hour.

    Whether she works there, the caller has asked `access`. Raises Refused while it is its tutor's, and as `hand_in`.
    """
    journal = held_journal(group, day)
    if not journal.is_desks and not may_take_in(journal, now):
        raise Refused(_("El diario es todavía de su tutor: hasta la hora de entrega lo entrega él."))
    return hand_in(group, day, by=by, now=now)


@transaction.atomic
def give_back(journal: Journal, reason: str, *, by: User, now: datetime) -> Journal:
    """Return it to its tutor with what is to be mended, who is told; what the desk has mended itself stays with it.

    Raises Refused without a reason, where nobody is its tutor, or where some of it has gone out.
    """
    reason = clean_text(" ".join(reason.split()))
    if not reason:
        raise Refused(_("Escriba qué hay que corregir: el tutor lo lee al abrir su diario."))
    if len(reason) > REASON_LENGTH:
        raise Refused(_("El motivo es demasiado largo: caben %(most)d caracteres.") % {"most": REASON_LENGTH})
    held = (
        Journal.objects.select_related("group", "school").select_for_update(of=("self",)).get(pk=journal.pk)
    )
    if not held.is_desks:
        raise Refused(_("Este diario no está entregado: no hay nada que devolver."))
    if held.group.tutor_id is None:
        raise Refused(_("Este grupo no tiene tutor a quien devolverlo: corrija usted los textos."))
    texts = JournalText.objects.filter(journal=held)
    if texts.filter(send__isnull=False).exists():
        raise Refused(_("Parte de este diario ya se ha enviado a las familias: no se puede devolver."))
    held.state = JournalState.RETURNED
    held.returned_at, held.returned_by, held.return_reason = now, by, reason
    with acting(by.pk, "journal"):
        texts.filter(edited_by__isnull=True).delete()
        texts.update(approved_at=None, approved_by=None, version=F("version") + 1)
        held.save(update_fields=["state", "returned_at", "returned_by", "return_reason"])
    tell_tutor(held, by=by, now=now)
    return held


def desk_words(journal: Journal) -> dict[int, str]:
    """Of a returned journal, by enrolment, what the desk wrote itself; unless the tutor changes it, that is sent."""
    if journal.state != JournalState.RETURNED:
        return {}
    return dict(_mended(journal).values_list("enrolment_id", "text"))


def said_of(lines: Iterable[JournalLine], enrolment: int) -> list[Said]:
    """Of these the lines that are a pupil's: her own and the whole class's, those left out apart."""
    return [
        Said(one.text, one.subject.name if one.subject else "", one.session)
        for one in lines
        if one.included and one.enrolment_id in (None, enrolment)
    ]


def _make_texts(journal: Journal) -> None:
    """Of each pupil who has a line; who has none is written nothing.

    What the desk mended before it returned the journal stays where nothing about that pupil has changed since; what
    was written since about the whole class comes after it.
    """
    lines = list(
        JournalLine.objects.filter(journal=journal, removed_at__isnull=True)
        .select_related("subject")
        .order_by("session", "pk")
    )
    pupils = Enrolment.objects.in_force(journal.day).filter(group=journal.group_id)
    made = {pk: compose(said_of(lines, pk)) for pk in pupils.values_list("pk", flat=True)}
    since = _since(journal, lines)
    about = {one.enrolment_id for one in since}
    kept = _mended(journal).exclude(enrolment__in=about) if journal.returned_at else _mended(journal).none()
    stays = set(kept.values_list("enrolment_id", flat=True))
    _add_rows(kept, compose(said_of([one for one in since if one.enrolment_id is None], 0)))
    JournalText.objects.filter(journal=journal, send__isnull=True).exclude(enrolment__in=stays).delete()
    JournalText.objects.bulk_create(
        JournalText(school_id=journal.school_id, journal=journal, enrolment_id=pk, text=text)
        for pk, text in made.items()
        if text and pk not in stays
    )


def _mended(journal: Journal) -> QuerySet[JournalText]:
    """What the desk wrote itself and has not gone out."""
    return JournalText.objects.filter(journal=journal, edited_by__isnull=False, send__isnull=True)


def _since(journal: Journal, lines: Iterable[JournalLine]) -> list[JournalLine]:
    """Of these and of those taken away, what was written, changed or taken away since the journal came back."""
    back = journal.returned_at
    if back is None:
        return []
    gone = JournalLine.objects.filter(journal=journal, removed_at__gt=back)
    later = [
        one for one in lines if one.created_at > back or (one.edited_at is not None and one.edited_at > back)
    ]
    return [*later, *gone.filter(enrolment__isnull=False)]


def _add_rows(texts: QuerySet[JournalText], rows: str) -> None:
    """Each row at the foot of each text that does not say it yet."""
    found = list(texts) if rows else []
    for one in found:
        said = one.text.splitlines()
        one.text = "\n".join([*said, *(row for row in rows.splitlines() if row not in said)])
    JournalText.objects.bulk_update(found, ["text"])
