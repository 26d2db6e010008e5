"""What somebody decided to send."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from notica.choices import Audience, Lane, MessageState, Way
from notica.kinds import KINDS
from notica.models.files import FileRow
from plumier.functions import SortKey


def new_token() -> str:
    """An opaque name for URLs."""
    return secrets.token_urlsafe(16)


class Message(models.Model):
    """One message as its sender wrote it, and to whom as chosen.

    `audience` holds the choice (ids of `groups`, `students` and `staff`, and `everyone`), not its result: who
    that is, is found at fan-out. `params` are the values from which a message without a text of its own is
    rendered, and under `placeholders` those that its text has, filled for each recipient. `client_key` makes a
    double click send once. Its recipients were found in version `register_seen` of the school's register on the
    day `planned_on`; while both hold, their plans do.
    `expected` is how many recipients its fan-out came to, empty before its end. `in_reply_to` is, for everything in a
    thread between a family and a teacher, the message with which it began, and `student` whom it is about.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    school = models.ForeignKey(
        "plumier.School", on_delete=models.PROTECT, related_name="messages", verbose_name=_("centro")
    )
    sender = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("lo envió"),
    )
    sender_person = models.ForeignKey(
        "plumier.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo envió"),
    )
    kind = models.CharField(_("clase"), max_length=30)
    to = models.CharField(_("a quién"), max_length=10, choices=Audience.choices)
    way = models.CharField(_("vía"), max_length=20, choices=Way.choices)
    email_after = models.BooleanField(_("después, correo"), default=False)
    subject = models.CharField(_("asunto"), max_length=200, blank=True)
    body = models.TextField(_("texto"), blank=True)
    params = models.JSONField(default=dict, blank=True)
    audience = models.JSONField(default=dict, blank=True)
    client_key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    in_reply_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("respuesta a"),
    )
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrige"),
    )
    resends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resent",
        verbose_name=_("reintento de"),
    )
    student = models.ForeignKey(
        "plumier.Student",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("alumno"),
    )
    # What a search looks through, made once when it is sent: to make it of thousands of texts takes seconds.
    search_text = models.GeneratedField(
        expression=SortKey(Concat(F("subject"), Value(" "), F("body"), output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("texto en que se busca"),
    )
    lane = models.SmallIntegerField(choices=Lane.choices, default=Lane.BULK)
    not_before = models.DateTimeField(_("no antes de"))
    state = models.CharField(_("estado"), max_length=12, choices=MessageState.choices)
    created_at = models.DateTimeField(_("creado"))
    register_seen = models.BigIntegerField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    fanned_out_at = models.DateTimeField(null=True, blank=True)
    expected = models.IntegerField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("terminado"), null=True, blank=True)
    acuse_sent_at = models.DateTimeField(_("acuse enviado"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("anulado"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "plumier.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lo anuló"),
    )

    class Meta:
        verbose_name = _("envío")
        verbose_name_plural = _("envíos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "client_key"], name="message_client_key_once"),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False, fanned_out_at__isnull=False),
                name="message_finished_when",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True)),
                name="message_cancelled_when_and_by",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["not_before", "id"], condition=Q(state="queued"), name="message_queued"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["sending", "cancelled"], finished_at__isnull=True),
                name="message_unfinished",
            ),
            models.Index(fields=["student"], condition=Q(student__isnull=False), name="message_student"),
            models.Index(fields=["sender", "-created_at", "-id"], name="message_sender_newest"),
            models.Index(fields=["school", "-created_at", "-id"], name="message_school_newest"),
        ]

    def __str__(self) -> str:
        return self.subject or str(KINDS[self.kind].label)


class MessageAttachment(FileRow):
    """A file of a message."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("envío")
    )

    class Meta:
        verbose_name = _("fichero")
        verbose_name_plural = _("ficheros")
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["sha256"], name="attachment_content")]


class ProgressDelta(models.Model):
    """How many recipients came to an outcome at once; summed for progress, folded later."""

    message_id = models.BigIntegerField()
    outcome = models.CharField(max_length=12, blank=True)
    count = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["message_id"], name="progress_message")]

    def __str__(self) -> str:
        return f"{self.outcome or 'open'} {self.count:+d}"
