"""The sample school's class journal: lines of today and of the last day with school, and a report beside it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction

from journal.choices import LineKind, Tone
from journal.handing_in import hand_in
from journal.models import Journal, QuickPhrase
from journal.reports import ClassState, WrittenReport, report_of, save_report
from journal.writing import NewLine, Written, save_lines
from plumier.clock import database_now, day_in
from plumier.models import Enrolment, Group, Procedure, School, SchoolPolicy, User
from plumier.roles import Role
from plumier.school_days import calendar_of

PHRASES: Final = (
    "Trabaja muy bien en clase.",
    "Ha participado y ha ayudado a sus compañeros.",
    "No trae el material.",
    "No ha entregado la tarea.",
    "Se distrae y hay que llamarle la atención.",
)
TONES: Final = (Tone.GOOD, Tone.GOOD, Tone.CONCERN, Tone.CONCERN, Tone.CONCERN)
BACK: Final = timedelta(days=7)


@transaction.atomic
def journals(of: School, groups: Sequence[Group]) -> None:
    """The school keeps the journal and the reports; its first group's of the last day with school waits at the desk.

    Done once: nobody is told anything.
    """
    if Journal.objects.filter(school=of).exists():
        return
    policy = SchoolPolicy.objects.get(school=of)
    kept = (Procedure.JOURNAL.value, Procedure.DAY_REPORTS.value)
    policy.procedures = [*dict.fromkeys([*policy.procedures, *kept])]
    policy.desk = policy.desk or [Role.DIRECTOR, Role.SECRETARY]
    policy.reporters = policy.reporters or [Role.HEAD_OF_STUDIES]
    policy.report_readers = policy.report_readers or [Role.DIRECTOR]
    policy.save(update_fields=["procedures", "desk", "reporters", "report_readers"])
    QuickPhrase.objects.bulk_create(
        (QuickPhrase(school=of, text=text) for text in PHRASES), ignore_conflicts=True
    )
    _write(of, groups[0])


def _write(of: School, group: Group) -> None:
    group = Group.objects.select_related("school__policy", "tutor__user").get(pk=group.pk)
    now, tutor = database_now(), group.tutor.user if group.tutor else None
    today = day_in(of, now)
    days = calendar_of(of).open_days(today - BACK, today - timedelta(days=1))
    if tutor is None or not days:
        return
    pupils = Enrolment.objects.in_force(days[-1]).filter(group=group).order_by("pk")
    lines = [
        NewLine(f"demo-{pk}", text, LineKind.STUDY, tone, pk)
        for pk, text, tone in zip(pupils.values_list("pk", flat=True), PHRASES, TONES, strict=False)
    ]
    save_lines(group, days[-1], Written(new=lines), tutor=True, by=tutor, now=now)
    hand_in(group, days[-1], by=tutor, now=now)
    reporter = User.objects.filter(username="jefa.estudios").first()
    if reporter is not None and report_of(of, days[-1], Role.HEAD_OF_STUDIES) is None:
        written = WrittenReport(0, "Sin novedad en el recreo.", {group.pk: ClassState(2, 1)})
        save_report(of, days[-1], Role.HEAD_OF_STUDIES, written, by=reporter, now=now)
