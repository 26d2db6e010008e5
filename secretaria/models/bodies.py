"""Bodies, their members, and the meetings to which they are called (requirement E9)."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notica.models.files import FileRow
from notica.models.messages import new_token
from secretaria.bodies.choices import BodyKind, BodyRole, MeetingAnswer, MeetingState


def _of_school() -> Any:
    return models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )


def _by(label: Any, **fields: Any) -> Any:
    return models.ForeignKey(
        "plumier.User", on_delete=models.PROTECT, related_name="+", verbose_name=label, **fields
    )


class Body(models.Model):
    """A body of a school; one that is dissolved is called no more, and what it did stays."""

    school = _of_school()
    kind = models.CharField(_("clase"), max_length=20, choices=BodyKind.choices)
    name = models.CharField(_("nombre"), max_length=120)
    dissolved_on = models.DateField(_("disuelto"), null=True, blank=True)

    class Meta:
        verbose_name = _("órgano o comisión")
        verbose_name_plural = _("órganos y comisiones")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "name"], condition=Q(dissolved_on__isnull=True), name="body_name_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["school", "name"], name="body_school_name")]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["BodyMember"]):
    def in_force(self, day: date) -> Self:
        """Members on a day; the last one counts."""
        return self.filter(Q(held_until__isnull=True) | Q(held_until__gte=day), held_from__lte=day)


class BodyMember(models.Model):
    """Somebody of the school in a body (componente), from a day until another, which counts."""

    school = _of_school()
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="members", verbose_name=_("órgano"))
    person = models.ForeignKey(
        "plumier.Person", on_delete=models.CASCADE, related_name="body_members", verbose_name=_("persona")
    )
    role = models.CharField(
        _("qué es en él"), max_length=12, choices=BodyRole.choices, default=BodyRole.MEMBER
    )
    held_from = models.DateField(_("desde"))
    held_until = models.DateField(_("hasta"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("componente")
        verbose_name_plural = _("componentes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "person"], condition=Q(held_until__isnull=True), name="body_member_once"
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gte=F("held_from")),
                name="body_member_days_in_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "held_from"], name="body_member_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.body}"


class Meeting(models.Model):
    """A call of a body to a meeting: a draft until it is sent, then numbered by its changes (`sequence`).

    `minutes` is its length. `agenda` is a list of points. `key` is the form's, so that it is made once.
    """

    school = _of_school()
    body = models.ForeignKey(
        Body, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("órgano")
    )
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    key = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("estado"), max_length=10, choices=MeetingState.choices, default=MeetingState.DRAFT
    )
    place = models.CharField(_("lugar"), max_length=200)
    starts_at = models.DateTimeField(_("empieza"))
    second_at = models.DateTimeField(_("segunda convocatoria"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("duración en minutos"), default=60)
    agenda = models.JSONField(_("orden del día"), default=list)
    notes = models.TextField(_("observaciones"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("cambiada"))
    by = _by(_("la hizo"))
    called_by = _by(_("la convocó"), null=True, blank=True)
    called_at = models.DateTimeField(_("convocada"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("desconvocada"), null=True, blank=True)
    reason = models.CharField(_("motivo"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("convocatoria")
        verbose_name_plural = _("convocatorias")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "key"], name="meeting_once"),
            models.CheckConstraint(
                condition=Q(second_at__isnull=True) | Q(second_at__gt=F("starts_at")),
                name="meeting_second_call_after_first",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="meeting_length"),
            models.CheckConstraint(
                condition=Q(state=MeetingState.DRAFT, called_at__isnull=True, called_by__isnull=True)
                | (~Q(state=MeetingState.DRAFT) & Q(called_at__isnull=False, called_by__isnull=False)),
                name="meeting_called_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=MeetingState.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="meeting_cancelled_when",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["school", "-starts_at", "-id"], name="meeting_newest")]

    def __str__(self) -> str:
        return f"{self.body} · {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> datetime:
        """When it ends, if it begins at the first call."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def begins_last(self) -> datetime:
        """The second call, else the first."""
        return self.second_at or self.starts_at


class MeetingMember(models.Model):
    """Who was called to a meeting, what she answered, and whether she was there."""

    school = _of_school()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="members", verbose_name=_("convocatoria")
    )
    person = models.ForeignKey(
        "plumier.Person", on_delete=models.CASCADE, related_name="meetings", verbose_name=_("persona")
    )
    role = models.CharField(_("qué es en él"), max_length=12, choices=BodyRole.choices)
    called_at = models.DateTimeField(_("convocado"))
    answer = models.CharField(_("respuesta"), max_length=12, choices=MeetingAnswer.choices, blank=True)
    reason = models.CharField(_("motivo"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("contestó"), null=True, blank=True)
    attended = models.BooleanField(_("asistió"), null=True, blank=True)

    class Meta:
        verbose_name = _("convocado")
        verbose_name_plural = _("convocados")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="meeting_member_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="meeting_answered_when",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "meeting"], name="meeting_member_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.meeting}"


class MeetingFile(FileRow):
    """A file that goes with the call, or the minutes (acta) that came after it."""

    school = _of_school()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="files", verbose_name=_("convocatoria")
    )
    is_minutes = models.BooleanField(_("es el acta"), default=False)
    by = _by(_("lo puso"))
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("fichero de una convocatoria")
        verbose_name_plural = _("ficheros de convocatorias")
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "name"], name="meeting_file_name_once"),
        ]


class MeetingCall(models.Model):
    """What was sent of a meeting: the call, a change, that it is cancelled, that its minutes are there."""

    school = _of_school()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="calls", verbose_name=_("convocatoria")
    )
    message = models.OneToOneField(
        "notica.Message", on_delete=models.PROTECT, related_name="meeting_call", verbose_name=_("envío")
    )
    what = models.CharField(_("qué se dijo"), max_length=12)
    told = models.PositiveIntegerField(_("a cuántos"))
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("aviso de una convocatoria")
        verbose_name_plural = _("avisos de convocatorias")
        indexes: ClassVar = [models.Index(fields=["meeting", "-at"], name="meeting_call_newest")]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.what}"
