"""What was changed in the register, and who looked at whose record: both only ever grow.

Neither has foreign keys: what they tell outlives what it is about.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditKind(models.TextChoices):
    """What became of a row."""

    INSERT = "I", _("alta")
    UPDATE = "U", _("cambio")
    DELETE = "D", _("eliminación")


class RegisterEdit(models.Model):
    """One row of the register made, changed or deleted, with what it was before and after.

    Written by triggers, whoever changes the row and however. `before` is empty for a new row; `after` for a
    deleted one, and for one that an import made. `cause` names what did it («import:12»), `actor_id` the user.
    """

    school_id = models.BigIntegerField(_("centro"), null=True)
    table_name = models.CharField(_("tabla"), max_length=63)
    row_id = models.BigIntegerField(_("fila"))
    kind = models.CharField(_("cambio"), max_length=1, choices=EditKind.choices)
    before = models.JSONField(_("antes"), null=True)
    after = models.JSONField(_("después"), null=True)
    actor_id = models.BigIntegerField(_("quién"), null=True)
    cause = models.CharField(_("causa"), max_length=60, blank=True)
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("cambio del registro")
        verbose_name_plural = _("cambios del registro")
        indexes: ClassVar = [
            models.Index(fields=["table_name", "row_id", "id"], name="register_edit_row"),
            models.Index(fields=["cause"], condition=~models.Q(cause=""), name="register_edit_cause"),
            models.Index(fields=["school_id", "id"], name="register_edit_school"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.get_kind_display()}"


class Right(models.TextChoices):
    """By what right somebody sees a record."""

    SUPERUSER = "superuser", _("administración del sistema")
    LEADER = "leader", _("dirección y secretaría del centro")
    SERVICE = "service", _("servicio de la Consejería")
    COUNSELLOR = "counsellor", _("orientación o PTSC")
    TUTOR = "tutor", _("tutoría del grupo")
    TEACHER = "teacher", _("docencia en el grupo")
    COLLEAGUE = "colleague", _("personal del mismo centro")
    OWN = "own", _("su propia ficha o la de su familia")


class RecordAccess(models.Model):
    """Somebody's record shown to a user: who, whose, when, from where, on which page and by what right."""

    school_id = models.BigIntegerField(_("centro"))
    user_id = models.BigIntegerField(_("quién"))
    person_id = models.BigIntegerField(_("de quién"))
    page = models.CharField(_("página"), max_length=40)
    right = models.CharField(_("con qué derecho"), max_length=12, choices=Right.choices)
    address = models.GenericIPAddressField(_("desde"), null=True)
    at = models.DateTimeField(_("cuándo"))

    class Meta:
        verbose_name = _("acceso a una ficha")
        verbose_name_plural = _("accesos a fichas")
        indexes: ClassVar = [
            models.Index(fields=["school_id", "id"], name="record_access_school"),
            models.Index(fields=["person_id", "id"], name="record_access_person"),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.at:%Y-%m-%d %H:%M}"
