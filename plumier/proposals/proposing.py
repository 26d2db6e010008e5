"""Handing in changes of contacts: a tutor for her group, Đào tạo for a new pupil, a family for itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumier.access import children_of
from plumier.clock import day_in
from plumier.importing.documents import read_document
from plumier.models import (
    ContactBatch,
    ContactProposal,
    Group,
    Guardianship,
    ProposalSource,
    ProposalState,
    ProposalStep,
    ProposedContact,
    Registration,
    RegistrationChange,
    School,
    Student,
    User,
)
from plumier.models.proposal_states import OPEN_STATES
from plumier.names import Name, same_name
from plumier.proposals.access import new_pupils, pupils_of_group
from plumier.proposals.events import note_steps
from plumier.proposals.reading import (
    NAME,
    STUDENT,
    Change,
    Known,
    Problems,
    Typed,
    against_today,
    read_change,
)
from plumier.proposals.refusals import NotYours
from plumier.proposals.register import by_pair, known_guardians

MOST_ROWS = 500
_HOW = {
    ProposalSource.GRID: Registration.PAPER,
    ProposalSource.FILE: Registration.FILE,
    ProposalSource.NEW_PUPIL: Registration.IN_PERSON,
    ProposalSource.FAMILY: Registration.MIRADOR,
}


@dataclass(frozen=True, slots=True)
class HandIn:
    """What somebody hands in: rows as typed. `group` is the tutor's; a pupil's own group else."""

    school: School
    source: ProposalSource
    rows: tuple[Typed, ...]
    group: Group | None = None


@dataclass(slots=True)
class HandedIn:
    """What came of it: so many changes handed in, so many as they were, and by row what is wrong with it.

    `moved` are the rows in which the register had become another thing than what was shown.
    """

    batch: ContactBatch | None = None
    proposals: list[ContactProposal] = field(default_factory=list)
    taken_back: int = 0
    problems: dict[str, Problems] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)


@transaction.atomic
def hand_in(handed: HandIn, *, by: User, now: datetime) -> HandedIn:
    """Hand in what is changed of these rows and can be read; the others are left with what is wrong with each.

    A second hand-in of one guardian by the same user takes the place of her first one while that is open; the
    same again changes nothing, and a row put back as the register has it takes the first one back. Raises
    NotYours if a row is about a pupil for whom this user hands in nothing.
    """
    today = day_in(handed.school, now)
    _wait_for_own(by)
    found = HandedIn()
    rows = [row for row in handed.rows if not row.is_empty]
    found.problems = {row.key: {STUDENT: _("Elija el alumno.")} for row in rows if not row.student_id}
    rows = [row for row in rows if row.student_id]
    _check_pupils(handed, rows, by, today)
    known = known_guardians({row.student_id for row in rows}, today)
    pairs = by_pair(known)
    changes: list[Change] = []
    same: list[Typed] = []
    for row in rows:
        change, problems = _read(row, known, pairs, handed.school.phone_region)
        guardian = pairs.get((row.student_id, row.guardian_id or 0))
        if change is not None and guardian is not None:
            change, is_moved = against_today(change, guardian)
            found.moved += [row.key] if is_moved else []
        if problems:
            found.problems[row.key] = problems
        elif change is None:
            same.append(row)
        else:
            changes.append(change)
    earlier = _open_ones(by, rows)
    fresh = _replace(earlier, changes, found, by=by, now=now)
    _take_back(earlier, same, found, by=by, now=now)
    if fresh:
        _write(handed, fresh, found, by=by, now=now)
    else:
        found.moved = []
    return found


def _wait_for_own(by: User) -> None:
    """A double click is two hand-ins at once: the second sees what the first has left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plumier.proposing'), %s)", [by.pk])


def _check_pupils(handed: HandIn, rows: Sequence[Typed], by: User, today: date) -> None:
    pupils = {row.student_id for row in rows}
    if len(rows) > MOST_ROWS:
        raise NotYours(_("Son demasiadas filas: como mucho %(most)d.") % {"most": MOST_ROWS})
    allowed = _allowed(handed, by, today).filter(school=handed.school, pk__in=pupils)
    if set(allowed.values_list("pk", flat=True)) != pupils:
        raise NotYours(_("No puede cambiar los contactos de ese alumno."))
    if handed.source == ProposalSource.FAMILY and not _are_own(rows, by):
        raise NotYours(_("Solo puede cambiar sus propios contactos."))


def _allowed(handed: HandIn, by: User, today: date) -> QuerySet[Student]:
    if handed.source == ProposalSource.FAMILY:
        return children_of(by, today)
    if handed.source == ProposalSource.NEW_PUPIL:
        return new_pupils(by, today)
    return pupils_of_group(by, handed.group, today) if handed.group else Student.objects.none()


def _are_own(rows: Sequence[Typed], by: User) -> bool:
    own = Guardianship.objects.filter(guardian__user=by).values_list("student_id", "guardian_id")
    return {(row.student_id, row.guardian_id) for row in rows} <= set(own)


