"""Schools and what each of them allows (requirements A1, C11)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SchoolKind(models.TextChoices):
    """Who runs the school."""

    PUBLIC = "publico", _("Público")
    CHARTER = "concertado", _("Concertado")
    PRIVATE = "privado", _("Privado")


class PhoneRegion(models.TextChoices):
    """The country whose numbering plan a number without a prefix belongs to."""

    SPAIN = "ES", _("España")
    VIETNAM = "VN", _("Vietnam")


class Language(models.TextChoices):
    """Languages that pages and messages are written in."""

    SPANISH = "es", _("español")
    VIETNAMESE = "vi", _("vietnamita")
    ENGLISH = "en", _("inglés")


class Senders(models.TextChoices):
    """Which staff, beside those who lead the school, may write to students and families (C1; V 2)."""

    TEACHERS = "teachers", _("los docentes, a sus grupos")
    TUTORS = "tutors", _("solo los tutores, a su grupo")


class LogIn(models.TextChoices):
    """What a user name is made of (requirement A7)."""

    DNI = "dni", _("el DNI o NIE")
    NRE = "nre", _("el NRE")
    EMAIL = "email", _("el correo")


class School(models.Model):
    """A centro. `code` is its official code and the suffix of its own accounts in the environment."""

    code = models.CharField(_("código"), max_length=20, unique=True)
    name = models.CharField(_("nombre"), max_length=200)
    kind = models.CharField(
        _("titularidad"), max_length=20, choices=SchoolKind.choices, default=SchoolKind.PUBLIC
    )
    time_zone = models.CharField(_("zona horaria"), max_length=64, default="Europe/Madrid")
    language = models.CharField(_("idioma"), max_length=5, choices=Language.choices, default=Language.SPANISH)
    phone_region = models.CharField(
        _("país de los teléfonos"), max_length=2, choices=PhoneRegion.choices, default=PhoneRegion.SPAIN
    )

    class Meta:
        verbose_name = _("centro")
        verbose_name_plural = _("centros")
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Za-z0-9]+$"), name="school_code_plain"),
        ]

    def __str__(self) -> str:
        return self.name


def all_channels() -> list[str]:
    """Telegram and TokApp are one choice (requirement B6)."""
    return ["email", "telegram_tokapp", "sms"]


class SchoolPolicy(models.Model):
    """What a school allows when it communicates: data of the school, never constants.

    Quiet hours are wall-clock times in the school's zone; both empty means none.
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
    sms_to_many = models.BooleanField(_("SMS a varios"), default=False)
    sms_by_default = models.BooleanField(_("SMS a quien no tiene otra vía"), default=False)
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

    class Meta:
        verbose_name = _("política de comunicación")
        verbose_name_plural = _("políticas de comunicación")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="policy_quiet_hours_both_or_none",
            ),
        ]

    def __str__(self) -> str:
        return str(self.school)
