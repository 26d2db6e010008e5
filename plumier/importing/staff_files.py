"""Files of staff: who works in the school, since when, how she is reached, and which posts she holds."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from plumier.contacts import read_email, read_phones
from plumier.importing.colleagues import Colleagues
from plumier.importing.documents import read_document
from plumier.importing.forms import Form, FormRow
from plumier.importing.kinds import Setting
from plumier.importing.plan import Counts
from plumier.importing.posts_files import Posts
from plumier.importing.role_names import TUTOR, read_role, split_roles
from plumier.importing.snapshot import Known
from plumier.importing.student_changes import new_contact, plan_addresses, plan_person
from plumier.importing.whose import Address
from plumier.models import ContactKind, Person, Slot, Staff
from plumier.names import Name, as_written, clean_text, read_name
from plumier.roles import Role

_NAME = ("full_name", "given")
FORM = Form(
    titles={
        "full_name": (
            *(
                "apellidos y nombre",
                "apellidos nombre",
                "nombre y apellidos",
                "nombre completo",
                "empleado a",
            ),
            *("empleado", "profesor a", "profesor", "docente", "ho va ten", "ho ten", "giao vien"),
        ),
        "given": ("nombre", "ten"),
        "surnames": ("apellidos", "ho", "ho dem", "ho va ten dem"),
        "surname_1": ("primer apellido", "apellido 1"),
        "surname_2": ("segundo apellido", "apellido 2"),
        "document": ("dni", "nif", "nie", "dni nif", "dni nie", "dni pasaporte", "documento", "cccd", "cmnd"),
        "email_official": ("email oficial", "email corporativo", "email institucional"),
        "email": ("email", "email personal", "email particular"),
        "phone_1": ("telefono", "telefono 1", "telefono movil", "movil"),
        "phone_2": ("telefono 2", "telefono fijo", "fijo"),
        "joined": (
            "fecha alta",
            "alta",
            "fecha incorporacion",
            "fecha toma posesion",
            "fecha de toma de posesion",
        ),
        "left": ("fecha baja", "baja", "fecha cese", "cese"),
        "active": ("activo", "activa", "activo a", "en activo"),
        "department": ("departamento", "to", "to chuyen mon"),
        "roles": ("cargo", "cargos", "puesto", "puestos", "perfil", "perfiles", "chuc vu"),
    },
    needed=(_NAME, ("document", "email_official", "email", "joined", "roles", "active", "department")),
)
_SLOTS = {slot.value: slot for slot in (Slot.PHONE_1, Slot.PHONE_2, Slot.EMAIL, Slot.EMAIL_OFFICIAL)}


def plan_staff(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan a file of staff. Who is in the register and not in the file is counted and left as she is."""
    colleagues, posts = Colleagues(setting.school), Posts(setting)
    members = {
        m.person_id: m for m in Staff.objects.filter(school=setting.school).select_related("department")
    }
    counts = setting.plan.others.setdefault("staff", Counts())
    seen: dict[int, int] = {}
    new: set[str] = set()
    for row in rows:
        setting.plan.line = row.number
        name, document = as_written(_read_name(row), setting.school.phone_region), row.text("document", 20)
        addresses = _read_addresses(row, setting.school.phone_region)
        read: _Read = (name, document, addresses, row.date("joined"))
        if not name.given:
            row.error("given" if row.has("given") else "full_name", _("Falta el nombre."))
            continue
        known = colleagues.find(document, [a.value for a in addresses.values()], name)
        mark = read_document(document, setting.school.phone_region).key or str(name).casefold()
        first = seen.setdefault(known.person.pk, row.number) if known else row.number
        if first != row.number or (known is None and mark in new):
            row.error("full_name", _("La misma persona está dos veces en el archivo."), str(name))
            continue
        changed = False
        if known is None:
            new.add(mark)
            person = _plan_new(row, read, posts, setting)
        else:
            person = known.person
            changed = _plan_known(row, known, members[person.pk], read, posts)
        held = _plan_roles(row, person, read[-1] or setting.today, posts)
        counts.add(new=known is None, changed=changed or held)
    counts.gone = len(members.keys() - seen.keys())


