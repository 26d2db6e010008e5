"""Schools (requirement A1)."""

from typing import ClassVar

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
