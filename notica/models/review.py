"""General messages on their way through the review desk (requirement C8): what an office wrote, what the desk makes
of it, and who did what."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notica.choices import Way
from notica.models.files import FileRow
from notica.models.messages import Message, new_token
from plumier.roles import Role


class ReviewState(models.TextChoices):
    """Where a text is."""

    DRAFT = "draft", _("Borrador")
    SUBMITTED = "submitted", _("En la mesa")
    RETURNED = "returned", _("Devuelto")
    SENT = "sent", _("Enviado")
    WITHDRAWN = "withdrawn", _("Retirado")


class Act(models.TextChoices):
    """What somebody did with a text."""

    SUBMIT = "submit", _("Entregado a la mesa")
    EDIT = "edit", _("Corregido en la mesa")
    RETURN = "return", _("Devuelto con un motivo")
    WITHDRAW = "withdraw", _("Retirado por la oficina")
    SEND = "send", _("Enviado a las familias")
    REOPEN = "reopen", _("De vuelta en la mesa: el envío se anuló")


class Wording(models.Model):
    """A text for families, to whom, by which way and not before when.

    `everyone`, or the families of the students of `groups` and of `students` (ids).
    """

    subject = models.CharField(_("asunto"), max_length=200, blank=True)
    body = models.TextField(_("texto"), blank=True)
    way = models.CharField(_("vía"), max_length=20, choices=Way.choices, default=Way.TELEGRAM_TOKAPP)
    everyone = models.BooleanField(_("todo el centro"), default=False)
    groups = ArrayField(models.BigIntegerField(), default=list, blank=True)
    students = ArrayField(models.BigIntegerField(), default=list, blank=True)
    not_before = models.DateTimeField(_("enviar el"), null=True, blank=True)

    class Meta:
        abstract = True


class ReviewText(Wording):
    """A general message as its office wrote it, which nobody but the office changes.

    `version` grows with every change, the desk's too, so that nobody writes over what she has not seen. `read_by` is
    who of the desk opened it last. `message` is what was sent.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="review_texts", verbose_name=_("centro")
    )
    office = models.CharField(_("oficina"), max_length=20, choices=Role.choices)
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="review_texts", verbose_name=_("lo escribe")
    )
    client_key = models.CharField(max_length=64)
    state = models.CharField(
        _("estado"), max_length=10, choices=ReviewState.choices, default=ReviewState.DRAFT
    )
    reason = models.CharField(_("motivo de la devolución"), max_length=500, blank=True)
    version = models.IntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("creado"))
    updated_at = models.DateTimeField(_("cambiado"))
    submitted_at = models.DateTimeField(_("entregado"), null=True, blank=True)
    read_by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    read_at = models.DateTimeField(null=True, blank=True, editable=False)
    message = models.OneToOneField(
        Message,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="review_text",
        verbose_name=_("envío"),
    )

    class Meta:
        verbose_name = _("texto para la mesa de revisión")
        verbose_name_plural = _("textos para la mesa de revisión")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "client_key"], name="review_text_client_key_once"),
            models.CheckConstraint(
                condition=Q(state="sent", message__isnull=False)
                | (~Q(state="sent") & Q(message__isnull=True)),
                name="review_text_sent_as",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="review_text_submitted_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""), name="review_text_returned_why"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "state", "-id"], name="review_text_of_school"),
        ]

    def __str__(self) -> str:
        return self.subject or self.body[:60]


class DeskWording(Wording):
    """What the desk makes of a text that lies with it; the office's own stays beside it."""

    text = models.OneToOneField(ReviewText, on_delete=models.CASCADE, related_name="desk")
    school = models.ForeignKey("plumier.School", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("plumier.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("corrección de la mesa")
        verbose_name_plural = _("correcciones de la mesa")

    def __str__(self) -> str:
        return self.body[:60]


class ReviewStep(models.Model):
    """Something done with a text; `said` is the wording as it was then, `note` why it was returned."""

    text = models.ForeignKey(ReviewText, on_delete=models.CASCADE, related_name="steps")
    school = models.ForeignKey("plumier.School", on_delete=models.CASCADE, related_name="+")
    act = models.CharField(_("qué se hizo"), max_length=10, choices=Act.choices)
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("quién")
    )
    at = models.DateTimeField(_("cuándo"))
    note = models.CharField(_("motivo"), max_length=500, blank=True)
    said: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("paso de un texto")
        verbose_name_plural = _("pasos de un texto")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.get_act_display()


class ReviewFile(FileRow):
    """A file that goes with a text, where it goes by e-mail."""

    text = models.ForeignKey(ReviewText, on_delete=models.CASCADE, related_name="files")
    school = models.ForeignKey("plumier.School", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("fichero de un texto")
        verbose_name_plural = _("ficheros de un texto")
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["sha256"], name="review_file_content")]
