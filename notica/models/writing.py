"""What somebody is writing: kept while it is typed, so that nothing typed is lost."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from notica.choices import Audience, Way
from notica.models.files import FileRow
from notica.models.messages import Message, new_token


class KeptDraft(models.Model):
    """A message being written by one user in one school, and to whom as picked when it was begun.

    `students` and `staff` are ids of students and of persons. `preview` is who would receive it, as far as that
    was worked out (`notica.writing.preview`). `sent_as` is the message that it became; then it is read only.
    `version` grows with every change, so that what was typed in another tab is never overwritten unseen.
    Of a family's letter to teachers `student` is whom it is about, and `in_reply_to` the one with which its thread
    began; it is Mirador's, whatever else its writer is in the school.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    by = models.ForeignKey(
        "plumier.User", on_delete=models.CASCADE, related_name="drafts", verbose_name=_("lo escribe")
    )
    to = models.CharField(_("a quién"), max_length=10, choices=Audience.choices)
    way = models.CharField(_("vía"), max_length=20, choices=Way.choices)
    students = ArrayField(models.BigIntegerField(), default=list, blank=True)
    staff = ArrayField(models.BigIntegerField(), default=list, blank=True)
    subject = models.CharField(_("asunto"), max_length=400, blank=True)
    body = models.TextField(_("texto"), blank=True)
    email_after = models.BooleanField(_("después, correo"), default=False)
    not_before = models.DateTimeField(_("enviar el"), null=True, blank=True)
    version = models.IntegerField(default=0, editable=False)
    preview = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("creado"))
    updated_at = models.DateTimeField(_("cambiado"))
    sent_as = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("envío")
    )
    student = models.ForeignKey(
        "plumier.Student",
        on_delete=models.CASCADE,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("alumno"),
    )
    in_reply_to = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("respuesta a"),
    )

    class Meta:
        verbose_name = _("borrador")
        verbose_name_plural = _("borradores")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["by", "in_reply_to"],
                condition=models.Q(in_reply_to__isnull=False, sent_as__isnull=True),
                name="draft_of_thread_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["by", "-updated_at", "-id"],
                condition=models.Q(sent_as__isnull=True),
                name="draft_open_newest",
            ),
            models.Index(fields=["updated_at"], name="draft_age"),
            models.Index(fields=["student"], condition=models.Q(student__isnull=False), name="draft_student"),
        ]

    def __str__(self) -> str:
        return self.subject or self.token


class KeptDraftFile(FileRow):
    """A file put to a draft."""

    draft = models.ForeignKey(KeptDraft, on_delete=models.CASCADE, related_name="files")

    class Meta:
        verbose_name = _("fichero del borrador")
        verbose_name_plural = _("ficheros del borrador")
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["sha256"], name="draft_file_content")]


class TextTemplate(models.Model):
    """A text to begin from, with placeholders such as {alumno}: the school's where `owner` is empty, else her own."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="text_templates", verbose_name=_("centro")
    )
    owner = models.ForeignKey(
        "plumier.User",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="text_templates",
        verbose_name=_("de quién"),
    )
    name = models.CharField(_("nombre"), max_length=100)
    subject = models.CharField(_("asunto"), max_length=200, blank=True)
    body = models.TextField(_("texto"))

    class Meta:
        verbose_name = _("plantilla")
        verbose_name_plural = _("plantillas")
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "owner", "name"], name="text_template_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name
