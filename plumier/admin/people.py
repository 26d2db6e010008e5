"""Students, guardians and everybody else of a school, with their addresses."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumier.admin.accounts import print_sheets, send_links
from plumier.admin.filters import BY_SCHOOL, GroupFilter, ScopedRelationFilter, StageFilter, StatusFilter
from plumier.admin.scope import SchoolScopedAdmin, SchoolScopedForm, SchoolScopedInline
from plumier.admin.second_factor import drop_second_factor
from plumier.contacts import read_email, read_phones
from plumier.models import Contact, ContactKind, Enrolment, Guardianship, Person, Slot, Student

PHONES = (Slot.PHONE_1, Slot.PHONE_2)


class ContactForm(SchoolScopedForm[Contact]):
    """Takes an address as people type it and keeps what was read in it, or flags it as unreadable."""

    typed = forms.CharField(label=gettext_lazy("Teléfono o correo"), max_length=300)

    class Meta:
        model = Contact
        fields = ("slot", "typed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.value and not self.instance.typed:
            self.initial["typed"] = self.instance.value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        typed = cleaned.get("typed")
        if typed and cleaned.get("slot") and self.has_changed():
            self.instance.kind, self.instance.value = self._read(cleaned["slot"], typed)
        return cleaned

    def _read(self, slot: str, typed: str) -> tuple[str, str]:
        """Kind and value. More than one address in a slot is asked about, not guessed."""
        if slot in PHONES:
            reading = read_phones(typed, self.instance.school.phone_region)
            found = [(phone.kind.value, phone.value) for phone in reading.phones]
        else:
            found = [(ContactKind.EMAIL.value, mail.value) for mail in read_email(typed).emails]
        if len(found) > 1:
            self.add_error("typed", _("Escriba uno solo: el segundo va en su propia línea."))
        return found[0] if found else (ContactKind.UNREADABLE.value, "")


class ContactInline(SchoolScopedInline[Contact, Person]):
    model = Contact
    form = ContactForm
    fields = (("slot", "typed", "reading"),)
    readonly_fields = ("reading",)
    leaders_delete = True

    @admin.display(description=gettext_lazy("se lee como"))
    def reading(self, contact: Contact) -> str:
        """What messages are sent to."""
        if contact.kind == ContactKind.UNREADABLE:
            return _("⚠ ilegible: no se usa")
        return f"{contact.value} · {contact.get_kind_display()}" if contact.value else "—"


@admin.register(Person)
class PersonAdmin(SchoolScopedAdmin[Person]):
    list_display = ("__str__", "document", "addresses", "school")
    list_filter = (BY_SCHOOL,)
    list_select_related = ("school",)
    search_fields = ("sort_key__contains", "document", "contacts__value")
    ordering = ("sort_key", "id")
    inlines: ClassVar = [ContactInline]
    actions: tuple[Any, ...] = (drop_second_factor,)
    fields = ("school", "surname", "given_name", "document", "language", "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return super().get_queryset(request).prefetch_related("contacts")

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        """Whose a log-in is, is the superusers' to say: users belong to no school."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else (*fixed, "user")

    def record_of(self, row: Person) -> Person:
        return row

    @admin.display(description=gettext_lazy("contactos"))
    def addresses(self, person: Person) -> str:
        """Every address, as it is written to."""
        return ", ".join(str(contact) for contact in person.contacts.all()) or "—"


class EnrolmentInline(SchoolScopedInline[Enrolment, Student]):
    model = Enrolment
    autocomplete_fields = ("group",)
    fields = (("group", "year", "status", "left_on"),)


class GuardianshipInline(SchoolScopedInline[Guardianship, Student]):
    model = Guardianship
    autocomplete_fields = ("guardian",)
    fields = (
        ("guardian", "relation", "order", "receives_messages"),
        ("receives_from", "receives_until", "registered_on", "registered_how"),
        ("barred_from", "barred_until", "barred_reference"),
    )
    leaders_delete = True


@admin.register(Student)
class StudentAdmin(SchoolScopedAdmin[Student]):
    list_display = ("person", "expediente", "group", "status", "protection", "school")
    list_filter = (GroupFilter, StageFilter, StatusFilter, "protected", BY_SCHOOL)
    list_select_related = ("person", "school")
    search_fields = ("person__sort_key__contains", "expediente", "nre")
    search_help_text = gettext_lazy("Nombre sin necesidad de tildes, expediente o NRE")
    ordering = ("person__sort_key", "id")
    autocomplete_fields = ("person",)
    inlines: ClassVar = [EnrolmentInline, GuardianshipInline]
    actions: tuple[Any, ...] = (print_sheets, send_links)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Student]:
        current = Enrolment.objects.filter(year__is_current=True).select_related("group")
        prefetched = Prefetch("enrolments", queryset=current, to_attr="current")
        return super().get_queryset(request).prefetch_related(prefetched)

    def record_of(self, row: Student) -> Person:
        return row.person

    @admin.display(description=gettext_lazy("grupo"))
    def group(self, student: Student) -> str:
        """Of the current year."""
        return ", ".join(str(enrolment.group) for enrolment in _current(student)) or "—"

    @admin.display(description=gettext_lazy("matrícula"))
    def status(self, student: Student) -> str:
        """Of the current year."""
        return ", ".join(enrolment.get_status_display() for enrolment in _current(student)) or "—"

    @admin.display(description=gettext_lazy("datos protegidos"), ordering="protected")
    def protection(self, student: Student) -> str:
        """In words: most rows have nothing to say here."""
        return _("Protegidos") if student.protected else "—"


def _current(student: Student) -> list[Enrolment]:
    found: list[Enrolment] = student.current  # type: ignore[attr-defined]
    return found


@admin.register(Guardianship)
class GuardianshipAdmin(SchoolScopedAdmin[Guardianship]):
    list_display = ("guardian", "relation", "student", "receives_messages", "barred_from", "barred_until")
    list_filter = ("relation", "receives_messages", BY_SCHOOL)
    list_select_related = ("guardian", "student__person")
    search_fields = (
        "guardian__sort_key__contains",
        "student__person__sort_key__contains",
        "student__expediente",
    )
    ordering = ("guardian__sort_key", "id")
    autocomplete_fields = ("guardian", "student")
    leaders_delete = True

    def record_of(self, row: Guardianship) -> Person:
        return row.guardian


@admin.register(Enrolment)
class EnrolmentAdmin(SchoolScopedAdmin[Enrolment]):
    list_display = ("student", "group", "year", "status", "left_on", "school")
    list_filter = ("status", ("year", ScopedRelationFilter), ("group", ScopedRelationFilter), BY_SCHOOL)
    list_select_related = ("student__person", "group", "year", "school")
    search_fields = ("student__person__sort_key__contains", "student__expediente")
    ordering = ("-year__name", "student__person__sort_key", "id")
    autocomplete_fields = ("student", "group")

    def record_of(self, row: Enrolment) -> Person:
        return row.student.person
