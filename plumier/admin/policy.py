"""What a school allows when it communicates: every part of its policy, in words (requirements A1, A7, C8–C12)."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.scope import SchoolScopedForm, SchoolScopedInline
from plumier.models import Procedure, School, SchoolPolicy
from plumier.refusals import Refused
from plumier.roles import WHOLE_SCHOOL, Role
from plumier.roster_columns import as_lines, read_lines

CHANNELS: Final = (
    ("email", gettext_lazy("Correo electrónico")),
    ("telegram_tokapp", "Telegram/TokApp"),
    ("sms", "SMS"),
)
WEEK: Final = (
    (1, gettext_lazy("lunes")),
    (2, gettext_lazy("martes")),
    (3, gettext_lazy("miércoles")),
    (4, gettext_lazy("jueves")),
    (5, gettext_lazy("viernes")),
    (6, gettext_lazy("sábado")),
    (7, gettext_lazy("domingo")),
)
_LEADING: Final = [(role.value, role.label) for role in Role if role in WHOLE_SCHOOL]
# What cannot do without a desk.
_OF_DESK: Final = {Procedure.REVIEW, Procedure.JOURNAL}


class ColumnLines(forms.CharField):
    """The columns of the roster for TokApp, a line each."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return as_lines(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return read_lines(super().to_python(value) or "")
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


