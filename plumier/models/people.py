"""Users and people: students, their guardians, staff, and where each can be reached.

A user is a login and is global; a person belongs to one school. A teacher who is also a mother
is one user with two persons.
"""

from datetime import date
from typing import ClassVar, Final, Self

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from plumier.functions import name_key
from plumier.models.schools import Language, School
from plumier.names import Name, as_written

GIVEN_NAME_LENGTH: Final = 100


class User(AbstractUser):
    """A login. Who it is in each school is told by its persons.

    `language` is that of its pages where the browser has not been told another; empty: the browser's own.
    """

    language = models.CharField(_("idioma"), max_length=5, choices=Language.choices, blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("usuario")  # type: ignore[assignment]  # a plain Meta takes what translates
        verbose_name_plural = _("usuarios")  # type: ignore[assignment]


class Person(models.Model):
    """Somebody in one school: student, guardian or staff, or several of these."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="people", verbose_name=_("centro")
    )
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("usuario"),
    )
    given_name = models.CharField(_("nombre"), max_length=GIVEN_NAME_LENGTH)
    surname = models.CharField(_("apellidos"), max_length=150, blank=True)
    document = models.CharField(_("DNI o NIE"), max_length=20, blank=True)
    language = models.CharField(
        _("idioma"), max_length=5, choices=Language.choices, blank=True, help_text=_("Vacío: el del centro.")
    )
    sort_key = models.GeneratedField(
        expression=name_key(),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("clave de orden"),
    )

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        indexes: ClassVar = [
            models.Index(fields=["school", "sort_key", "id"], name="person_school_name"),
            models.Index(fields=["school", "document"], condition=~Q(document=""), name="person_document"),
        ]

    def __str__(self) -> str:
        return f"{self.surname}, {self.given_name}" if self.surname else self.given_name

    def clean(self) -> None:
        """A name that a form took in two parts is kept as the school's country writes it."""
        region = School.objects.filter(pk=self.school_id).values_list("phone_region", flat=True).first()
        name = as_written(Name(self.given_name, self.surname), region or "")
        if len(name.given) > GIVEN_NAME_LENGTH:
            raise ValidationError({"given_name": _("El nombre es demasiado largo.")})
        self.given_name, self.surname = name.given, name.family

    @property
    def full_name(self) -> str:
        """Name as written in a text, given name first."""
        return f"{self.given_name} {self.surname}".strip()


class Slot(models.TextChoices):
    """The places for an address that the register has (requirements A2–A4)."""

    PHONE_1 = "phone_1", _("Teléfono")
    PHONE_2 = "phone_2", _("Teléfono 2")
    EMAIL = "email", _("E-mail")
    EMAIL_OFFICIAL = "email_official", _("E-mail oficial")
    EMAIL_ALT = "email_alt", _("E-mail alt")


class ContactKind(models.TextChoices):
    """What was read in a slot."""

    MOBILE = "mobile", _("móvil")
    LANDLINE = "landline", _("fijo")
    EMAIL = "email", _("correo")
    UNREADABLE = "unreadable", _("ilegible")


class Contact(models.Model):
    """One address of one person. `value` is E.164 or an e-mail address; what could not be read keeps
    `typed` alone and is flagged, never dropped."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("persona")
    )
    slot = models.CharField(_("dato"), max_length=20, choices=Slot.choices)
    kind = models.CharField(_("tipo"), max_length=12, choices=ContactKind.choices)
    value = models.CharField(_("valor"), max_length=254, blank=True)
    typed = models.CharField(_("como se escribió"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("contacto")
        verbose_name_plural = _("contactos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "slot"], name="contact_one_a_slot"),
            models.CheckConstraint(
                condition=(Q(kind="unreadable") & Q(value="")) | (~Q(kind="unreadable") & ~Q(value="")),
                name="contact_value_unless_unreadable",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["value"], condition=~Q(value=""), name="contact_value"),
        ]

    def __str__(self) -> str:
        return self.value or self.typed


class Student(models.Model):
    """A pupil. With `protected` («Datos protegidos») no guardian is messaged on any channel."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="students", verbose_name=_("centro")
    )
    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="student", verbose_name=_("persona")
    )
    expediente = models.CharField(_("expediente"), max_length=30)
    nre = models.CharField("NRE", max_length=20, blank=True)
    protected = models.BooleanField(_("datos protegidos"), default=False)
    guardians: models.ManyToManyField[Person, "Guardianship"] = models.ManyToManyField(
        Person, through="plumier.Guardianship", related_name="children"
    )

    class Meta:
        verbose_name = _("alumno")
        verbose_name_plural = _("alumnos")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "expediente"], name="student_expediente_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Relation(models.TextChoices):
    """What a guardian is to a student."""

    FATHER = "father", _("padre")
    MOTHER = "mother", _("madre")
    OTHER = "other", _("tutor legal")


