"""The rules of the two source documents as one table: a row per kind of message.

Adding a kind is adding a row. What a school allows on top is that school's policy.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notica.choices import Audience, Lane, Way

ALUMNO, FAMILIA, PERSONAL = Audience.STUDENT, Audience.FAMILY, Audience.STAFF
CHAT, EMAIL, SMS, NOTICA = Way.TELEGRAM_TOKAPP, Way.EMAIL, Way.SMS, Way.NOTICA
SUBJECT_LENGTH: Final = 200
# Characters of a text by way. SMS: requirement B3. What is longer than a chat takes at once goes in parts.
LENGTHS: Final[dict[Way, int]] = {SMS: 151, CHAT: 12_000}


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be sent, to whom, and how.

    `ways` are tried in this order when `chosen` is False; when the sender chooses, they are what she may
    choose from. `step_deadline` is how long one step may take before the next opens; `keep` how long Notica
    shows it; `lifetime` how long after it is due it may still go out. `files_to_mail` says that one with
    files goes to the mail server alone, without a Notica copy (requirement B1); `files_stay` that its mail
    only tells of them: they are read in Notica. `placeholders` says that its sender may leave places in the
    text that are filled for each recipient (requirement C7). `own_texts` says that everybody reads what a procedure
    has written of her own children, and nothing else (`writing.own_texts`, requirement C9). `one_address`
    says that it goes to one address that somebody names (`one_off`): there is no next step, and no copy in Notica.
    `who_left` says that students named one by one are written to though they are not enrolled any more.
    """

    code: str
    label: Promise
    source: str
    audiences: tuple[Audience, ...]
    ways: tuple[Way, ...]
    chosen: bool = False
    email_after: bool = False
    attachments: bool = False
    files_to_mail: bool = False
    files_stay: bool = False
    sms_to_many: bool = False
    moderated: bool = False
    quiet: bool = True
    lane: Lane = Lane.BULK
    step_deadline: timedelta = timedelta(hours=4)
    lifetime: timedelta = timedelta(hours=48)
    keep: timedelta = timedelta(days=90)
    acuse: bool = False
    placeholders: bool = False
    own_texts: bool = False
    one_address: bool = False
    who_left: bool = False


ABSENCE_STEP: Final = timedelta(minutes=15)
# How long a parent has to confirm: a code that arrives later confirms nothing.
CODE_LIFETIME: Final = timedelta(hours=48)
UNDO_SECONDS: Final = 10.0  # how long a message may be held so that its sender can take it back
WEEK: Final = timedelta(days=7)
MESSAGE: Final = "message"
OUT_OF_HOURS: Final = "out_of_hours"
TO_TEACHER: Final = "to_teacher"
REPLY: Final = "reply"
GENERAL: Final = "general"
REVIEW_WAITING: Final = "review_waiting"
REVIEW_ANSWER: Final = "review_answer"
GRADES: Final = "grades"
ABSENCE: Final = "absence"
ABSENCE_CORRECTION: Final = "absence_correction"
ABSENCE_EXCUSE: Final = "absence_excuse"
ABSENCE_ALARM: Final = "absence_alarm"
BEHAVIOUR: Final = "behaviour"
DISCIPLINARY: Final = "disciplinary"
DISCIPLINARY_DEADLINE: Final = "disciplinary_deadline"
DIPLOMA: Final = "diploma"
TRANSFER: Final = "transfer"
MEETING: Final = "meeting"
JOURNAL: Final = "journal"
JOURNAL_REMINDER: Final = "journal_reminder"
JOURNAL_MISSING: Final = "journal_missing"
JOURNAL_RETURNED: Final = "journal_returned"
DAY_REPORT: Final = "day_report"
# What happened is told, whoever wrote it down and whether she is still here.
OF_EVENTS: Final = (
    *(ABSENCE, ABSENCE_CORRECTION, ABSENCE_EXCUSE, ABSENCE_ALARM, DISCIPLINARY, MEETING),
    *(JOURNAL, DAY_REPORT),
)
# Not everybody's who acts for the school: its management's alone, and nobody's about whose child it is.
FOR_DIRECTORS: Final = (BEHAVIOUR, DISCIPLINARY, DISCIPLINARY_DEADLINE, MEETING)
# Between one family and one teacher, and nobody else's business.
CORRESPONDENCE: Final = (TO_TEACHER, REPLY)

