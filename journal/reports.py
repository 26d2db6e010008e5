"""The day's report of an office: kept as it is typed, sent once, and sent again as a correction (requirement C12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from journal.choices import ReportState
from journal.models import DayReport, DayReportClass, DayReportIncident
from journal.models.reports import REMARK_LENGTH, REMARKS_LENGTH
from journal.report_telling import tell_report
from journal.writing import check_day
from plumier.access import students_kept_from
from plumier.clock import day_in
from plumier.history import acting
from plumier.models import Enrolment, Group, School, User
from plumier.names import clean_text
from plumier.refusals import Refused


@dataclass(frozen=True, slots=True)
class ClassState:
    """Of a class: how many are missing and late, None where nobody counted, and what else."""

    absent: int | None = None
    late: int | None = None
    remarks: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self.absent is None and self.late is None and not self.remarks


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What happened with a pupil."""

    key: str
    enrolment: int
    text: str


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report as it was sent; `version` is the one that was shown, 0 for a new one. `incidents` are kept ones by id,
    each with its text: an empty one takes it away."""

    version: int
    remarks: str = ""
    classes: Mapping[int, ClassState] | None = None
    incidents: Mapping[int, str] | None = None
    new: Sequence[NewIncident] = ()


class ReportChanged(Refused):
    """Somebody else of the office has changed it meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Otra persona ha cambiado este parte mientras tanto. Compare con lo que consta y guarde otra vez."
            )
        )


def report_of(school: School, day: date, role: str) -> DayReport | None:
    """An office's report of a day, if there is one."""
    return DayReport.objects.filter(school=school, day=day, role=role).first()


@transaction.atomic
def save_report(
    school: School, day: date, role: str, written: WrittenReport, *, by: User, now: datetime
) -> DayReport:
    """Keep it as a draft; one that was sent is a draft again until its correction goes out.

    Whether the office is hers, the caller has asked `access`. Raises Refused for a day without school or what is
    wrong, and ReportChanged; then nothing is kept.
    """
    check_day(school, day, now)
    DayReport.objects.bulk_create(
        [DayReport(school=school, day=day, role=role, edited_by=by, version=0)], ignore_conflicts=True
    )
    report = DayReport.objects.select_for_update(of=("self",)).get(school=school, day=day, role=role)
    if _says(report, written):
        return report  # pressed twice, or nothing changed: what was sent stays sent
    if report.version != written.version:
        raise ReportChanged
    report.remarks = _checked(written.remarks, REMARKS_LENGTH)
    report.state, report.edited_by, report.version = ReportState.DRAFT, by, report.version + 1
    with acting(by.pk, "day_report"):
        report.save(update_fields=["remarks", "state", "edited_by", "version"])
        _keep_classes(report, written.classes or {})
        _keep_incidents(report, written, by, now)
    return report


def _says(report: DayReport, written: WrittenReport) -> bool:
    """Whether it says all of this already."""
    classes = {
        one.group_id: ClassState(one.absent, one.late, one.remarks)
        for one in DayReportClass.objects.filter(report=report)
    }
    texts, made = {}, {}
    for one in DayReportIncident.objects.filter(report=report):
        texts[one.pk] = "" if one.removed_at else one.text
        made[one.client_key] = texts[one.pk]
    return (
        report.remarks == clean_text(written.remarks.strip())
        and all(
            classes.get(pk, ClassState()) == replace(one, remarks=clean_text(one.remarks.strip()))
            for pk, one in (written.classes or {}).items()
        )
        and all(texts.get(pk) == clean_text(text.strip()) for pk, text in (written.incidents or {}).items())
        and all(made.get(one.key[:40]) == clean_text(one.text.strip()) for one in written.new)
    )


def _keep_classes(report: DayReport, classes: Mapping[int, ClassState]) -> None:
    """Of groups of this school and year; what says nothing is no row."""
    known = Group.objects.filter(school=report.school_id, year__is_current=True, pk__in=list(classes))
    rows = [
        DayReportClass(
            school_id=report.school_id,
            report=report,
            group_id=pk,
            absent=classes[pk].absent,
            late=classes[pk].late,
            remarks=_checked(classes[pk].remarks, REMARK_LENGTH),
        )
        for pk in known.order_by("pk").values_list("pk", flat=True)
    ]
    said = [row for row in rows if not classes[row.group_id].is_empty]
    silent = [row.group_id for row in rows if classes[row.group_id].is_empty]
    DayReportClass.objects.filter(report=report, group__in=silent).delete()
    DayReportClass.objects.bulk_create(
        said,
        update_conflicts=True,
        unique_fields=["report", "group"],
        update_fields=["absent", "late", "remarks"],
    )


def _keep_incidents(report: DayReport, written: WrittenReport, by: User, now: datetime) -> None:
    kept = students_kept_from(by, day_in(report.school, now)).values("pk")
    typed = written.incidents or {}
    rows = list(
        DayReportIncident.objects.filter(report=report, pk__in=list(typed), removed_at__isnull=True).exclude(
            enrolment__student__in=kept
        )
    )
    for row in rows:
        text = _checked(typed[row.pk], REMARK_LENGTH)
        row.text, row.removed_at = (text, None) if text else (row.text, now)
    DayReportIncident.objects.bulk_update(rows, ["text", "removed_at"])
    new = [one for one in written.new if one.text.strip()]
    pupils = Enrolment.objects.in_force(report.day).filter(
        school=report.school_id, year__is_current=True, pk__in=[one.enrolment for one in new]
    )
    hers = set(pupils.exclude(student__in=kept).values_list("pk", flat=True))
    if {one.enrolment for one in new} - hers:
        raise Refused(_("Elija de quién es cada incidencia."))
    DayReportIncident.objects.bulk_create(
        (
            DayReportIncident(
                school_id=report.school_id,
                report=report,
                enrolment_id=one.enrolment,
                text=_checked(one.text, REMARK_LENGTH),
                client_key=one.key[:40],
            )
            for one in new
        ),
        ignore_conflicts=True,
    )


def _checked(text: str, longest: int) -> str:
    text = clean_text(text.strip())
    if len(text) > longest:
        raise Refused(
            _("«%(begins)s…» es demasiado largo: caben %(most)d caracteres.")
            % {"begins": text[:30], "most": longest}
        )
    return text


@transaction.atomic
def send_report(report: DayReport, *, by: User, now: datetime) -> DayReport:
    """Mail it to whom the school says and to every tutor, once; after a change it goes again, as a correction.

    Raises Refused where it says nothing, or nobody would get it.
    """
    held = (
        DayReport.objects.select_for_update(of=("self",)).select_related("school__policy").get(pk=report.pk)
    )
    if held.state == ReportState.SENT:
        return held
    said = DayReportClass.objects.filter(report=held).exists() or held.remarks
    if not said and not DayReportIncident.objects.filter(report=held, removed_at__isnull=True).exists():
        raise Refused(_("El parte está vacío: escriba al menos los números de un grupo."))
    held.state, held.number, held.sent_at = ReportState.SENT, held.number + 1, now
    with acting(by.pk, "day_report"):
        held.save(update_fields=["state", "number", "sent_at"])
    tell_report(held, by=by, now=now)
    return held
