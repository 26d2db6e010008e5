"""Files of marks: a row for each mark, or a row for each student with a column for each subject."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grades.models import REMARK_LENGTH, VALUE_LENGTH, Evaluation, Mark
from plumier.importing.cells import text_of
from plumier.importing.cells_of_files import is_formula
from plumier.importing.differences import describe_with
from plumier.importing.forms import Form, FormRow
from plumier.importing.kinds import Kind, Setting, add_kind
from plumier.importing.plan import Counts
from plumier.importing.writing import let_change
from plumier.models import Enrolment, Subject
from plumier.names import plain_words

FORM = Form(
    titles={
        "expediente": ("expediente", "exp", "expte", "expediente centro", "expediente alumno"),
        "evaluation": ("evaluacion", "convocatoria", "periodo", "ky", "hoc ky"),
        "subject": ("materia", "asignatura", "area", "modulo", "mon", "mon hoc"),
        "value": ("nota", "calificacion", "diem"),
        "remark": ("observaciones", "observacion", "comentario", "nhan xet"),
    },
    needed=(("expediente",), ("evaluation",)),
)
_OF_THE_STUDENT = frozenset(
    {"alumno", "alumno a", "alumna", "nombre", "apellidos", "grupo", "unidad", "curso", "nre"}
)


def add_marks() -> None:
    """Let files of marks be imported."""
    add_kind(Kind("marks", gettext_lazy("calificaciones"), FORM, plan_marks, before_rosters=True))
    let_change(Mark, "value", "remark")
    describe_with(Evaluation, Mark)


@dataclass(slots=True)
class _Marks:
    """What the register has of a year's marks, and what is planned."""

    setting: Setting
    enrolments: dict[str, Enrolment]
    subjects: dict[str, Subject]
    evaluations: dict[str, Evaluation]
    known: dict[tuple[int, int, int], Mark]
    seen: set[tuple[object, int, int]] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, setting: Setting) -> "_Marks":
        """Read it."""
        enrolments = Enrolment.objects.filter(year=setting.year).select_related("student__person")
        subjects: dict[str, Subject] = {}
        for subject in Subject.objects.filter(school=setting.school):
            subjects[plain_words(subject.name)] = subject
            if subject.code:
                subjects.setdefault(plain_words(subject.code), subject)
        marks = Mark.objects.filter(evaluation__year=setting.year)
        return cls(
            setting,
            {enrolment.student.expediente: enrolment for enrolment in enrolments},
            subjects,
            {plain_words(e.name): e for e in Evaluation.objects.filter(year=setting.year)},
            {(mark.evaluation_id, mark.enrolment_id, mark.subject_id): mark for mark in marks},
        )

    def evaluation(self, row: FormRow) -> Evaluation | None:
        """Find the evaluation of a row, or plan it."""
        name = row.text("evaluation", 60)
        key = plain_words(name)
        if not key:
            row.error("evaluation", _("Falta la evaluación."))
            return None
        if key not in self.evaluations:
            self.evaluations[key] = Evaluation(school=self.setting.school, year=self.setting.year, name=name)
            self.setting.plan.make(self.evaluations[key])
        return self.evaluations[key]

    def put(
        self, row: FormRow, place: tuple[Evaluation, Enrolment, Subject], value: str, remark: str | None
    ) -> None:
        """Plan one mark. The same one twice in a file is an error."""
        evaluation, enrolment, subject = place
        key = (evaluation.pk or id(evaluation), enrolment.pk, subject.pk)
        if key in self.seen:
            row.error(
                "expediente", _("La calificación de %(subject)s está dos veces.") % {"subject": subject}
            )
            return
        self.seen.add(key)
        counts = self.setting.plan.others["marks"]
        mark = self.known.get(key)
        if mark is None:
            mark = Mark(
                school=self.setting.school, evaluation=evaluation, enrolment=enrolment, subject=subject
            )
            mark.value, mark.remark = value, remark or ""
            self.setting.plan.make(mark)
            counts.add(new=True, changed=False)
            return
        mark.evaluation, mark.enrolment, mark.subject = evaluation, enrolment, subject
        remark = mark.remark if remark is None else remark
        counts.add(new=False, changed=self.setting.plan.change(mark, value=value, remark=remark))


def plan_marks(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan the marks of a file. An empty cell says nothing: no mark is ever taken away."""
    setting.plan.others["marks"] = Counts()
    marks = _Marks.of(setting)
    for row in rows:
        setting.plan.line = row.number
        expediente = row.number_text("expediente")
        enrolment = marks.enrolments.get(expediente)
        if enrolment is None:
            row.error("expediente", _("Este expediente no está matriculado en el curso."))
        evaluation = marks.evaluation(row)
        if enrolment is None or evaluation is None:
            continue
        if row.has("subject"):
            _plan_one(row, marks, evaluation, enrolment)
        else:
            _plan_row(row, marks, evaluation, enrolment)


def _plan_one(row: FormRow, marks: _Marks, evaluation: Evaluation, enrolment: Enrolment) -> None:
    subject = marks.subjects.get(plain_words(row.text("subject")))
    value = row.text("value", VALUE_LENGTH)
    if subject is None:
        row.error("subject", _("El centro no tiene esta materia."))
    elif value:
        remark = row.text("remark", REMARK_LENGTH) if row.has("remark") else None
        marks.put(row, (evaluation, enrolment, subject), value, remark)


def _plan_row(row: FormRow, marks: _Marks, evaluation: Evaluation, enrolment: Enrolment) -> None:
    """Plan the marks of one student, whose columns are titled with the subjects."""
    for place, title in row.table.others.items():
        cell = row.row[place] if place < len(row.row) else ""
        value = text_of(cell)
        subject = marks.subjects.get(plain_words(title))
        if subject is None:
            if title not in marks.strange and plain_words(title) not in _OF_THE_STUDENT:
                marks.strange.add(title)
                message = _("No es una materia del centro: no se importa.")
                marks.setting.findings.warn(message, row=row.table.row, column=title)
        elif is_formula(cell):
            message = _("La celda tiene una fórmula: péguela como valor.")
            marks.setting.findings.error(message, row=row.number, column=title, value=value)
        elif len(value) > VALUE_LENGTH:
            message = _("Es demasiado largo: caben %(longest)d letras.") % {"longest": VALUE_LENGTH}
            marks.setting.findings.error(message, row=row.number, column=title, value=value)
        elif value:
            marks.put(row, (evaluation, enrolment, subject), value, None)