_Read = tuple[Name, str, dict[Slot, Address], date | None]  # name, document, addresses, day of joining


def _read_name(row: FormRow) -> Name:
    surnames = clean_text(" ".join(row.text(part, 150) for part in ("surnames", "surname_1", "surname_2")))
    if surnames:
        return Name(row.text("given", 100), surnames)
    return read_name(row.text("full_name", 250) or row.text("given", 100))


def _read_addresses(row: FormRow, region: str) -> dict[Slot, Address]:
    """Read phones and addresses; what cannot be read is kept as typed, with a warning, and used by nobody."""
    found: dict[Slot, Address] = {}
    for name, slot in _SLOTS.items():
        typed = row.text(name)
        if not typed:
            continue
        if slot in (Slot.PHONE_1, Slot.PHONE_2):
            phone = next(iter(read_phones(typed, region).phones), None)
            found[slot] = Address(phone.kind, phone.value, typed) if phone else _unreadable(row, name, typed)
        else:
            email = read_email(typed).value
            found[slot] = Address(ContactKind.EMAIL, email, typed) if email else _unreadable(row, name, typed)
    return found


def _unreadable(row: FormRow, name: str, typed: str) -> Address:
    row.warn(name, _("No se entiende: se guarda como está escrito y no se usa."))
    return Address(ContactKind.UNREADABLE, "", typed)


def _plan_new(row: FormRow, read: _Read, posts: Posts, setting: Setting) -> Person:
    name, document, addresses, joined = read
    school = setting.school
    person = Person(
        school=school,
        given_name=name.given,
        surname=name.family,
        document=_as_stored(document, school.phone_region),
    )
    setting.plan.make(person)
    active = row.yes("active")
    setting.plan.make(
        Staff(
            school=school,
            person=person,
            joined_on=joined,
            left_on=row.date("left"),
            active=active is not False,
            department=posts.department(row),
        )
    )
    for slot, address in addresses.items():
        setting.plan.make(new_contact(person, slot, address))
    return person


def _plan_known(row: FormRow, known: Known, member: Staff, read: _Read, posts: Posts) -> bool:
    """Plan what changes of somebody who is in the register; a missing column changes nothing."""
    name, document, addresses, joined = read
    plan = posts.setting.plan
    member.person = known.person
    values: dict[str, object] = {}
    if row.has("joined"):
        values["joined_on"] = joined
    if row.has("left"):
        values["left_on"] = row.date("left")
    if (active := row.yes("active")) is not None:
        values["active"] = active
    if row.has("department"):
        values["department"] = posts.department(row)
    governed = {slot for column, slot in _SLOTS.items() if row.has(column)}
    changes = [
        plan_person(plan, known.person, name, _as_stored(document, posts.setting.school.phone_region)),
        plan.change(member, **values),
        plan_addresses(plan, known, addresses, governed),
    ]
    return any(changes)


def _plan_roles(row: FormRow, person: Person, since: date, posts: Posts) -> bool:
    """Plan the posts of a cell: those she does not hold yet begin on the day she joined, or today."""
    changed = False
    for typed in split_roles(row.text("roles")):
        role = read_role(typed)
        if role is None:
            row.error("roles", _("No se conoce este cargo."), typed)
        elif role == TUTOR:
            row.warn("roles", _("Tutor es de un grupo: impórtelo con un archivo de tutores (Grupo y Tutor)."))
        else:
            department = posts.department(row) if role == Role.HEAD_OF_DEPARTMENT else None
            changed |= posts.hold(person, Role(role), (since, None), department)
    return changed


def _as_stored(document: str, region: str) -> str:
    return read_document(document, region).text
