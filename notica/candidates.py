"""The rules of who is written to about whom, and who is not and why (requirements A3, B10, C1–C3). Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from notica.planning import Holder, Omission
from notica.ties import Tie
from plumier.kept_apart import KeptApart
from plumier.models import Relation

SENDER_BARRED: Final = "sender_barred"


class About(NamedTuple):
    """A student whom the message is about; not `pushed` means that it is read in Mirador only."""

    student_id: int
    pushed: bool = True


class Candidate(NamedTuple):
    """One recipient before planning: a person, or a family named by `family_of`.

    `excluded` is the reason for writing nothing to it; `inbox` are the persons who get a Notica copy.
    """

    person_id: int | None
    family_of: int | None
    holders: tuple[Holder, ...] = ()
    about: tuple[About, ...] = ()
    excluded: Omission | None = None
    omitted: tuple[Omission, ...] = ()
    inbox: tuple[int, ...] = ()


class Employment(NamedTuple):
    """A member of staff and her dates."""

    person_id: int
    active: bool
    joined_on: date | None
    left_on: date | None


def staff_candidate(staff: Employment, holder: Holder, today: date) -> Candidate:
    gone = staff.left_on is not None and staff.left_on <= today
    if not staff.active or gone:
        return Candidate(staff.person_id, None, excluded=Omission("left", staff.person_id))
    if staff.joined_on is not None and staff.joined_on > today:
        return Candidate(staff.person_id, None, excluded=Omission("not_joined", staff.person_id))
    return Candidate(staff.person_id, None, (holder,), inbox=(staff.person_id,))


def outsider(person: int, holder: Holder, *, shielded: bool) -> Candidate:
    """Who is written to beside staff: a superuser's acuse, a parent or a student in a body of the school.

    A parent all of whose children have protected data reads it in Mirador alone (requirement A3).
    """
    if shielded:
        return Candidate(person, None, excluded=Omission("protected", person), inbox=(person,))
    return Candidate(person, None, (holder,), inbox=(person,))


def tie_problem(tie: Tie, today: date) -> Omission | None:
    """Why this guardian is not written to about this student; None when she is."""
    if tie.receives_messages and not tie.is_dated and not tie.registration_required:
        return None
    params = {"student": tie.student_id}
    if is_barred(tie, today):
        until = tie.barred_until.isoformat() if tie.barred_until else ""
        return Omission("barred", tie.guardian_id, params={**params, "until": until})
    if not _is_ticked(tie, today):
        return Omission("tick_off", tie.guardian_id, params=params)
    if tie.registration_required and (tie.registered_on is None or today < tie.registered_on):
        return Omission("not_registered", tie.guardian_id, params=params)
    return None


def _is_ticked(tie: Tie, today: date) -> bool:
    begun = tie.receives_from is None or tie.receives_from <= today
    return tie.receives_messages and begun and (tie.receives_until is None or today <= tie.receives_until)


def is_barred(tie: Tie, today: date) -> bool:
    """Whether a court's order keeps this guardian from this child today (both ends included)."""
    if tie.barred_from is None or today < tie.barred_from:
        return False
    return tie.barred_until is None or today <= tie.barred_until


def guardian_candidate(holder: Holder, ties: list[Tie], today: date) -> Candidate:
    person = holder.person_id
    about: list[About] = []
    omitted: list[Omission] = []
    for tie in ties:
        problem = tie_problem(tie, today)
        if problem is None:
            about.append(About(tie.student_id, not tie.protected))
        else:
            omitted.append(problem)
    if not about:
        hidden = tuple(About(tie.student_id, pushed=False) for tie in ties)
        return Candidate(person, None, (), hidden, omitted[0], tuple(omitted))
    unnamed = [child.student_id for child in about if not child.pushed]
    omitted += [Omission("protected", person, params={"student": student}) for student in unnamed]
    if len(unnamed) < len(about):
        return Candidate(person, None, (holder,), tuple(about), None, tuple(omitted), (person,))
    protected = Omission("protected", person)
    return Candidate(person, None, (), tuple(about), protected, tuple(omitted), (person,))


