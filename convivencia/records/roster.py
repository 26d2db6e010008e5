"""Whom a text about a pupil must not name, and whom it may: asked of the register (requirement E4)."""

from django.db.models import Exists, OuterRef, Q

from convivencia.models import BehaviourRecord
from convivencia.records.naming import Allowed, Found, Somebody, others_named, readable
from plumier.models import Enrolment, Guardianship, Person, SubgroupMember, User
from plumier.models.schools import Language


def named_in(record: BehaviourRecord, text: str, *, by: User) -> list[Found]:
    """Where a text (`readable`) that this user would send names another pupil of the school. Four queries."""
    school = record.school
    return others_named(
        readable(text),
        others_of(record),
        allowed_of(record, by),
        marks_matter=school.language == Language.VIETNAMESE,
    )


def others_of(record: BehaviourRecord) -> list[Somebody]:
    """Every other pupil of the year; near are those of her groups and subgroups, and of the same incident."""
    student = record.enrolment.student_id
    hers = Enrolment.objects.filter(student=student, year__is_current=True)
    subgroups = SubgroupMember.objects.filter(enrolment__in=hers).values("subgroup")
    beside = SubgroupMember.objects.filter(enrolment=OuterRef("pk"), subgroup__in=subgroups)
    involved = BehaviourRecord.objects.filter(enrolment=OuterRef("pk"), incident=record.incident)
    near = Q(group__in=hers.values("group")) | Q(Exists(beside)) | Q(Exists(involved))
    rows = Enrolment.objects.filter(school=record.school_id, year__is_current=True)
    names = rows.exclude(student=student).annotate(near=near)
    return [
        Somebody(*row)
        for row in names.values_list("student__person__given_name", "student__person__surname", "near")
    ]


def allowed_of(record: BehaviourRecord, by: User) -> Allowed:
    """Herself, who answers for her, who wrote it and who sends it; of the staff those with their surname or title."""
    student = record.enrolment.student_id
    family = Guardianship.objects.filter(student=student).values("guardian")
    known = (
        Q(student=student) | Q(pk__in=family) | Q(user__in=[record.author_id, by.pk], school=record.school_id)
    )
    staff = Person.objects.filter(school=record.school_id, staff__isnull=False)
    return Allowed(
        tuple(Somebody(*row) for row in Person.objects.filter(known).values_list("given_name", "surname")),
        tuple(Somebody(*row) for row in staff.values_list("given_name", "surname").distinct()),
    )
