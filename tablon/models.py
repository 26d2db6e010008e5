"""The notice board: what schools and the services of the Consejería publish (requirement C13).

A notice is published, not delivered: nothing is sent, nobody is promised that it was read.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notica.models import FileRow
from plumier.models import School
from tablon.choices import Readers


class Notice(models.Model):
    """A notice of one school or of one service, from … until … in each reading school's own zone, both included.

    `text` is Markdown. It is a draft until `published_at`; withdrawn, it stays with its reason. `client_key` makes a
    form that is sent twice one notice; `version` grows with every change, so that nobody writes over another's unseen.
    Every change of it and of its schools is kept by triggers (`plumier.RegisterEdit`).
    """

    school = models.ForeignKey(
        "plumier.School",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("centro"),
    )
    service = models.ForeignKey(
        "plumier.Service",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("servicio"),
    )
    schools: models.ManyToManyField[School, "NoticeSchool"] = models.ManyToManyField(
        "plumier.School", through="tablon.NoticeSchool", related_name="+", verbose_name=_("centros")
    )
    readers = models.CharField(_("quién lo lee"), max_length=10, choices=Readers.choices)
    title = models.CharField(_("título"), max_length=200)
    text = models.TextField(_("texto"))
    starts_on = models.DateField(_("desde"))
    ends_on = models.DateField(_("hasta"))
    by = models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("lo escribió")
    )
    created_at = models.DateTimeField(_("creado"))
    updated_at = models.DateTimeField(_("cambiado"))
    published_at = models.DateTimeField(_("publicado"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("retirado"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo retiró"),
    )
    withdrawn_for = models.CharField(_("motivo"), max_length=200, blank=True)
    client_key = models.CharField(max_length=64, blank=True, editable=False)
    version = models.IntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("anuncio")
        verbose_name_plural = _("anuncios")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(school__isnull=False, service__isnull=True)
                | Q(school__isnull=True, service__isnull=False),
                name="notice_school_or_service",
            ),
            models.UniqueConstraint(
                fields=["by", "client_key"], condition=~Q(client_key=""), name="notice_client_key_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="notice_days_in_order"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_for="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, published_at__isnull=False)
                    & ~Q(withdrawn_for="")
                ),
                name="notice_withdrawn_by_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether nobody but its writers sees it yet."""
        return self.published_at is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken from the board."""
        return self.withdrawn_at is not None


class NoticeSchool(models.Model):
    """One school on whose board a notice hangs."""

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="places", verbose_name=_("anuncio")
    )
    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )

    class Meta:
        verbose_name = _("centro de un anuncio")
        verbose_name_plural = _("centros de un anuncio")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "school"], name="notice_school_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.school_id}"


class NoticeFile(FileRow):
    """A file of a notice."""

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="files", verbose_name=_("anuncio")
    )

    class Meta:
        verbose_name = _("fichero de un anuncio")
        verbose_name_plural = _("ficheros de un anuncio")
        ordering = ("id",)


class NoticeRead(models.Model):
    """That a user has opened a notice, the first time, and whether she has put it out of her way."""

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="reads", verbose_name=_("anuncio")
    )
    user = models.ForeignKey(
        "plumier.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("usuario")
    )
    read_at = models.DateTimeField(_("leído"))
    archived_at = models.DateTimeField(_("archivado"), null=True, blank=True)

    class Meta:
        verbose_name = _("lectura de un anuncio")
        verbose_name_plural = _("lecturas de un anuncio")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.user_id}"
