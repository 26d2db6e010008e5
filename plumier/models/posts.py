"""Posts (cargos) that staff hold for a time (requirement A4)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plumier.roles import Role


class Post(models.Model):
    """One cargo of one person in one school, from … until … (until is the last day)."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="posts", verbose_name=_("centro")
    )
    person = models.ForeignKey(
        "plumier.Person", on_delete=models.CASCADE, related_name="posts", verbose_name=_("persona")
    )
    role = models.CharField(_("cargo"), max_length=30, choices=Role.choices)
    department = models.ForeignKey(
        "plumier.Department",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("departamento"),
        help_text=_("De qué departamento, si es jefa o miembro de uno."),
    )
    held_from = models.DateField(_("desde"))
    held_until = models.DateField(_("hasta"), null=True, blank=True)

    class Meta:
        verbose_name = _("cargo")
        verbose_name_plural = _("cargos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role", "held_from"], name="post_once"),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gte=F("held_from")),
                name="post_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.person}"
