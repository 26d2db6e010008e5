"""Whom a teacher has picked on a page: kept on the server, so that searching, paging and going back lose nothing."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Page(models.TextChoices):
    """The pages on which people are picked; each has a selection of its own."""

    MINE = "mis-alumnos", _("Mis alumnos")
    SCHOOL = "alumnos-centro", _("Alumnos centro")
    COLLEAGUES = "companeros", _("Mis compañeros")


class Selection(models.Model):
    """Whom one user has picked on one page in one school: filters plus exceptions.

    Somebody is in it who is in `added`, or whom one of `filters` matches and who is not in `removed`. A filter is
    the page's own, as its query parameters say it; ids are of students, or of persons on the colleagues' page. Who
    may not be seen (any more) is in no selection: it is always read through `plumier.access`.
    """

    user = models.ForeignKey("plumier.User", on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey("plumier.School", on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=20, choices=Page.choices)
    filters = models.JSONField(default=list, blank=True)
    added = ArrayField(models.BigIntegerField(), default=list, blank=True)
    removed = ArrayField(models.BigIntegerField(), default=list, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("selección")
        verbose_name_plural = _("selecciones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "school", "page"], name="selection_once_a_page"),
        ]

    def __str__(self) -> str:
        return f"{self.page}/{self.pk}"
