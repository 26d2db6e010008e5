"""A class with its journal of today, and an office's report, for the tests that walk through every page."""

from datetime import timedelta

from journal.handing_in import hand_in
from journal.models import DayReport, DayReportClass, DayReportIncident, Journal, JournalLine, QuickPhrase
from journal.writing import journal_of
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, Group, SchoolPolicy, User
from plumier.roles import Role


def keep_journals(
    group: Group, by: User, text: str, *, desk: str = Role.CGCN, handed: bool = True
) -> DayReport:
    """The school keeps journals and reports; this class has a line on each pupil, the last day with school."""
    school = group.school
    policy = SchoolPolicy.objects.get(school=school)
    policy.procedures = [*dict.fromkeys([*policy.procedures, "diario", "partes"])]
    policy.desk, policy.reporters, policy.report_readers = [desk], [desk], [Role.BGH]
    policy.save()
    group = Group.objects.select_related("school__policy").get(pk=group.pk)
    now = database_now()
    day = day_in(school, now)
    day -= timedelta(days=max(0, day.isoweekday() - 5))
    journal = journal_of(group, day)
    journal.save()
    pupils = list(Enrolment.objects.filter(group=group).order_by("pk"))
    JournalLine.objects.bulk_create(
        JournalLine(
            school=school,
            journal=journal,
            enrolment=pupil,
            kind="study",
            tone="good",
            text=text,
            author=by,
            by_tutor=True,
            client_key=f"{pupil.pk}",
            created_at=now,
        )
        for pupil in pupils
    )
    QuickPhrase.objects.get_or_create(school=school, text="Trabaja bien")
    if handed:
        hand_in(group, day, by=by, now=now)
    return _report(journal, pupils[0], by, text, desk)


def _report(journal: Journal, pupil: Enrolment, by: User, text: str, role: str) -> DayReport:
    now, school = database_now(), journal.school
    report, _made = DayReport.objects.get_or_create(
        school=school,
        day=journal.day,
        role=role,
        defaults={"edited_by": by, "state": "sent", "number": 1, "sent_at": now},
    )
    DayReportClass.objects.create(school=school, report=report, group=journal.group, absent=1, late=2)
    DayReportIncident.objects.create(
        school=school, report=report, enrolment=pupil, text=text, client_key=f"{pupil.pk}"
    )
    return report
