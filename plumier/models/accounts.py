"""How somebody comes to her first password: one-time codes, and the letters that carry them (requirement A7)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CodeKind(models.TextChoices):
    """What a one-time code stands on."""

    SHEET = "sheet", _("hoja impresa")
    LINK = "link", _("enlace por correo")
    TEMPORARY = "temporary", _("contraseña temporal")
    RECOVERY = "recovery", _("enlace de recuperación")


class AccountCode(models.Model):
    """A one-time code of a user. Only its digest is kept: who reads the table can use none."""

    user = models.ForeignKey("plumier.User", on_delete=models.CASCADE, related_name="codes")
    kind = models.CharField(max_length=10, choices=CodeKind.choices)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("código de un solo uso")
        verbose_name_plural = _("códigos de un solo uso")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="code_expires_after_it_is_made"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.made_at:%Y-%m-%d}"


class AccountLetter(models.Model):
    """An e-mail that brings somebody her first password, to be sent by a job.

    It holds no secret: the code is made when the letter goes out. `kind` is «link» or «temporary».
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    person = models.ForeignKey(
        "plumier.Person", on_delete=models.CASCADE, related_name="letters", verbose_name=_("persona")
    )
    kind = models.CharField(_("qué lleva"), max_length=10, choices=CodeKind.choices)
    asked_at = models.DateTimeField(_("pedido"))
    due_at = models.DateTimeField(_("pendiente desde"), null=True)
    tries = models.PositiveSmallIntegerField(_("intentos"), default=0)
    sent_at = models.DateTimeField(_("enviado"), null=True)
    failure = models.CharField(_("fallo"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("carta de acceso")
        verbose_name_plural = _("cartas de acceso")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(due_at__isnull=True), name="letter_sent_is_not_due"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(due_at__isnull=False), name="letter_one_due_a_person"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="letter_due")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_kind_display()}"


class RecoveryRequest(models.Model):
    """What somebody typed who forgot her password, until a job has answered it."""

    typed = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("petición de contraseña")
        verbose_name_plural = _("peticiones de contraseña")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"