def _read(
    row: Typed, known: dict[int, list[Known]], pairs: dict[tuple[int, int], Known], region: str
) -> tuple[Change | None, Problems]:
    if row.guardian_id is not None:
        guardian = pairs.get((row.student_id, row.guardian_id))
        if guardian is None:
            return None, {NAME: _("Ya no está en la ficha de ese alumno: vuelva a abrir la página.")}
        return read_change(row, row.shown or guardian, region)
    change, problems = read_change(row, None, region)
    # Whether somebody barred has that name is for the reviewer to see, and not told here.
    there = [one for one in known.get(row.student_id, ()) if not one.barred]
    if change is not None and any(same_name(one.name, change.name) for one in there):
        return None, {NAME: _("Ya está en la ficha de ese alumno: cambie sus datos en su fila.")}
    return change, problems


def _open_ones(by: User, rows: Sequence[Typed]) -> list[ContactProposal]:
    """What this user has handed in before of these pupils and is open."""
    mine = ContactProposal.objects.filter(
        batch__proposed_by=by, student__in={row.student_id for row in rows}, state__in=OPEN_STATES
    )
    return list(mine.select_for_update(of=("self",)).order_by("pk").prefetch_related("contacts"))


def _is_about(proposal: ContactProposal, row: Typed, name: Name) -> bool:
    if proposal.student_id != row.student_id or proposal.makes_guardian != (row.guardian_id is None):
        return False
    if not proposal.makes_guardian:
        return proposal.guardian_id == row.guardian_id
    return same_name(Name(proposal.given_name, proposal.surname), name)


def _content(proposal: ContactProposal) -> tuple[object, ...]:
    new = tuple((one.slot, one.kind, one.value) for one in proposal.contacts.all())
    name = Name(proposal.given_name, proposal.surname)
    return str(name), proposal.relation, new, proposal.registration


def _replace(
    earlier: list[ContactProposal], changes: list[Change], found: HandedIn, *, by: User, now: datetime
) -> list[Change]:
    """The changes that are new; what they take the place of is withdrawn."""
    fresh: list[Change] = []
    replaced: list[ContactProposal] = []
    for change in changes:
        before = [one for one in earlier if _is_about(one, change.typed, change.name)]
        if any(_content(one) == change.content for one in before):
            continue
        replaced += before
        fresh.append(change)
    _withdraw(replaced, ProposalStep.REPLACED, by=by, now=now)
    return fresh


def _take_back(
    earlier: list[ContactProposal], same: list[Typed], found: HandedIn, *, by: User, now: datetime
) -> None:
    rows = {(row.student_id, row.guardian_id) for row in same if row.guardian_id is not None}
    back = [one for one in earlier if (one.student_id, one.guardian_id) in rows]
    _withdraw(back, ProposalStep.WITHDRAWN, by=by, now=now)
    found.taken_back = len(back)


def _withdraw(proposals: Iterable[ContactProposal], step: ProposalStep, *, by: User, now: datetime) -> None:
    ids = [one.pk for one in proposals]
    if ids:
        rows = ContactProposal.objects.filter(pk__in=ids)
        rows.update(state=ProposalState.WITHDRAWN, closed_by=by, closed_at=now)
        note_steps(ids, step, by=by, now=now)


def _write(handed: HandIn, changes: list[Change], found: HandedIn, *, by: User, now: datetime) -> None:
    group = (
        handed.group
        or Group.objects.filter(
            enrolments__student=changes[0].typed.student_id, year__is_current=True
        ).first()
    )
    found.batch = ContactBatch.objects.create(
        school=handed.school, group=group, source=handed.source, proposed_by=by, proposed_at=now
    )
    today = day_in(handed.school, now)
    found.proposals = ContactProposal.objects.bulk_create(
        _proposal(found.batch, change, today) for change in changes
    )
    ProposedContact.objects.bulk_create(
        ProposedContact(
            proposal=proposal,
            slot=one.slot,
            kind=one.new.kind,
            value=one.new.value,
            typed=one.new.typed,
            old_kind=one.old.kind,
            old_value=one.old.value,
            old_typed=one.old.typed,
        )
        for proposal, change in zip(found.proposals, changes, strict=True)
        for one in change.addresses
    )
    note_steps([one.pk for one in found.proposals], ProposalStep.PROPOSED, by=by, now=now)
    pairs = zip(found.proposals, changes, strict=True)
    moved = {change.typed.key: proposal.pk for proposal, change in pairs if change.typed.key in found.moved}
    found.moved = list(moved)
    note_steps(moved.values(), ProposalStep.OUTDATED, by=by, now=now)


def _proposal(batch: ContactBatch, change: Change, today: date) -> ContactProposal:
    row = change.typed
    begins = change.registration == RegistrationChange.BEGIN
    confirmed = batch.source == ProposalSource.NEW_PUPIL
    return ContactProposal(
        school_id=batch.school_id,
        batch=batch,
        student_id=row.student_id,
        guardian_id=row.guardian_id,
        makes_guardian=row.guardian_id is None,
        given_name=change.name.given,
        surname=change.name.family,
        old_name=change.old_name,
        document=read_document(row.document, batch.school.phone_region).text,
        relation=row.relation,
        registration=change.registration,
        registered_on=(row.registered_on or today) if begins else None,
        registered_how=_HOW[ProposalSource(batch.source)] if begins else "",
        old_registered_on=change.old_registered_on,
        note=row.note,
        needs_confirmation=confirmed,
        state=ProposalState.TO_CONFIRM if confirmed else ProposalState.PROPOSED,
    )
