"""What a family proposes of its own contacts, and what became of it (requirement A6).

Her phones and mail are hers and not her children's: a change of them is handed in once in a school, by one of her
children there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumier.access import children_of
from plumier.family_access import family_persons
from plumier.models import (
    Contact,
    ContactBatch,
    ContactProposal,
    Enrolment,
    Guardianship,
    Person,
    ProposalSource,
    School,
    Slot,
    Student,
    User,
)
from plumier.models.proposal_states import OPEN_STATES
from plumier.proposals.access import proposals_visible_to
from plumier.proposals.grid import Grid, GridRow, grid_of, key_of
from plumier.proposals.handed_in import ProposalLine, lines, with_all
from plumier.proposals.posted import read_post
from plumier.proposals.proposing import HandedIn, HandIn, hand_in
from plumier.proposals.reading import Known, Problems, Typed
from plumier.proposals.shown import pack
from plumier.refusals import Refused

MOST_A_DAY: Final = 5
SHOWN: Final = 10  # of the latest


@dataclass(slots=True)
class OwnRecord:
    """Who she is in a school and what it has of her; `ties` are to those of her children about whom she reads.

    `known` is that by which she proposes a change: empty for a student, and where no child is left to her.
    """

    person: Person
    school: School
    student: bool
    contacts: list[Contact] = field(default_factory=list)
    ties: list[Guardianship] = field(default_factory=list)
    known: Known | None = None
    grid: Grid | None = None

    @property
    def key(self) -> str:
        """What the fields of its form begin with; empty where there is none."""
        return key_of(self.known) if self.known else ""

    @property
    def shown(self) -> str:
        """What the form showed, to be posted back with it."""
        return pack(self.grid.shown()) if self.grid else ""

    def row(self, typed: Typed | None = None, problems: Problems | None = None) -> GridRow | None:
        """Her row as the register and her open change have it, or as she typed it."""
        if self.grid is None:
            return None
        given = {self.key: typed} if typed else {}
        return self.grid.rows(given, {self.key: problems} if problems else {})[0]


def own_proposals(user: User, today: date) -> QuerySet[ContactProposal]:
    """What she has handed in as a family, but of a child from whom a court keeps her by now."""
    return proposals_visible_to(user, today).filter(
        batch__proposed_by=user, batch__source=ProposalSource.FAMILY
    )


def open_own(user: User, today: date) -> QuerySet[ContactProposal]:
    """Those of them that nobody has dealt with yet."""
    return own_proposals(user, today).filter(state__in=OPEN_STATES)


def latest_own(user: User, today: date) -> list[ProposalLine]:
    """The latest of them, newest first."""
    return lines(list(with_all(own_proposals(user, today)).order_by("-pk")[:SHOWN]))


def own_records(user: User, today: date) -> list[OwnRecord]:
    """By school's name; a fixed number of queries."""
    people = list(
        family_persons(user)
        .select_related("school__policy", "student")
        .order_by("school__name", "sort_key", "pk")
    )
    records = {one.pk: OwnRecord(one, one.school, hasattr(one, "student")) for one in people}
    places = list(Slot)
    for contact in sorted(
        Contact.objects.filter(person__in=records), key=lambda one: places.index(Slot(one.slot))
    ):
        records[contact.person_id].contacts.append(contact)
    ties = Guardianship.objects.filter(
        guardian__in=records, student__in=children_of(user, today).values("pk")
    )
    for tie in ties.select_related("student__person", "student__school").order_by("student_id"):
        records[tie.guardian_id].ties.append(tie)
    _add_forms(records, user, today)
    return list(records.values())


def _add_forms(records: Mapping[int, OwnRecord], user: User, today: date) -> None:
    chosen = _children_to_propose_by(records.values(), user, today)
    grid = grid_of(chosen.values(), user, today)
    for person, student in chosen.items():
        known = [one for one in grid.known.get(student.pk, ()) if one.guardian_id == person]
        records[person].known = known[0]
        records[person].grid = Grid([student], {student.pk: known}, grid.own)


def _children_to_propose_by(records: Iterable[OwnRecord], user: User, today: date) -> dict[int, Student]:
    """By person: the child of her open change, else one who is at the school, else the first."""
    by_person: dict[int, list[Student]] = defaultdict(list)
    for record in records:
        for tie in record.ties:
            by_person[record.person.pk].append(tie.student)
    students = {student.pk for some in by_person.values() for student in some}
    waiting = set(open_own(user, today).values_list("student_id", flat=True))
    enrolled = Enrolment.objects.in_force(today).filter(student__in=students, year__is_current=True)
    here = set(enrolled.values_list("student_id", flat=True))
    return {
        person: min(some, key=lambda one: (one.pk not in waiting, one.pk not in here, one.pk))
        for person, some in by_person.items()
    }


def propose_own(
    record: OwnRecord, data: Mapping[str, str], *, by: User, now: datetime
) -> tuple[HandedIn, Typed | None, Problems]:
    """Hand in what she changed of a form of hers; what came of it, what she typed, and what is wrong with that.

    Raises Refused where she may not, and after so many in a day.
    """
    if record.grid is None:
        raise Refused(_("No puede cambiar los contactos de ese alumno."))
    posted = read_post({key: text for key, text in data.items() if not key.startswith("n")}, record.grid)
    typed = posted.rows[0] if posted.rows else None
    if posted.held or typed is None:
        return HandedIn(), typed, posted.held.get(record.key, {})
    _check_how_many(by, now)
    found = hand_in(HandIn(record.school, ProposalSource.FAMILY, posted.ready), by=by, now=now)
    return found, typed, found.problems.get(record.key, {})


def _check_how_many(by: User, now: datetime) -> None:
    lately = ContactBatch.objects.filter(
        proposed_by=by, source=ProposalSource.FAMILY, proposed_at__gt=now - timedelta(days=1)
    )
    if lately.count() >= MOST_A_DAY:
        raise Refused(
            _("Ya ha propuesto %(most)d cambios en un día. Vuelva mañana o hable con la secretaría.")
            % {"most": MOST_A_DAY}
        )
