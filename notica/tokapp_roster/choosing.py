"""What a roster has: which people and in which form, and who may ask for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumier.access import people_kept_from, schools_led_by
from plumier.models import School, User


class People(models.TextChoices):
    """Of whom it can be."""

    STUDENTS = "students", _("Alumnado")
    FAMILIES = "families", _("Familias")
    STAFF = "staff", _("Personal")


class Form(models.TextChoices):
    """As what it is written."""

    XLSX = "xlsx", _("Excel (xlsx)")
    CSV = "csv", _("Texto (csv)")


EVERYBODY: Final = tuple(People)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A roster as somebody asks for it."""

    people: tuple[People, ...] = EVERYBODY
    form: Form = Form.XLSX

    def as_json(self) -> dict[str, Any]:
        return {"people": [str(one.value) for one in self.people], "form": str(self.form.value)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        return cls(chosen_people(kept["people"]), Form(kept["form"]))


def chosen_people(codes: Iterable[str]) -> tuple[People, ...]:
    """Those with these codes, each once and in their own order; of what is no code nothing."""
    named = set(codes)
    return tuple(one for one in EVERYBODY if one.value in named)


@dataclass(frozen=True, slots=True)
class Exporter:
    """Who exports a school: nobody whom a court keeps from her is in her file."""

    school: School
    today: date
    kept_from: frozenset[int] = frozenset()


def exporter_of(user: User, school: School, today: date) -> Exporter | None:
    """As whom this user exports a school that day; None for who does not lead it."""
    if not schools_led_by(user, today).filter(pk=school.pk).exists():
        return None
    kept = people_kept_from(user, today).filter(school=school)
    return Exporter(school, today, frozenset(kept.values_list("pk", flat=True)))
