"""Departments of a school, and the services of the Consejería above schools (requirements A4, C13)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A department of a school: didactic (Matemáticas), or a section (tổ) of the Hà Nội school."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="departments", verbose_name=_("centro")
    )
    name = models.CharField(_("departamento"), max_length=120)

    class Meta:
        verbose_name = _("departamento")
        verbose_name_plural = _("departamentos")
        ordering = ("school", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=["school", "name"], name="department_once")]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A service of the Consejería: it acts for the schools given to it, or for all of them."""

    code = models.CharField(_("código"), max_length=20, unique=True)
    name = models.CharField(_("nombre"), max_length=200)
    all_schools = models.BooleanField(_("todos los centros"), default=False)
    schools = models.ManyToManyField(
        "plumier.School", blank=True, related_name="services", verbose_name=_("centros")
    )

    class Meta:
        verbose_name = _("servicio de la Consejería")
        verbose_name_plural = _("servicios de la Consejería")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ServicePost(models.Model):
    """Somebody who works in a service, from … until … (until is the last day)."""

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="posts", verbose_name=_("servicio")
    )
    user = models.ForeignKey(
        "plumier.User", on_delete=models.CASCADE, related_name="service_posts", verbose_name=_("usuario")
    )
    held_from = models.DateField(_("desde"))
    held_until = models.DateField(_("hasta"), null=True, blank=True)

    class Meta:
        verbose_name = _("puesto en un servicio")
        verbose_name_plural = _("puestos en servicios")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "user", "held_from"], name="service_post_once"),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gte=F("held_from")),
                name="service_post_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.user}"
