"""Of the register: who she is, her addresses and how each stands, her children, and what was changed and looked at."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.reasons import reason_text
from notica.channel_state import STATES, states_of_person
from notica.choices import channel_word
from notica.kinds import KINDS
from notica.own_data.sections import Row, Section
from plumier.access import children_of
from plumier.models import (
    Contact,
    EditKind,
    Enrolment,
    Guardianship,
    Person,
    RecordAccess,
    RegisterEdit,
    Right,
    Slot,
    Student,
    User,
)
from plumier.models.schools import Language
from plumier.proposals.handed_in import lines, with_all
from plumier.proposals.own import own_proposals

# Where somebody's record is shown, as the log of looks calls it (`plumier.record_access`).
PAGES: Final = {
    "record": gettext_lazy("Ficha"),
    "import": gettext_lazy("Importaciones"),
    "diagnosis": gettext_lazy("Diagnóstico"),
    "incident": gettext_lazy("Diagnóstico"),
    "contacts": gettext_lazy("Contactos"),
    "contacts_sheet": gettext_lazy("Contactos"),
    "new_pupil": gettext_lazy("Contactos"),
    "contact_proposal": gettext_lazy("Revisión de contactos"),
    "contact_review": gettext_lazy("Revisión de contactos"),
    "contact_change": gettext_lazy("Revisión de contactos"),
    "unregistered": gettext_lazy("Revisión de contactos"),
    "transfer": gettext_lazy("Traslados"),
    "fees": gettext_lazy("Tasas"),
}
MOST: Final = 1000  # of the latest, where there may be very many


def register_sections(person: Person, user: User, today: date) -> Iterator[Section]:
    """In the language in force. Nothing of a child from whom a court keeps her that day."""
    yield _who(person, user)
    contacts = list(Contact.objects.filter(person=person).order_by("slot"))
    yield Section(
        "contacts",
        _("Datos de contacto"),
        [("slot", _("Dato")), ("value", _("Valor")), ("kind", _("Tipo"))],
        [(one.get_slot_display(), str(one), one.get_kind_display()) for one in contacts],
    )
    yield _channels(person)
    yield _children(person, user, today)
    student = Student.objects.filter(person=person).first()
    if student is not None:
        yield from _as_student(student)
    yield _proposed(user, person, today)
    yield _edits(person)
    yield _looks(person)


def _who(person: Person, user: User) -> Section:
    language = dict(Language.choices).get(person.language, _("el del centro"))
    rows: list[Row] = [
        (_("Centro"), str(person.school)),
        (_("Nombre"), person.full_name),
        (_("DNI o NIE"), person.document),
        (_("Idioma de los mensajes"), str(language)),
        (_("Usuario"), user.username),
        (_("Usuario creado"), user.date_joined),
        (_("Última entrada"), user.last_login),
    ]
    return Section("person", _("Quién es"), [("what", _("Dato")), ("value", _("Valor"))], rows)


def _channels(person: Person) -> Section:
    columns = [
        ("address", _("Dirección")),
        ("channel", _("Canal")),
        ("state", _("Estado")),
        ("reason", _("Motivo")),
        ("checked_at", _("Comprobado")),
    ]
    rows: list[Row] = [
        (
            one.address,
            channel_word(one.channel),
            str(STATES.get(one.state, one.state)),
            reason_text(one.reason) if one.reason else "",
            one.checked_at,
        )
        for one in states_of_person(person)
        if one.state != "not_configured"
    ]
    return Section("channels", _("Cómo está cada dirección en cada canal"), columns, rows)


def _children(person: Person, user: User, today: date) -> Section:
    ties = Guardianship.objects.filter(guardian=person, student__in=children_of(user, today).values("pk"))
    columns = [
        ("child", _("Alumno")),
        ("relation", _("Parentesco")),
        ("receives", _("Recibe mensajes")),
        ("receives_from", _("Desde")),
        ("receives_until", _("Hasta")),
        ("registered_on", _("Registrado el")),
        ("registered_how", _("Cómo se registró")),
    ]
    rows: list[Row] = [
        (
            tie.student.person.full_name,
            tie.get_relation_display(),
            tie.receives_messages,
            tie.receives_from,
            tie.receives_until,
            tie.registered_on,
            tie.get_registered_how_display() if tie.registered_how else "",
        )
        for tie in ties.select_related("student__person").order_by("student__person__sort_key", "pk")
    ]
    return Section("children", _("De quién responde"), columns, rows)


def _as_student(student: Student) -> Iterator[Section]:
    rows: list[Row] = [
        (_("Expediente"), student.expediente),
        ("NRE", student.nre),
        (_("Datos protegidos"), student.protected),
    ]
    yield Section("student", _("Como alumno"), [("what", _("Dato")), ("value", _("Valor"))], rows)
    enrolments = Enrolment.objects.filter(student=student).select_related("year", "group")
    columns = [("year", _("Curso")), ("group", _("Grupo")), ("status", _("Estado")), ("left_on", _("Baja"))]
    yield Section(
        "enrolments",
        _("Matrículas"),
        columns,
        [
            (str(one.year), str(one.group), one.get_status_display(), one.left_on)
            for one in enrolments.order_by("-year", "pk")
        ],
    )


def _proposed(user: User, person: Person, today: date) -> Section:
    found = list(with_all(own_proposals(user, today).filter(school=person.school_id)).order_by("-pk")[:MOST])
    columns = [
        ("proposed_at", _("Cuándo")),
        ("what", _("Dato")),
        ("old", _("Antes")),
        ("new", _("Después")),
        ("state", _("Estado")),
        ("reason", _("Motivo")),
    ]
    rows: list[Row] = [
        (
            line.proposal.batch.proposed_at,
            one.title,
            one.old,
            one.new,
            line.mark.word,
            line.proposal.reason,
        )
        for line in lines(found)
        for one in line.differences
    ]
    return Section("proposed", _("Cambios que ha propuesto"), columns, rows)


def _edits(person: Person) -> Section:
    """What became of her addresses and her name; who did it is somebody else's."""
    hers = Q(table_name="plumier_person", row_id=person.pk)
    own = Q(before__person_id=person.pk) | Q(after__person_id=person.pk)
    known = Contact.objects.filter(person=person).values("pk")
    hers |= Q(table_name="plumier_contact") & (own | Q(row_id__in=known))
    edits = RegisterEdit.objects.filter(hers, school_id=person.school_id).order_by("-pk")[:MOST]
    columns = [
        ("at", _("Cuándo")),
        ("kind", _("Cambio")),
        ("what", _("Dato")),
        ("old", _("Antes")),
        ("new", _("Después")),
    ]
    rows = [row for edit in edits for row in _edited(edit)]
    return Section("changes", _("Cambios de sus datos"), columns, rows)