def _ticks(
    label: Any, choices: Iterable[Any], words: Any = "", coerce: Any = str
) -> forms.TypedMultipleChoiceField:
    """A list of codes as boxes."""
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=choices,
        coerce=coerce,
        help_text=words,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PolicyForm(SchoolScopedForm[SchoolPolicy]):
    """Everything but the roster's columns is checked where it is wrong: at its field."""

    channels = _ticks(gettext_lazy("Vías que usa el centro"), CHANNELS)
    procedures = _ticks(
        gettext_lazy("Procedimientos que lleva el centro"),
        Procedure.choices,
        gettext_lazy("Los demás no se muestran a nadie; lo que guardan sigue guardado."),
    )
    whole_school_senders = _ticks(
        gettext_lazy("Cargos que escriben a todo el centro"),
        _LEADING,
        gettext_lazy("Los demás cargos de esta lista ven a todo el centro y no le escriben."),
    )
    offices = _ticks(
        gettext_lazy("Cargos cuyos mensajes generales pasan por la mesa de revisión"),
        Role.choices,
        gettext_lazy("Entregan textos para las familias. Responden de lo que dicen."),
    )
    desk = _ticks(
        gettext_lazy("Cargos que atienden la mesa de revisión"),
        Role.choices,
        gettext_lazy("Corrigen, devuelven o envían lo que entregan las oficinas y los tutores."),
    )
    office_days = _ticks(gettext_lazy("Días de oficina"), WEEK, coerce=int)
    reporters = _ticks(gettext_lazy("Cargos que escriben el parte del día"), Role.choices)
    report_readers = _ticks(
        gettext_lazy("Cargos que reciben el parte del día, además de los tutores"), Role.choices
    )
    support_url = forms.URLField(label=gettext_lazy("Web del soporte"), required=False, assume_scheme="https")
    tokapp_url = forms.URLField(label=gettext_lazy("Ayuda de TokApp"), required=False, assume_scheme="https")
    tokapp_app_url = forms.URLField(
        label=gettext_lazy("Dónde se instala TokApp"),
        help_text=gettext_lazy("A donde lleva el código QR del folleto para las familias."),
        required=False,
        assume_scheme="https",
    )
    tokapp_columns = ColumnLines(
        label=gettext_lazy("Columnas del listado para TokApp"),
        help_text=gettext_lazy(
            "Una por línea, en su orden: «código» o «código: título». Vacío: las habituales."
        ),
        required=False,
    )

    class Meta:
        localized_fields = ("sms_price",)  # with the language's own decimal sign
        help_texts: ClassVar = {
            "quiet_from": gettext_lazy("Lo que se envía en silencio llega al acabar. Las dos vacías: nunca."),
            "senders": gettext_lazy("Además de los cargos que escriben a todo el centro."),
            "tutors_write": gettext_lazy("En horario de oficina, si no, lo envía la mesa."),
            "sms_to_many": gettext_lazy("Sin marcar, un SMS va a un solo alumno, familia o compañero."),
            "sms_by_default": gettext_lazy(
                "Si el texto cabe en un SMS y a esa familia no le llega otra vía."
            ),
            "registration_required": gettext_lazy("Quien no se ha registrado no recibe ningún mensaje."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            raise ValidationError(_("Escriba las dos horas de silencio o ninguna."))
        for name, words in _problems(cleaned):
            if name not in self.errors:
                self.add_error(name, words)
        return cleaned


def _problems(cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What does not go together, and at which field."""

    def some(name: str) -> set[str]:
        return set(cleaned.get(name) or ())

    quiet = cleaned.get("quiet_from")
    if quiet is not None and quiet == cleaned.get("quiet_until"):
        yield (
            "quiet_until",
            _("El silencio empieza y acaba a la misma hora: cambie una, o deje las dos vacías."),
        )
    begins, ends = cleaned.get("office_from"), cleaned.get("office_until")
    if begins and ends and ends <= begins:
        yield "office_until", _("El horario de oficina acaba antes de empezar.")
    used = some("procedures")
    if used & _OF_DESK and not some("desk"):
        yield "desk", _("La mesa de revisión y el diario de clase necesitan quien atienda la mesa.")
    if Procedure.REVIEW in used and not some("offices"):
        yield "offices", _("Diga qué cargos entregan textos a la mesa de revisión.")
    if some("offices") and Procedure.REVIEW not in used:
        yield "procedures", _("Hay cargos que entregan textos: marque también la mesa de revisión.")
    if Procedure.DAY_REPORTS in used and not some("reporters"):
        yield "reporters", _("Diga qué cargos escriben el parte del día.")
    if cleaned.get("sms_by_default") and "sms" not in some("channels"):
        yield "sms_by_default", _("El centro no usa SMS: márquelo entre sus vías, o desmarque esto.")


class PolicyInline(SchoolScopedInline[SchoolPolicy, School]):
    """The policy, on the school's own page, in parts."""

    model = SchoolPolicy
    form = PolicyForm
    can_delete = False
    min_num = 1
    fieldsets: ClassVar = (
        (gettext_lazy("Qué lleva el centro"), {"fields": ("procedures",)}),
        (gettext_lazy("Por dónde se escribe"), {"fields": ("channels", ("sms_to_many", "sms_by_default"))}),
        (gettext_lazy("Lo que cuesta un SMS"), {"fields": (("sms_price", "sms_currency"),)}),
        (
            gettext_lazy("Quién escribe a las familias"),
            {"fields": ("whole_school_senders", "senders", "tutors_write", "registration_required")},
        ),
        (gettext_lazy("Mesa de revisión"), {"fields": ("offices", "desk")}),
        (
            gettext_lazy("Horas"),
            {
                "fields": (
                    ("quiet_from", "quiet_until"),
                    ("office_from", "office_until"),
                    "office_days",
                    ("journal_until", "journal_reminder"),
                )
            },
        ),
        (gettext_lazy("Parte del día"), {"fields": ("reporters", "report_readers")}),
        (
            gettext_lazy("Entrada"),
            {"fields": (("staff_login", "family_login", "student_login"), "second_factor")},
        ),
        (
            gettext_lazy("A quién se pregunta"),
            {
                "fields": (
                    ("school_phone", "school_email"),
                    ("support_name", "support_url", "support_email", "support_phone"),
                )
            },
        ),
        (
            "TokApp",
            {
                "fields": (
                    ("tokapp_url", "tokapp_phone"),
                    ("tokapp_own_account", "tokapp_code", "tokapp_app_url"),
                    ("tokapp_columns", "tokapp_separator"),
                )
            },
        ),
    )
