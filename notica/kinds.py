"""The rules of the two source documents as one table: a row per kind of message.

Adding a kind is adding a row. What a school allows on top is that school's policy.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notica.choices import Audience, Lane, Way

ALUMNO, FAMILIA, PERSONAL = Audience.STUDENT, Audience.FAMILY, Audience.STAFF
CHAT, EMAIL, SMS, NOTICA = Way.TELEGRAM_TOKAPP, Way.EMAIL, Way.SMS, Way.NOTICA
SUBJECT_LENGTH: Final = 200
# Characters of a text by way. SMS: requirement B3. Telegram takes 4,096 with the school and the names round it.
LENGTHS: Final[dict[Way, int]] = {SMS: 151, CHAT: 3500}


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be sent, to whom, and how.

    `ways` are tried in this order when `chosen` is False; when the sender chooses, they are what she may
    choose from. `step_deadline` is how long one step may take before the next opens; `keep` how long
    Notica shows it; `lifetime` how long after it is due it may still go out. `files_to_mail` says that one
    with files goes to the mail server alone, without a Notica copy (requirement B1).
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
    sms_to_many: bool = False
    moderated: bool = False
    quiet: bool = True
    lane: Lane = Lane.BULK
    step_deadline: timedelta = timedelta(hours=4)
    lifetime: timedelta = timedelta(hours=48)
    keep: timedelta = timedelta(days=90)
    acuse: bool = False


ABSENCE_STEP: Final = timedelta(minutes=15)
# How long a parent has to confirm: a code that arrives later confirms nothing.
CODE_LIFETIME: Final = timedelta(hours=48)
WEEK: Final = timedelta(days=7)

_ROWS: Final = (
    Kind(
        "message", _("Mensaje"), "C1 C2 C3", (ALUMNO, FAMILIA, PERSONAL), (EMAIL, CHAT, SMS),
        chosen=True, attachments=True, files_to_mail=True, acuse=True,
    ),
    Kind("acuse", _("Acuse de envío"), "C4", (PERSONAL,), (EMAIL,)),
    Kind("student_data", _("Datos de alumnos"), "C5", (PERSONAL,), (EMAIL, NOTICA), attachments=True),
    Kind(
        "general", _("Mensaje general"), "C8", (FAMILIA,), (CHAT, SMS),
        chosen=True, sms_to_many=True, moderated=True, acuse=True,
    ),
    Kind(
        "journal", _("Diario de clase"), "C9", (FAMILIA,), (CHAT, SMS),
        sms_to_many=True, moderated=True, acuse=True,
    ),
    Kind(
        "out_of_hours", _("Mensaje fuera de horario"), "C10", (FAMILIA,), (CHAT, SMS),
        chosen=True, sms_to_many=True, acuse=True,
    ),
    Kind("day_report", _("Parte del día"), "C12", (PERSONAL,), (EMAIL,)),
    Kind("to_teacher", _("Mensaje de una familia"), "D1 D2 D3 D4", (PERSONAL,), (EMAIL,), attachments=True),
    Kind("reply", _("Respuesta"), "D5", (ALUMNO, FAMILIA), (CHAT, EMAIL), email_after=True),
    Kind(
        "absence", _("Falta de asistencia"), "E1", (FAMILIA,), (CHAT,),
        email_after=True, lane=Lane.URGENT, step_deadline=ABSENCE_STEP,
    ),
    Kind(
        "absence_correction", _("Corrección de falta"), "E1", (FAMILIA,), (CHAT,),
        email_after=True, lane=Lane.URGENT, step_deadline=ABSENCE_STEP,
    ),
    Kind("justification", _("Justificación de faltas"), "E2", (PERSONAL,), (EMAIL,), keep=WEEK),
    Kind("absenteeism", _("Absentismo"), "E3", (PERSONAL,), (NOTICA,)),
    Kind("behaviour", _("Registro de convivencia"), "E4", (FAMILIA,), (CHAT,), acuse=True),
    Kind("disciplinary", _("Expediente disciplinario"), "E5", (PERSONAL,), (EMAIL,)),
    Kind("diploma", _("Recepción de un título"), "E6", (ALUMNO,), (SMS,), sms_to_many=True, acuse=True),
    Kind("transfer", _("Traslado"), "E7", (PERSONAL,), (NOTICA,)),
    Kind("fees", _("Informe de tasas"), "E8", (PERSONAL,), (NOTICA,)),
    Kind("meeting", _("Convocatoria"), "E9", (PERSONAL,), (EMAIL,), attachments=True, acuse=True),
    Kind(
        "contact_code", _("Código de confirmación"), "A6", (FAMILIA,), (SMS, EMAIL),
        lane=Lane.URGENT, step_deadline=ABSENCE_STEP, lifetime=CODE_LIFETIME,
    ),
    Kind(
        "contacts_returned", _("Cambios de contactos devueltos"), "A6", (PERSONAL, FAMILIA), (EMAIL, NOTICA),
    ),
    Kind(
        "test", _("Mensaje de prueba"), "B11", (ALUMNO, FAMILIA, PERSONAL), (EMAIL, CHAT, SMS),
        chosen=True, lane=Lane.URGENT,
    ),
)  # fmt: skip

KINDS: Final[dict[str, Kind]] = {row.code: row for row in _ROWS}
SMS_STEP_DEADLINE: Final = timedelta(minutes=60)


def step_deadline(kind: Kind, channels: tuple[str, ...]) -> timedelta:
    """How long a step over these channels may take before the next one opens."""
    return min(kind.step_deadline, SMS_STEP_DEADLINE) if "sms" in channels else kind.step_deadline