def _edited(edit: RegisterEdit) -> Iterator[Row]:
    before, after = edit.before or {}, edit.after or {}
    kind = str(EditKind(edit.kind).label)
    if edit.table_name == "plumier_contact":
        slot = str(after.get("slot") or before.get("slot") or "")
        word = str(Slot(slot).label) if slot in Slot.values else ""
        yield edit.at, kind, word, _address(before), _address(after)
        return
    for name, word in (
        ("given_name", _("Nombre")),
        ("surname", _("Apellidos")),
        ("document", _("DNI o NIE")),
    ):
        old, new = str(before.get(name) or ""), str(after.get(name) or "")
        if old != new and not (edit.kind == EditKind.INSERT and not new):
            yield edit.at, kind, word, old, new


def _address(row: dict[str, Any]) -> str:
    return str(row.get("value") or row.get("typed") or "")


def _looks(person: Person) -> Section:
    """When her record was shown and by what right; the names of who looked are theirs."""
    rows = RecordAccess.objects.filter(person_id=person.pk).order_by("-pk")[:MOST]
    columns = [("at", _("Cuándo")), ("right", _("Con qué derecho")), ("page", _("Página"))]
    return Section(
        "accesses",
        _("Quién ha visto su ficha"),
        columns,
        [(one.at, str(Right(one.right).label), _page(one.page)) for one in rows],
    )


def _page(code: str) -> str:
    """What the log calls a page, in words; the administration's are many."""
    if code.startswith("admin:") or code == "second_factor":
        return _("Administración")
    if code in KINDS:
        return str(KINDS[code].label)
    return str(PAGES.get(code, _("Otra página")))
