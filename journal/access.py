"""Who writes in a journal, hands it in, works at the desk, reports and reads. Every query starts from the user."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from journal.models import Journal, JournalLine
from plumier.access import (
    assignments_of,
    groups_tutored_by,
    posts_of,
    schools_directed_by,
    schools_worked_in,
    students_attended_by,
    students_kept_from,
)
from plumier.models import Enrolment, Group, School, SubgroupMember, User


def groups_written_by(user: User, school: School, today: date) -> QuerySet[Group]:
    """The groups of this year that are hers as their tutor (GVCN) or that she teaches (GVBM)."""
    taught = assignments_of(user, today).filter(school=school)
    members = SubgroupMember.objects.filter(subgroup__in=taught.values("subgroup"))
    hers = (
        Q(pk__in=groups_tutored_by(user, today).values("pk"))
        | Q(pk__in=taught.filter(group__isnull=False).values("group"))
        | Q(pk__in=members.values("enrolment__group"))
    )
    return Group.objects.filter(hers, school=school, year__is_current=True)


def is_tutor_of(user: User, group: Group, today: date) -> bool:
    """Whether she hands in its journal."""
    return groups_tutored_by(user, today).filter(pk=group.pk).exists()


def pupils_of(user: User, group: Group, day: date, today: date) -> QuerySet[Enrolment]:
    """Those who were in the class that day, but those from whom a court keeps her (requirement A3)."""
    rows = Enrolment.objects.in_force(day).filter(group=group)
    return rows.exclude(student__in=students_kept_from(user, today).values("pk"))


def pupils_written_of(user: User, group: Group, day: date, today: date) -> QuerySet[Enrolment]:
    """Of those, whom she has before her: all for the tutor and who teaches the group, else those of her subgroup."""
    hers = students_attended_by(user, today).values("pk")
    return pupils_of(user, group, day, today).filter(student__in=hers)


def writes_of_whole(user: User, group: Group, today: date) -> bool:
    """Whether a line of hers may be about the whole class: not where she teaches some of it."""
    taught = assignments_of(user, today).filter(group=group)
    return is_tutor_of(user, group, today) or taught.exists()


def lines_seen_by(
    user: User, journals: Collection[Journal], today: date, *, whole: bool
) -> QuerySet[JournalLine]:
    """Of these journals the lines that stand: all for its tutor and the desk (`whole`), else her own."""
    rows = JournalLine.objects.filter(journal__in=list(journals), removed_at__isnull=True)
    if not whole:
        rows = rows.filter(author=user)
    kept = students_kept_from(user, today).values("pk")
    return rows.filter(Q(enrolment__isnull=True) | ~Q(enrolment__student__in=kept))


def works_at_desk(user: User, school: School, today: date) -> bool:
    """Whether she checks and sends the journals: by a post that the school has named for it."""
    if user.is_superuser:
        return True
    return posts_of(user, school.policy.desk, today).filter(school=school).exists()


def sees_desk(user: User, school: School, today: date) -> bool:
    """Who works there, and the board (BGH, equipo directivo), which reads."""
    return (
        works_at_desk(user, school, today) or schools_directed_by(user, today).filter(pk=school.pk).exists()
    )


def reports_as(user: User, school: School, today: date) -> list[str]:
    """The offices (posts) as which she writes the day's report, in the order of the school's list."""
    if user.is_superuser:
        return list(school.policy.reporters)
    hers = posts_of(user, school.policy.reporters, today).filter(school=school)
    held = set(hers.values_list("role", flat=True))
    return [role for role in school.policy.reporters if role in held]


def reads_reports_whole(user: User, school: School, today: date) -> bool:
    """Who reads all of every class: the posts that get the report, who writes it, the desk and the board."""
    policy = school.policy
    posts = posts_of(user, {*policy.report_readers, *policy.reporters}, today)
    return posts.filter(school=school).exists() or sees_desk(user, school, today)


def reads_reports(user: User, school: School, today: date) -> bool:
    """Those, and every tutor of the school, who reads of her own class what happened with whom."""
    if reads_reports_whole(user, school, today):
        return True
    tutors = groups_tutored_by(user, today).filter(school=school)
    return tutors.exists() and schools_worked_in(user, today).filter(pk=school.pk).exists()
