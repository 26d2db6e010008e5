"""The journal of a class and a day (Sổ Nhật kí), line by line, and what of it is sent (requirement C9)."""

from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from journal.choices import JournalState, LineKind, Tone

LINE_LENGTH: Final = 300  # characters
TEXT_LENGTH: Final = 2_000
REASON_LENGTH: Final = 300


def _school() -> Any:
    return models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )


def _user(words: Any, **fields: Any) -> Any:
    return models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=words, **fields
    )


class JournalDay(models.Model):
    """What the clock has done about a school's journals of a day: each once."""

    school = _school()
    day = models.DateField(_("día"))
    reminded_at = models.DateTimeField(_("recordado"), null=True, blank=True)
    closed_at = models.DateTimeField(_("cerrado"), null=True, blank=True)

    class Meta:
        verbose_name = _("día del diario")
        verbose_name_plural = _("días del diario")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "day"], name="journal_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.day}"


class Journal(models.Model):
    """A class's journal of a day. `is_late` says of the first time it was handed in that it was past the hour."""

    school = _school()
    group = models.ForeignKey(
        "plumier.Group", on_delete=models.CASCADE, related_name="journals", verbose_name=_("grupo")
    )
    day = models.DateField(_("día"))
    state = models.CharField(
        _("estado"), max_length=10, choices=JournalState.choices, default=JournalState.OPEN
    )
    handed_at = models.DateTimeField(_("entregado el"), null=True, blank=True)
    handed_by = _user(_("lo entregó"), null=True, blank=True)
    is_late = models.BooleanField(_("fuera de hora"), default=False)
    returned_at = models.DateTimeField(_("devuelto el"), null=True, blank=True)
    returned_by = _user(_("lo devolvió"), null=True, blank=True)
    return_reason = models.CharField(_("motivo"), max_length=REASON_LENGTH, blank=True)

    class Meta:
        verbose_name = _("diario de un grupo")
        verbose_name_plural = _("diarios de grupos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "day"], name="journal_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(handed_at__isnull=False, handed_by__isnull=False),
                name="journal_handed_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
                name="journal_returned_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["school", "day"], name="journal_school_day")]

    def __str__(self) -> str:
        return f"{self.group} · {self.day}"

    @property
    def is_desks(self) -> bool:
        """Whether it is the desk's: its teachers write no more in it."""
        return self.state == JournalState.HANDED


class JournalLine(models.Model):
    """A line about a pupil, or about the whole class; by the tutor, or of the lesson book by a subject's teacher.

    `included` is False for what the tutor leaves out. What was taken away stays with `removed_at`. `version` grows
    with every change: who saves an older one is shown what stands. `client_key` makes a double press one line.
    """

    school = _school()
    journal = models.ForeignKey(
        Journal, on_delete=models.CASCADE, related_name="lines", verbose_name=_("diario")
    )
    enrolment = models.ForeignKey(
        "plumier.Enrolment",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("matrícula"),
    )
    subject = models.ForeignKey(
        "plumier.Subject",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("materia"),
    )
    session = models.PositiveSmallIntegerField(_("sesión"), default=0)
    kind = models.CharField(_("clase"), max_length=12, choices=LineKind.choices)
    tone = models.CharField(_("tono"), max_length=10, choices=Tone.choices)
    text = models.CharField(_("texto"), max_length=LINE_LENGTH)
    author = _user(_("la escribió"))
    by_tutor = models.BooleanField(_("de la tutoría"))
    included = models.BooleanField(_("se incluye"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    client_key = models.CharField(max_length=40, editable=False)
    created_at = models.DateTimeField(_("escrita"))
    edited_at = models.DateTimeField(_("cambiada"), null=True, blank=True)
    removed_at = models.DateTimeField(_("quitada"), null=True, blank=True)

    class Meta:
        verbose_name = _("línea del diario")
        verbose_name_plural = _("líneas del diario")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "client_key"], name="journal_line_once"),
            models.CheckConstraint(condition=~Q(text=""), name="journal_line_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class JournalSend(models.Model):
    """What went out to families in one act."""

    school = _school()
    day = models.DateField(_("día"))
    message = models.OneToOneField(
        "notica.Message",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="journal_send",
        verbose_name=_("envío"),
    )
    by = _user(_("lo envió"))
    at = models.DateTimeField(_("enviado"))

    class Meta:
        verbose_name = _("envío del diario")
        verbose_name_plural = _("envíos del diario")

    def __str__(self) -> str:
        return f"{self.school} · {self.day}"


class JournalText(models.Model):
    """What a pupil's family is to read of a day: made of the lines when it is handed in, mended at the desk.

    The lines stay as they were written, beside it. With `send` it has gone out and is never changed.
    """

    school = _school()
    journal = models.ForeignKey(
        Journal, on_delete=models.CASCADE, related_name="texts", verbose_name=_("diario")
    )
    enrolment = models.ForeignKey(
        "plumier.Enrolment", on_delete=models.CASCADE, related_name="+", verbose_name=_("matrícula")
    )
    text = models.TextField(_("texto"), max_length=TEXT_LENGTH)
    version = models.PositiveIntegerField(default=1, editable=False)
    edited_by = _user(_("lo cambió"), null=True, blank=True)
    approved_at = models.DateTimeField(_("aprobado"), null=True, blank=True)
    approved_by = _user(_("lo aprobó"), null=True, blank=True)
    send = models.ForeignKey(
        JournalSend,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="texts",
        verbose_name=_("envío"),
    )

    class Meta:
        verbose_name = _("texto para la familia")
        verbose_name_plural = _("textos para las familias")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journal", "enrolment"], name="journal_text_once"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="journal_text_approved_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(send__isnull=True) | Q(approved_at__isnull=False),
                name="journal_text_sent_approved",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="journal_text_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.journal.day}"


class QuickPhrase(models.Model):
    """What a school's teachers often write, to choose from while they type."""

    school = _school()
    text = models.CharField(_("frase"), max_length=LINE_LENGTH)

    class Meta:
        verbose_name = _("frase del diario")
        verbose_name_plural = _("frases del diario")
        ordering = ("text",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "text"], name="quick_phrase_once"),
        ]

    def __str__(self) -> str:
        return self.text
