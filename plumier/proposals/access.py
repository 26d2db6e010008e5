"""Who hands in changes of contacts, for whom, and who sees them. Every query starts from the user."""

from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from plumier import access, standing
from plumier.asking import any_of
from plumier.models import (
    ContactProposal,
    Enrolment,
    Group,
    Guardianship,
    ProposalSource,
    Student,
    User,
)
from plumier.proposals.reviewers import schools_admitted_to_by, schools_reviewed_by


def collects_contacts(user: User, today: date) -> bool:
    """Whether the table of a group is this user's: its tutor (V 1)."""
    return any_of(standing.tutored(user, today))


def admits_pupils(user: User, today: date) -> bool:
    """Whether this user hands in the contacts of new pupils: Đào tạo, and who leads a school."""
    return schools_admitted_to_by(user, today).exists()


def reviews_contacts(user: User, today: date) -> bool:
    """Whether this user reviews and applies what others hand in."""
    return schools_reviewed_by(user, today).exists()


def deals_with_contacts(user: User, today: date) -> bool:
    """Whether any of the staff's pages of contacts is this user's: what a family proposes stands in its own web."""
    return (
        collects_contacts(user, today)
        or admits_pupils(user, today)
        or reviews_contacts(user, today)
        or ContactProposal.objects.filter(batch__proposed_by=user)
        .exclude(batch__source=ProposalSource.FAMILY)
        .exists()
    )


def pupils_of_group(user: User, group: Group, today: date) -> QuerySet[Student]:
    """Students of a group for whose guardians its tutor hands in: enrolled today, and not kept from her by a court."""
    enrolled = Enrolment.objects.in_force(today).filter(
        group=group, group__in=access.groups_tutored_by(user, today)
    )
    students = Student.objects.filter(pk__in=enrolled.values("student"))
    return students.exclude(person__in=access.people_kept_from(user, today).values("pk"))


# Enrolled for the first time, and after both the year's first day and the day of the register's first enrolment in it.
LATE = """
WITH made AS (
    SELECT e.student_id, e.year_id, min(r.at)::date AS day
    FROM plumier_enrolment e
    JOIN plumier_academicyear y ON y.id = e.year_id AND y.is_current
    JOIN plumier_registeredit r ON r.table_name = 'plumier_enrolment' AND r.row_id = e.id AND r.kind = 'I'
    WHERE e.school_id = ANY(%s)
    GROUP BY e.student_id, e.year_id),
begun AS (
    SELECT m.year_id, greatest(min(m.day), y.starts_on) AS day
    FROM made m JOIN plumier_academicyear y ON y.id = m.year_id
    GROUP BY m.year_id, y.starts_on)
SELECT m.student_id FROM made m JOIN begun b USING (year_id)
WHERE m.day > b.day
  AND NOT EXISTS (SELECT FROM plumier_enrolment x WHERE x.student_id = m.student_id AND x.year_id <> m.year_id)
"""


def new_pupils(user: User, today: date) -> QuerySet[Student]:
    """Pupils new in the schools whose contacts this user hands in: come after the year began, or without guardians."""
    schools = list(schools_admitted_to_by(user, today).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(LATE, [schools])
        late = [student for (student,) in cursor.fetchall()]
    enrolled = Enrolment.objects.in_force(today).filter(school__in=schools, year__is_current=True)
    alone = ~Exists(Guardianship.objects.filter(student=OuterRef("pk")))
    students = Student.objects.filter(Q(pk__in=late) | alone, pk__in=enrolled.values("student"))
    return students.exclude(person__in=access.people_kept_from(user, today).values("pk"))


def proposals_reviewed_by(user: User, today: date) -> QuerySet[ContactProposal]:
    """Changes of the schools where this user reviews them."""
    reviewed = schools_reviewed_by(user, today).values("pk")
    return _without_kept(ContactProposal.objects.filter(school__in=reviewed), user, today)


def proposals_visible_to(user: User, today: date) -> QuerySet[ContactProposal]:
    """What this user reviews, and what she has handed in herself."""
    reviewed = Q(school__in=schools_reviewed_by(user, today).values("pk"))
    found = ContactProposal.objects.filter(reviewed | Q(batch__proposed_by=user))
    return _without_kept(found, user, today)


def _without_kept(proposals: QuerySet[ContactProposal], user: User, today: date) -> QuerySet[ContactProposal]:
    """Nothing of a child from whom a court keeps this user, nor of who else answers for that child."""
    kept = access.people_kept_from(user, today).values("pk")
    return proposals.exclude(student__person__in=kept).exclude(guardian__in=kept)