_ROWS: Final = (
    Kind(
        MESSAGE, _("Mensaje"), "C1 C2 C3", (ALUMNO, FAMILIA, PERSONAL), (EMAIL, CHAT, SMS),
        chosen=True, attachments=True, files_to_mail=True, acuse=True, placeholders=True,
    ),
    Kind("acuse", _("Acuse de envío"), "C4", (PERSONAL,), (EMAIL,)),
    Kind("student_data", _("Datos de alumnos"), "C5", (PERSONAL,), (EMAIL, NOTICA), attachments=True),
    Kind("tokapp_roster", _("Listado para TokApp"), "B5", (PERSONAL,), (EMAIL, NOTICA), attachments=True),
    Kind("send_result", _("Resultado de un envío"), "C4", (PERSONAL,), (EMAIL, NOTICA), attachments=True),
    Kind(
        GENERAL, _("Mensaje general"), "C8", (FAMILIA,), (CHAT, SMS, EMAIL),
        chosen=True, attachments=True, sms_to_many=True, moderated=True, acuse=True, placeholders=True,
    ),
    Kind(REVIEW_WAITING, _("Texto en la mesa de revisión"), "C8", (PERSONAL,), (NOTICA,)),
    Kind(REVIEW_ANSWER, _("Respuesta de la mesa de revisión"), "C8", (PERSONAL,), (EMAIL, NOTICA)),
    Kind(
        JOURNAL, _("Diario de clase"), "C9", (FAMILIA,), (CHAT, SMS),
        sms_to_many=True, moderated=True, acuse=True, own_texts=True,
    ),
    Kind(JOURNAL_REMINDER, _("Diario de clase por entregar"), "C9", (PERSONAL,), (EMAIL, NOTICA)),
    Kind(JOURNAL_MISSING, _("Diarios sin entregar"), "C9", (PERSONAL,), (EMAIL, NOTICA)),
    Kind(JOURNAL_RETURNED, _("Diario de clase devuelto"), "C9", (PERSONAL,), (EMAIL, NOTICA)),
    Kind(
        OUT_OF_HOURS, _("Mensaje fuera de horario"), "C10", (FAMILIA,), (CHAT, SMS),
        chosen=True, sms_to_many=True, acuse=True, placeholders=True,
    ),
    Kind(DAY_REPORT, _("Parte del día"), "C12", (PERSONAL,), (EMAIL, NOTICA)),
    Kind(
        TO_TEACHER, _("Mensaje de una familia"), "D1 D2 D3 D4", (PERSONAL,), (EMAIL, NOTICA),
        attachments=True, files_stay=True,
    ),
    Kind(REPLY, _("Respuesta"), "D5", (ALUMNO, FAMILIA), (CHAT, EMAIL, NOTICA), email_after=True),
    Kind(GRADES, _("Calificaciones"), "D3", (FAMILIA,), (CHAT, EMAIL, NOTICA), email_after=True, acuse=True),
    Kind(
        ABSENCE, _("Falta de asistencia"), "E1", (FAMILIA,), (CHAT,),
        email_after=True, lane=Lane.URGENT, step_deadline=ABSENCE_STEP,
    ),
    Kind(
        ABSENCE_CORRECTION, _("Corrección de falta"), "E1", (FAMILIA,), (CHAT,),
        email_after=True, lane=Lane.URGENT, step_deadline=ABSENCE_STEP,
    ),
    Kind(ABSENCE_EXCUSE, _("Una familia sabía de la falta"), "E1", (PERSONAL,), (EMAIL, NOTICA)),
    Kind(
        ABSENCE_ALARM, _("¡Debería estar en clase!"), "E1", (PERSONAL,), (EMAIL, NOTICA),
        quiet=False, lane=Lane.URGENT, step_deadline=ABSENCE_STEP,
    ),
    Kind("justification", _("Justificación de faltas"), "E2", (PERSONAL,), (EMAIL,), keep=WEEK),
    Kind("absenteeism", _("Absentismo"), "E3", (PERSONAL,), (NOTICA,)),
    Kind(BEHAVIOUR, _("Registro de convivencia"), "E4", (FAMILIA,), (CHAT,), acuse=True),
    Kind(DISCIPLINARY, _("Expediente disciplinario"), "E5", (PERSONAL,), (EMAIL,)),
    Kind(DISCIPLINARY_DEADLINE, _("Plazo de un expediente"), "E5", (PERSONAL,), (NOTICA,)),
    Kind(
        DIPLOMA, _("Recepción de un título"), "E6", (ALUMNO,), (SMS,),
        sms_to_many=True, acuse=True, who_left=True,
    ),
    Kind(TRANSFER, _("Traslado"), "E7", (PERSONAL,), (NOTICA,)),
    Kind("fees", _("Informe de tasas"), "E8", (PERSONAL,), (NOTICA,)),
    Kind(MEETING, _("Convocatoria"), "E9", (PERSONAL,), (EMAIL,), attachments=True, acuse=True),
    Kind(
        "contact_code", _("Código de confirmación"), "A6", (FAMILIA,), (SMS, EMAIL),
        lane=Lane.URGENT, step_deadline=ABSENCE_STEP, lifetime=CODE_LIFETIME,
        one_address=True,
    ),
    Kind(
        "contacts_returned", _("Cambios de contactos devueltos"), "A6", (PERSONAL, FAMILIA), (EMAIL, NOTICA),
    ),
    Kind("own_data", _("Lo que el centro guarda de usted"), "A6", (ALUMNO, FAMILIA), (EMAIL, NOTICA)),
    Kind(
        "test", _("Mensaje de prueba"), "B11", (ALUMNO, FAMILIA, PERSONAL), (EMAIL, CHAT, SMS),
        chosen=True, lane=Lane.URGENT, one_address=True,
    ),
)  # fmt: skip

KINDS: Final[dict[str, Kind]] = {row.code: row for row in _ROWS}
# Rules that stand ready while nothing here sends them yet: nobody is told that they are sent.
UNSENT: Final[frozenset[str]] = frozenset()
SMS_STEP_DEADLINE: Final = timedelta(minutes=60)


def step_deadline(kind: Kind, channels: tuple[str, ...]) -> timedelta:
    """How long a step over these channels may take before the next one opens."""
    return min(kind.step_deadline, SMS_STEP_DEADLINE) if "sms" in channels else kind.step_deadline


def first_way(code: str, used: Collection[str]) -> Way:
    """The first of a kind's ways that a school uses; Notica is everybody's."""
    return next((way for way in KINDS[code].ways if way in used), Way.NOTICA)
