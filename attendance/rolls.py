"""Taking the roll of a class: one act, in which two teachers lose nothing of each other's (requirement E1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction

from attendance.choices import Mark
from attendance.models import Absence, Roll
from attendance.notices import note_marks
from attendance.refusals import FutureDay, RollChanged
from attendance.rules import Merged, State, is_future, merge
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import Enrolment, Group, School, Subject, TeachingAssignment, User


@dataclass(frozen=True, slots=True)
class ClassOfDay:
    """Whose roll is taken: an assignment in a session of a day, or a group for the whole of it (session 0)."""

    school: School
    day: date
    session: int = 0
    starts: time | None = None
    assignment: TeachingAssignment | None = None
    group: Group | None = None

    @property
    def subject(self) -> Subject | None:
        """What is taught in it."""
        return self.assignment.subject if self.assignment else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A pupil's mark as the page showed it, and as it was sent."""

    enrolment: Enrolment
    shown: Mark
    wanted: Mark


@transaction.atomic
def take_roll(of: ClassOfDay, entries: Sequence[Entry], *, by: User, now: datetime) -> int:
    """Save it and tell the families what is to be told; how many marks were changed.

    Raises FutureDay, and RollChanged where somebody has marked a pupil otherwise since the page was shown: then
    nothing is saved. Whether these pupils are hers, the caller has asked `access`.
    """
    if is_future(of.day, day_in(of.school, now)):
        raise FutureDay
    pks = [entry.enrolment.pk for entry in entries]
    roll = _held(of, pks)
    kept = _kept(of, pks)
    changed = _changed(entries, kept)
    with acting(by.pk, "roll"):
        try:
            with transaction.atomic():
                made = _made(of, changed, kept, by=by, now=now)
        except (
            IntegrityError
        ) as error:  # an import, which holds no pupils, has brought the same ones meanwhile
            found = _kept(of, pks)
            raise RollChanged({pk: state_of(found[pk]).mark for pk in found.keys() - kept.keys()}) from error
        absences = [*made, *_rewritten(of, changed, kept, by=by, now=now)]
    Roll.objects.filter(pk=roll.pk).update(taken_by=by, taken_at=now)
    note_marks(absences, of.school, by=by, now=now)
    return len(changed)


def marks_of(of: ClassOfDay, enrolments: Iterable[int]) -> dict[int, Mark]:
    """By enrolment, how each of these stands; who is not there is marked nothing."""
    rows = Absence.objects.filter(enrolment__in=list(enrolments), day=of.day, session=of.session)
    return {row.enrolment_id: state_of(row).mark for row in rows}


def state_of(absence: Absence | None) -> State:
    """What is kept of a pupil."""
    if absence is None or absence.cleared_at is not None:
        return State()
    return State(absence.kind, absence.is_justified)  # type: ignore[arg-type]  # a choice of the column


def _held(of: ClassOfDay, enrolments: Sequence[int]) -> Roll:
    """The roll's row, held until this is saved; its pupils too, whom another class of that session may have."""
    pupils = Enrolment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=enrolments)
    list(pupils.order_by("pk").values_list("pk", flat=True))
    key = {"day": of.day, "session": of.session, "assignment": of.assignment, "group": of.group}
    Roll.objects.bulk_create([Roll(school=of.school, **key)], ignore_conflicts=True)
    return Roll.objects.select_for_update(of=("self",)).get(**key)


def _kept(of: ClassOfDay, enrolments: Sequence[int]) -> dict[int, Absence]:
    rows = Absence.objects.filter(enrolment__in=enrolments, day=of.day, session=of.session)
    return {row.enrolment_id: row for row in rows}


def _changed(entries: Iterable[Entry], kept: Mapping[int, Absence]) -> dict[Enrolment, State]:
    """What these change. Raises RollChanged."""
    conflicts: dict[int, Mark] = {}
    changed: dict[Enrolment, State] = {}
    for entry in entries:
        current = state_of(kept.get(entry.enrolment.pk))
        found = merge(entry.shown, entry.wanted, current.mark)
        if found == Merged.CONFLICT:
            conflicts[entry.enrolment.pk] = current.mark
        elif found == Merged.CHANGED:
            changed[entry.enrolment] = current.marked(entry.wanted)
    if conflicts:
        raise RollChanged(conflicts)
    return changed


def _made(
    of: ClassOfDay,
    changed: Mapping[Enrolment, State],
    kept: Mapping[int, Absence],
    *,
    by: User,
    now: datetime,
) -> list[Absence]:
    """Rows of pupils who had none."""
    return Absence.objects.bulk_create(
        Absence(
            school=of.school,
            enrolment=enrolment,
            day=of.day,
            session=of.session,
            kind=state.kind,
            noted_by=by,
            noted_at=now,
            **_of_class(of),
            **_excuse(state, by=by, now=now),
        )
        for enrolment, state in changed.items()
        if enrolment.pk not in kept and state.kind is not None
    )


def _rewritten(
    of: ClassOfDay,
    changed: Mapping[Enrolment, State],
    kept: Mapping[int, Absence],
    *,
    by: User,
    now: datetime,
) -> list[Absence]:
    """Rows that say something else now: a statement for each state that is chosen, and they are few.

    One that was taken back and is put again is of the class that puts it: it may be another one of that session.
    """
    by_state: dict[tuple[State, bool], list[int]] = {}
    for enrolment, state in changed.items():
        if (row := kept.get(enrolment.pk)) is not None:
            by_state.setdefault((state, row.cleared_at is not None), []).append(row.pk)
    for (state, again), rows in by_state.items():
        values: dict[str, Any] = {"cleared_at": now}
        if state.kind is not None:
            values = {"cleared_at": None, "kind": state.kind}
        if again:
            values |= _of_class(of)
        Absence.objects.filter(pk__in=rows).update(
            **values, **_excuse(state, by=by, now=now), noted_by=by, noted_at=now
        )
    pks = [pk for rows in by_state.values() for pk in rows]
    return list(Absence.objects.filter(pk__in=pks).order_by("pk"))


def _of_class(of: ClassOfDay) -> dict[str, Any]:
    teacher = of.assignment.teacher_id if of.assignment else None
    return {"starts": of.starts, "subject": of.subject, "teacher_id": teacher}


def _excuse(state: State, *, by: User, now: datetime) -> dict[str, object]:
    if state.justified:
        return {"justified_at": now, "justified_by": by}
    return {"justified_at": None, "justified_by": None, "justification": ""}