class Registration(models.TextChoices):
    """How a guardian registered to receive («đăng kí», requirement A6)."""

    PAPER = "paper", _("en papel")
    IN_PERSON = "in_person", _("en persona")
    PHONE = "phone", _("por teléfono")
    CODE = "code", _("con un código")
    MIRADOR = "mirador", _("en Mirador")
    FILE = "file", _("en un listado")


class GuardianshipQuerySet(models.QuerySet["Guardianship"]):
    """Who answers for whom."""

    def barred_on(self, day: date | Combinable) -> Self:
        """Those whom a court's order keeps from the student that day, both ends included."""
        lasting = Q(barred_until__isnull=True) | Q(barred_until__gte=day)
        return self.filter(lasting, barred_from__lte=day)


class Guardianship(models.Model):
    """A guardian of a student, in the order of the register (1: padre or tutor 1, 2: madre or tutor 2).

    `receives_messages` is the check «Mensaje padre / madre», in force from … until … where there are days.
    `registered_on` is the day of «đăng kí», which some schools ask for before anything is sent. Days count in
    the school's zone, first and last included; without `barred_until` the bar has no end. A barred guardian sees
    and gets nothing of that child.
    """

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="+", verbose_name=_("centro")
    )
    student = models.ForeignKey(
        Student, on_delete=models.CASCADE, related_name="guardianships", verbose_name=_("alumno")
    )
    guardian = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="guardianships", verbose_name=_("padre, madre o tutor")
    )
    relation = models.CharField(_("parentesco"), max_length=10, choices=Relation.choices)
    order = models.PositiveSmallIntegerField(_("orden"))
    receives_messages = models.BooleanField(_("recibe mensajes"), default=False)
    receives_from = models.DateField(_("recibe desde"), null=True, blank=True)
    receives_until = models.DateField(_("recibe hasta"), null=True, blank=True)
    registered_on = models.DateField(_("registrado el"), null=True, blank=True)
    registered_how = models.CharField(
        _("cómo se registró"), max_length=10, choices=Registration.choices, blank=True
    )
    barred_from = models.DateField(_("excluido desde"), null=True, blank=True)
    barred_until = models.DateField(_("excluido hasta"), null=True, blank=True)
    barred_reference = models.CharField(_("documento"), max_length=200, blank=True)

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("tutela")
        verbose_name_plural = _("tutelas")
        ordering = ("student", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["student", "guardian"], name="guardianship_once"),
            models.UniqueConstraint(fields=["student", "order"], name="guardianship_one_an_order"),
            models.CheckConstraint(
                condition=Q(receives_from__isnull=True)
                | Q(receives_until__isnull=True)
                | Q(receives_until__gte=F("receives_from")),
                name="guardianship_receipt_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(barred_until__isnull=True)
                | Q(barred_from__isnull=False, barred_until__gte=F("barred_from")),
                name="guardianship_bar_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(barred_from__isnull=True) | ~Q(barred_reference=""),
                name="guardianship_bar_has_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} · {self.guardian}"

    def is_barred_on(self, day: date) -> bool:
        """Whether a court's order keeps her from the student that day, both ends included."""
        begun = self.barred_from is not None and self.barred_from <= day
        return begun and (self.barred_until is None or day <= self.barred_until)


class Staff(models.Model):
    """A teacher or other member of staff. Outside her dates she neither logs in nor receives."""

    school = models.ForeignKey(
        "plumier.School", on_delete=models.CASCADE, related_name="staff", verbose_name=_("centro")
    )
    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="staff", verbose_name=_("persona")
    )
    joined_on = models.DateField(_("fecha de alta"), null=True, blank=True)
    left_on = models.DateField(_("fecha de baja"), null=True, blank=True)
    active = models.BooleanField(_("activo"), default=True)
    department = models.ForeignKey(
        "plumier.Department",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("departamento"),
    )

    class Meta:
        verbose_name = _("personal")
        verbose_name_plural = _("personal")

    def __str__(self) -> str:
        return str(self.person)
