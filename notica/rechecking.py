"""Recipients looked at again with today's register and accounts, before something more goes out to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from notica.audience import Scope, kept_from_senders
from notica.candidates import (
    About,
    Candidate,
    Employment,
    apart_from_sender,
    family_candidate,
    guardian_candidate,
    outsider,
    staff_candidate,
)
from notica.choices import Audience, Outcome
from notica.kinds import KINDS
from notica.models import Message, RecipientAbout
from notica.one_off_target import is_one_off, target_candidate
from notica.planning import Holder, Omission, Target
from notica.points import holders_of
from notica.preparing import Context, Prepared, contexts_of, plan_candidate
from notica.routing import gather_facts
from notica.ties import Tie, ties_of_students
from plumier.family_access import shielded_of
from plumier.kept_apart import KeptApart
from plumier.models import Enrolment, Staff


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be done for a recipient today.

    `allowed` is what may be tried, by (channel, address); `named` the students whom a text may name; `reason`
    why she is written to no more, empty when she is.
    """

    context: Context
    allowed: dict[tuple[str, str], Target]
    named: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom to look at again."""

    recipient_id: int
    message_id: int
    person_id: int | None
    family_of: int | None


@dataclass(frozen=True, slots=True)
class _Register:
    """What the register says today of these recipients and their children."""

    about: dict[int, list[int]]
    ties: dict[int, list[Tie]]
    staff: dict[int, Employment]
    enrolled: frozenset[int]
    holders: dict[int, Holder]
    kept: dict[int, KeptApart]
    shielded: frozenset[int]


def recheck(subjects: Sequence[Subject], now: datetime) -> dict[int, Checked]:
    """By recipient: what may still be done for it."""
    messages = Message.objects.in_bulk({subject.message_id for subject in subjects})
    contexts = contexts_of(messages.values())
    by_day: dict[date, list[Subject]] = {}
    for subject in subjects:
        zone = contexts[subject.message_id].quiet.zone
        by_day.setdefault(now.astimezone(zone).date(), []).append(subject)
    found: dict[int, Checked] = {}
    for today, together in by_day.items():
        found |= _recheck_on(today, together, contexts)
    return found


def _recheck_on(
    today: date, subjects: Sequence[Subject], contexts: Mapping[int, Context]
) -> dict[int, Checked]:
    """Those of schools that have the same civil day: bars and posts begin and end with it."""
    messages = {subject.message_id: contexts[subject.message_id].message for subject in subjects}
    register = _read(subjects, kept_from_senders(messages.values(), today), today)
    candidates: dict[int, list[tuple[Subject, Candidate]]] = {}
    for subject in subjects:
        context = contexts[subject.message_id]
        rows = candidates.setdefault(context.school.pk, [])
        rows.append((subject, _apart(subject, register, Scope(context.message, today))))
    found: dict[int, Checked] = {}
    for rows in candidates.values():
        accounts = contexts[rows[0][0].message_id].accounts
        facts = gather_facts(accounts, [candidate for _, candidate in rows])
        for subject, candidate in rows:
            context = contexts[subject.message_id]
            found[subject.recipient_id] = _checked(context, plan_candidate(context, candidate, facts))
    return found


def _checked(context: Context, prepared: Prepared) -> Checked:
    targets = (target for step in prepared.plan.steps for target in step)
    return Checked(
        context,
        {(target.channel, target.address): target for target in targets},
        tuple(child.student_id for child in prepared.candidate.about if child.pushed),
        prepared.reason if prepared.outcome == Outcome.EXCLUDED else "",
    )


def _read(subjects: Sequence[Subject], kept: dict[int, KeptApart], today: date) -> _Register:
    about: dict[int, list[int]] = {subject.recipient_id: [] for subject in subjects}
    rows = RecipientAbout.objects.filter(recipient__in=list(about)).order_by("student_id")
    for recipient, student in rows.values_list("recipient_id", "student_id"):
        about[recipient].append(student)
    students = {student for group in about.values() for student in group}
    ties = ties_of_students(students)
    people = {subject.person_id for subject in subjects if subject.person_id is not None}
    roles: dict[int, str] = dict.fromkeys(people, "student")
    roles |= {tie.guardian_id: tie.relation for group in ties.values() for tie in group}
    dates = Staff.objects.filter(person__in=people).values_list("person_id", "active", "joined_on", "left_on")
    staff = {row[0]: Employment(*row) for row in dates}
    roles |= dict.fromkeys(staff, "staff")
    # Whom a message to staff names beside them: nobody else is written to about no student.
    outside = {one.person_id for one in subjects if not about[one.recipient_id]} - staff.keys() - {None}
    enrolled = Enrolment.objects.in_force(today).filter(student__in=students, year__is_current=True)
    return _Register(
        about,
        ties,
        staff,
        frozenset(enrolled.values_list("student_id", flat=True)),
        holders_of(roles, today),
        kept,
        frozenset(shielded_of(filter(None, outside), today)) if outside else frozenset(),
    )


def _apart(subject: Subject, register: _Register, scope: Scope) -> Candidate:
    """What she would be today, and out of the sender's reach where a court keeps them apart."""
    candidate = _candidate(subject, register, scope)
    kept = register.kept.get(scope.message.sender_id or 0)
    written = scope.message.to != Audience.STAFF and not is_one_off(scope.message)
    return apart_from_sender(candidate, kept) if kept and written else candidate


def _candidate(subject: Subject, register: _Register, scope: Scope) -> Candidate:
    to = scope.message.to
    person = subject.person_id
    if is_one_off(scope.message):
        return target_candidate(scope.message)
    about, who_left = register.about[subject.recipient_id], KINDS[scope.message.kind].who_left
    students = [pk for pk in about if who_left or pk in register.enrolled]
    if to == Audience.STAFF and person is not None:
        if person in register.staff:
            return staff_candidate(register.staff[person], register.holders[person], scope.today)
        return outsider(person, register.holders[person], shielded=person in register.shielded)
    if not students:
        return Candidate(person, subject.family_of, excluded=Omission("withdrawn", person))
    if to == Audience.STUDENT and person is not None:
        return Candidate(person, None, (register.holders[person],), (About(students[0]),))
    if person is None:
        return family_candidate(students, register.ties, register.holders, scope.today)
    ties = [tie for pk in students for tie in register.ties[pk] if tie.guardian_id == person]
    if not ties:
        return Candidate(person, None, excluded=Omission("no_longer_guardian", person))
    return guardian_candidate(register.holders[person], ties, scope.today)