def answered(candidate: Candidate) -> Candidate:
    """A guardian who has asked reads the answer in Mirador though she has no notices: not one who is barred (D5)."""
    if candidate.excluded is None or candidate.excluded.reason == "barred" or candidate.person_id is None:
        return candidate
    return candidate._replace(inbox=(candidate.person_id,))


def nobody(student_id: int) -> Candidate:
    """A student without any guardian: nobody to write to, and that is said."""
    reason = Omission("no_guardian", params={"student": student_id})
    return Candidate(None, student_id, about=(About(student_id),), omitted=(reason,))


FAMILY_ORDER = {Relation.FATHER: 0, Relation.MOTHER: 1, Relation.OTHER: 2}


def in_family_order(ties: Iterable[Tie]) -> list[Tie]:
    """The father, the mother, others (requirement B10); among equals the register's order."""
    return sorted(ties, key=lambda tie: (FAMILY_ORDER[Relation(tie.relation)], tie.order, tie.id))


def in_families(ties: Mapping[int, list[Tie]], today: date) -> list[list[int]]:
    """Students by family, ascending; one who is protected or whom nobody answers for stands alone.

    Siblings whom exactly the same guardians answer for are one family.
    """
    families: dict[frozenset[int], list[int]] = {}
    for student, rows in sorted(ties.items()):
        reached = frozenset(tie.guardian_id for tie in rows if tie_problem(tie, today) is None)
        alone = not reached or rows[0].protected
        families.setdefault(frozenset({-student}) if alone else reached, []).append(student)
    return list(families.values())


def family_candidate(
    students: list[int],
    ties: Mapping[int, list[Tie]],
    holders: Mapping[int, Holder],
    today: date,
) -> Candidate:
    family = students[0]
    own = in_family_order(ties[family])
    if not own:
        return nobody(family)
    problems = [tie_problem(tie, today) for pk in students for tie in in_family_order(ties[pk])]
    omitted = tuple(problem for problem in problems if problem)
    reached = tuple(tie.guardian_id for tie in own if tie_problem(tie, today) is None)
    about = tuple(About(student, pushed=not own[0].protected) for student in students)
    if not reached:
        return Candidate(None, family, about=about, excluded=omitted[0], omitted=omitted)
    if own[0].protected:
        protected = Omission("protected", params={"student": family})
        return Candidate(None, family, about=about, excluded=protected, omitted=omitted, inbox=reached)
    held = tuple(holders[person] for person in reached)
    return Candidate(None, family, held, about, omitted=omitted, inbox=reached)


def withdrawn(student_id: int, person_id: int, *, to_student: bool) -> Candidate:
    """A student named one by one who is not enrolled: said, and not written to."""
    return Candidate(
        person_id if to_student else None,
        None if to_student else student_id,
        about=(About(student_id),),
        excluded=Omission("withdrawn", person_id),
    )


def apart_from_sender(candidate: Candidate, kept: KeptApart) -> Candidate:
    """Nothing reaches a child from whom a court keeps the sender, nor whoever else answers for her (A3).

    Of another child of theirs neither: the other parent may be hiding from the sender.
    """
    unseen = [child.student_id in kept.students for child in candidate.about]
    if candidate.person_id in kept.people or (any(unseen) and (candidate.person_id is None or all(unseen))):
        return _left_out(candidate)
    holders = tuple(one for one in candidate.holders if one.person_id not in kept.people)
    inbox = tuple(person for person in candidate.inbox if person not in kept.people)
    if (candidate.holders or candidate.inbox) and not (holders or inbox):
        return _left_out(candidate)
    omitted = tuple(one for one in candidate.omitted if one.params.get("student") not in kept.students)
    excluded = candidate.excluded
    if excluded is not None and excluded.params.get("student") in kept.students:
        excluded = omitted[0]
    about = tuple(child for child in candidate.about if child.student_id not in kept.students)
    return candidate._replace(holders=holders, about=about, excluded=excluded, omitted=omitted, inbox=inbox)


def _left_out(candidate: Candidate) -> Candidate:
    """Whom it is about is kept, read by nobody there: by that the row is hidden from the sender."""
    about = tuple(child._replace(pushed=False) for child in candidate.about)
    why = Omission(SENDER_BARRED, candidate.person_id)
    return Candidate(candidate.person_id, candidate.family_of, about=about, excluded=why)
