"""What a school allows when it communicates, and what it keeps here (requirements A1, B3, C8–C12)."""

from datetime import time
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumier.models.schools import School
from plumier.roles import WHOLE_SCHOOL, Role
from plumier.roster_columns import kept_problem


class Senders(models.TextChoices):
    """Which staff, beside those who lead the school, may write to students and families (C1; V 2)."""

    TEACHERS = "teachers", _("los docentes, a sus grupos")
    TUTORS = "tutors", _("solo los tutores, a su grupo")


class Procedure(models.TextChoices):
    """What a school may keep here beside messages, absences and marks; its pages are shown to a school that uses it."""

    BEHAVIOUR = "convivencia", _("Convivencia")
    DISCIPLINARY = "expedientes", _("Expedientes disciplinarios")
    DIPLOMAS = "titulos", _("Títulos")
    TRANSFERS = "traslados", _("Traslados")
    FEES = "tasas", _("Tasas")
    BODIES = "organos", _("Órganos y comisiones")
    REVIEW = "mesa", _("Mesa de revisión")
    JOURNAL = "diario", _("Diario de clase")
    DAY_REPORTS = "partes", _("Partes del día")


class TutorsWrite(models.TextChoices):
    """When a tutor writes to her families by herself (requirement C10); at other times the review desk sends it."""

    ALWAYS = "always", _("a cualquier hora")
    OUT_OF_HOURS = "outside", _("solo fuera del horario de oficina")


class LogIn(models.TextChoices):
    """What a user name is made of (requirement A7)."""

    DNI = "dni", _("el DNI o NIE")
    NRE = "nre", _("el NRE")
    EMAIL = "email", _("el correo")


class Currency(models.TextChoices):
    """What a school is charged in, by its code in ISO 4217."""

    EURO = "EUR", _("euros")
    DOLLAR = "USD", _("dólares")
    DONG = "VND", _("dongs")


class CsvSeparator(models.TextChoices):
    """What parts the cells of a csv file; Excel in Spanish and Vietnamese reads the first by itself."""

    SEMICOLON = ";", _("punto y coma")
    COMMA = ",", _("coma")


def check_roster_columns(kept: Any) -> None:
    """Raises ValidationError with what is wrong."""
    if problem := kept_problem(kept):
        raise ValidationError(problem)


def _roles(words: Any, default: Any = list) -> Any:
    """Posts, by their codes."""
    return ArrayField(
        models.CharField(max_length=20, choices=Role.choices), default=default, blank=True, verbose_name=words
    )


def all_channels() -> list[str]:
    """Telegram and TokApp are one choice (requirement B6)."""
    return ["email", "telegram_tokapp", "sms"]


def first_procedures() -> list[str]:
    """Those of the Region of Murcia."""
    return ["convivencia", "expedientes", "titulos", "traslados", "tasas", "organos"]


def office_week() -> list[int]:
    """Monday to Friday, as `date.isoweekday` counts."""
    return [1, 2, 3, 4, 5]


def whole_school_roles() -> list[str]:
    """Whoever acts for the whole school writes to all of it (requirement C2)."""
    return sorted(WHOLE_SCHOOL)


class SchoolPolicy(models.Model):
    """What a school allows when it communicates: data of the school, never constants.

    Quiet hours are wall-clock times in the school's zone; both empty means none. `sms_price` is what its provider
    charges for each message of 160 or 70 characters; empty means that nobody is told what an SMS costs. Lists of posts
    hold codes of `Role`. Office hours are wall-clock times on `office_days` (1 is Monday).
    """

    school = models.OneToOneField(
        School, on_delete=models.CASCADE, related_name="policy", verbose_name=_("centro")
    )
    quiet_from = models.TimeField(_("silencio desde"), null=True, blank=True)
    quiet_until = models.TimeField(_("silencio hasta"), null=True, blank=True)
    channels = ArrayField(
        models.CharField(max_length=20), default=all_channels, verbose_name=_("vías que usa el centro")
    )
    senders = models.CharField(
        _("quién escribe a las familias"), max_length=10, choices=Senders.choices, default=Senders.TEACHERS
    )
    procedures = ArrayField(
        models.CharField(max_length=20, choices=Procedure.choices),
        default=first_procedures,
        blank=True,
        verbose_name=_("procedimientos que lleva el centro"),
    )
    whole_school_senders = _roles(_("cargos que escriben a todo el centro"), default=whole_school_roles)
    offices = _roles(_("cargos cuyos mensajes generales pasan por la mesa de revisión"))
    desk = _roles(_("cargos que atienden la mesa de revisión"))
    tutors_write = models.CharField(
        _("los tutores escriben por su cuenta"),
        max_length=12,
        choices=TutorsWrite.choices,
        default=TutorsWrite.ALWAYS,
    )
    office_from = models.TimeField(_("horario de oficina desde"), default=time(8))
    office_until = models.TimeField(_("horario de oficina hasta"), default=time(17))
    office_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        default=office_week,
        blank=True,
        verbose_name=_("días de oficina"),
    )
    journal_until = models.TimeField(_("el diario se entrega antes de las"), default=time(16))
    journal_reminder = models.PositiveSmallIntegerField(
        _("minutos antes en que se recuerda"), default=30, validators=[MaxValueValidator(480)]
    )
    reporters = _roles(_("cargos que escriben el parte del día"))
    report_readers = _roles(_("cargos que reciben el parte del día, además de los tutores"))
    sms_to_many = models.BooleanField(_("SMS a varios"), default=False)
    sms_by_default = models.BooleanField(_("SMS a quien no tiene otra vía"), default=False)
    sms_price = models.DecimalField(
        _("precio de un SMS"),
        max_digits=8,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.0001"))],
        help_text=_("Lo que cobra el proveedor por cada parte de un SMS. Vacío: no se dice lo que cuesta."),
    )
    sms_currency = models.CharField(
        _("moneda"), max_length=3, choices=Currency.choices, default=Currency.EURO
    )
    staff_login = models.CharField(
        _("usuario del personal"),
        max_length=5,
        choices=[(LogIn.DNI.value, LogIn.DNI.label), (LogIn.EMAIL.value, LogIn.EMAIL.label)],
        default=LogIn.DNI,
    )
    family_login = models.CharField(
        _("usuario de las familias"),
        max_length=5,
        choices=[(LogIn.DNI.value, LogIn.DNI.label), (LogIn.EMAIL.value, LogIn.EMAIL.label)],
        default=LogIn.DNI,
    )
    student_login = models.CharField(
        _("usuario del alumnado"),
        max_length=5,
        choices=[(LogIn.NRE.value, LogIn.NRE.label), (LogIn.EMAIL.value, LogIn.EMAIL.label)],
        default=LogIn.NRE,
    )
    registration_required = models.BooleanField(_("solo reciben las familias registradas"), default=False)
    second_factor = models.BooleanField(
        _("el personal entra con un segundo factor"),
        default=False,
        help_text=_("Llave de acceso o códigos de una aplicación, además de la contraseña."),
    )
    school_phone = models.CharField(_("teléfono para las familias"), max_length=40, blank=True)
    school_email = models.EmailField(_("correo para las familias"), blank=True)
    support_name = models.CharField(_("servicio de soporte"), max_length=100, blank=True)
    support_url = models.URLField(_("web del soporte"), blank=True)
    support_email = models.EmailField(_("correo del soporte"), blank=True)
    support_phone = models.CharField(_("teléfono del soporte"), max_length=40, blank=True)
    tokapp_url = models.URLField(_("ayuda de TokApp"), blank=True)
    tokapp_phone = models.CharField(_("teléfono de TokApp"), max_length=40, blank=True)
    tokapp_own_account = models.BooleanField(
        _("el centro tiene cuenta propia en TokApp School"),
        default=False,
        help_text=_("Con ella las familias pueden responder y pagar en TokApp; sin ella solo reciben."),
    )
    tokapp_code = models.CharField(
        _("código del centro en TokApp"),
        max_length=40,
        blank=True,
        help_text=_("El que las familias escriben en la aplicación, si lo hay."),
    )
    tokapp_app_url = models.URLField(
        _("dónde se instala TokApp"),
        blank=True,
        default="https://www.tokappschool.com/",
        help_text=_("A donde lleva el código QR del folleto para las familias."),
    )
    tokapp_columns = models.JSONField(
        _("columnas del listado para TokApp"), default=list, blank=True, validators=[check_roster_columns]
    )
    tokapp_separator = models.CharField(
        _("separador del csv"), max_length=1, choices=CsvSeparator.choices, default=CsvSeparator.SEMICOLON
    )

    class Meta:
        verbose_name = _("política de comunicación")
        verbose_name_plural = _("políticas de comunicación")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="policy_quiet_hours_both_or_none",
            ),
            models.CheckConstraint(
                condition=Q(office_until__gt=models.F("office_from")), name="policy_office_hours_in_order"
            ),
            models.CheckConstraint(
                condition=Q(sms_price__isnull=True) | Q(sms_price__gt=0), name="policy_sms_price_positive"
            ),
        ]

    def __str__(self) -> str:
        return str(self.school)
