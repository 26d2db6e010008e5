"""Students, guardians and classes of a OneRoster export, as the rows of a roster."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from plumier.contacts import read_email, read_phones
from plumier.importing.columns import Holder
from plumier.importing.dates import read_date
from plumier.importing.documents import Document, read_document
from plumier.importing.groups import read_group
from plumier.importing.guardians import GuardianRow
from plumier.importing.oneroster.archive import Export
from plumier.importing.problems import Findings, RosterError
from plumier.importing.rows import StudentRow
from plumier.importing.whose import Address
from plumier.models import ContactKind, School, Slot
from plumier.names import Name, as_written, clean_text

HOLDERS = (Holder.TUTOR_1, Holder.TUTOR_2)
GUARDIAN_ROLES = frozenset({"guardian", "parent", "relative"})
_PHONES = frozenset({Slot.PHONE_1, Slot.PHONE_2})
_GOVERNED = {"student": _PHONES | {Slot.EMAIL_OFFICIAL}, "guardian": _PHONES | {Slot.EMAIL}}
_USER_ID = re.compile(r"\{\s*([^:{}]+?)\s*:\s*([^{}]*?)\s*\}")
_DOCUMENTS = ("dni", "nie", "nif", "dni/nie", "documento", "cccd", "cmnd")
_LONGEST = {"given": 100, "family": 150, "expediente": 30}


@dataclass(slots=True)
class User:
    """A line of users.csv, with the roles that it or roles.csv gives in the school."""

    number: int
    line: dict[str, str]
    roles: set[str] = field(default_factory=set)

    @property
    def name(self) -> Name:
        """Her name; the preferred one is not taken, for papers have the other."""
        middle = self.line.get("middleName", "")
        return Name(
            clean_text(f"{self.line.get('givenName', '')} {middle}"),
            clean_text(self.line.get("familyName", "")),
        )

    def identifier(self, *kinds: str) -> str:
        """Give one of her `userIds`, as in {DNI:12345678Z}."""
        found = {kind.lower(): value for kind, value in _USER_ID.findall(self.line.get("userIds", ""))}
        return next((found[kind] for kind in kinds if found.get(kind)), "")

    @property
    def document(self) -> str:
        """Her DNI, if the export has it."""
        return self.identifier(*_DOCUMENTS)


@dataclass(slots=True)
class Class:
    """A line of classes.csv with who is in it: students and teachers by their users' ids."""

    number: int
    line: dict[str, str]
    students: dict[str, date | None] = field(default_factory=dict)
    teachers: list[str] = field(default_factory=list)
    tutor: str = ""

    @property
    def title(self) -> str:
        """What the school calls it."""
        return clean_text(self.line.get("title") or self.line.get("classCode", ""))


@dataclass(slots=True)
class People:
    """Who and what an export has of one school."""

    users: dict[str, User]
    homerooms: dict[str, Class]
    scheduled: dict[str, Class]

    def group_of(self) -> dict[str, Class]:
        """Give each student's homeroom."""
        return {student: one for one in self.homerooms.values() for student in one.students}


def read_people(export: Export, school: School, findings: Findings) -> People:
    """Read users, their roles, classes and enrollments of the school."""
    org = _find_org(export, school)
    users = {
        line["sourcedId"]: User(number, line)
        for number, line in export.rows("users")
        if line.get("sourcedId")
    }
    for user in users.values():
        if role := user.line.get("role", ""):
            user.roles.add(role.lower())
    for _number, line in export.rows("roles"):
        named = users.get(line.get("userSourcedId", ""))
        if named and (not org or line.get("orgSourcedId", org) == org):
            named.roles.add(line.get("role", "").lower())
    homerooms: dict[str, Class] = {}
    scheduled: dict[str, Class] = {}
    for number, line in export.rows("classes"):
        if not org or line.get("schoolSourcedId", org) == org:
            kind = homerooms if line.get("classType", "").lower() == "homeroom" else scheduled
            kind[line.get("sourcedId", "")] = Class(number, line)
    for number, line in export.rows("enrollments"):
        one = homerooms.get(line.get("classSourcedId", "")) or scheduled.get(line.get("classSourcedId", ""))
        if one is not None:
            _enrol(one, line, number, users, findings)
    return People(users, homerooms, scheduled)


def students_of(people: People, school: School, findings: Findings, today: date) -> Iterator[StudentRow]:
    """Give the students of an export as rows of a roster; `row` is the line of users.csv."""
    groups, seen = people.group_of(), dict[str, int]()
    for key, user in people.users.items():
        if "student" not in user.roles:
            continue
        homeroom = groups.get(key)
        expediente = clean_text(user.line.get("identifier") or key)
        first = seen.setdefault(expediente, user.number)
        if homeroom is None:
            _error(findings, user, "sourcedId", _("El alumno no está en ningún grupo (clase «homeroom»)."))
        elif first != user.number:
            _error(
                findings,
                user,
                "identifier",
                _("El expediente está también en la fila %(row)s.") % {"row": first},
            )
        elif _fits(user, expediente, findings):
            yield _student(
                people, (user, expediente), (homeroom, homeroom.students[key]), school, findings, today
            )


def _student(
    people: People,
    who: tuple[User, str],
    place: tuple[Class, date | None],
    school: School,
    findings: Findings,
    today: date,
) -> StudentRow:
    (user, expediente), (homeroom, until) = who, place
    return StudentRow(
        row=user.number,
        expediente=expediente,
        name=as_written(user.name, school.phone_region),
        group=read_group("", homeroom.title, school.phone_region),
        nre=user.identifier("nre") or None,
        document=_document(user, school) if user.document else None,
        left=until if until and until < today else None,
        tells_left=until is not None,
        governed=_GOVERNED["student"],
        holders=frozenset(HOLDERS),
        addresses=_addresses(user, Slot.EMAIL_OFFICIAL, school, findings),
        guardians=tuple(_guardians(people, user, school, findings)),
    )


def _guardians(people: People, student: User, school: School, findings: Findings) -> Iterator[GuardianRow]:
    keys = [key.strip() for key in student.line.get("agentSourceIds", "").split(",") if key.strip()]
    agents = [people.users[key] for key in keys if key in people.users]
    agents = [agent for agent in agents if agent.roles & GUARDIAN_ROLES]
    if len(agents) > len(HOLDERS):
        message = _("Tiene más de dos tutores: se importan los dos primeros.")
        findings.warn(message, row=student.number, column="agentSourceIds", value=str(student.name))
    for holder, agent in zip(HOLDERS, agents, strict=False):
        yield GuardianRow(
            row=student.number,
            holder=holder,
            name=as_written(agent.name, school.phone_region),
            document=_document(agent, school),
            receives=None,
            governed=_GOVERNED["guardian"],
            addresses=_addresses(agent, Slot.EMAIL, school, findings),
        )


def _addresses(user: User, mail: Slot, school: School, findings: Findings) -> dict[Slot, Address]:
    """Read sms and phone into the first places, the mobile first, and the e-mail."""
    found: dict[Slot, Address] = {}
    free = [Slot.PHONE_1, Slot.PHONE_2]
    for column in ("sms", "phone"):
        typed = user.line.get(column, "")
        for phone in read_phones(typed, school.phone_region).phones if typed else ():
            if free and all(phone.value != address.value for address in found.values()):
                found[free.pop(0)] = Address(phone.kind, phone.value, phone.typed)
        if typed and not read_phones(typed, school.phone_region).phones and free:
            found[free.pop(0)] = _unreadable(user, column, typed, findings)
    if typed := user.line.get("email", ""):
        email = read_email(typed).value
        known = (
            Address(ContactKind.EMAIL, email, typed) if email else _unreadable(user, "email", typed, findings)
        )
        found[mail] = known
    return found


def _unreadable(user: User, column: str, typed: str, findings: Findings) -> Address:
    message = _("No se entiende: se guarda como está escrito y no se usa.")
    findings.warn(message, row=user.number, column=column, value=typed)
    return Address(ContactKind.UNREADABLE, "", typed[:300])


def _document(user: User, school: School) -> Document:
    return read_document(user.document[:20], school.phone_region)


def _fits(user: User, expediente: str, findings: Findings) -> bool:
    texts = {"given": user.name.given, "family": user.name.family, "expediente": expediente}
    columns = {"given": "givenName", "family": "familyName", "expediente": "identifier"}
    wrong = [part for part, longest in _LONGEST.items() if len(texts[part]) > longest]
    for part in wrong:
        message = _("Es demasiado largo: caben %(longest)d letras.") % {"longest": _LONGEST[part]}
        _error(findings, user, columns[part], message)
    if not user.name.given:
        _error(findings, user, "givenName", _("Falta el nombre."))
    return not wrong and bool(user.name.given)


def _error(findings: Findings, user: User, column: str, message: str) -> None:
    findings.error(message, row=user.number, column=column, value=user.line.get(column, ""))


def _enrol(one: Class, line: dict[str, str], number: int, users: dict[str, User], findings: Findings) -> None:
    key, role = line.get("userSourcedId", ""), line.get("role", "").lower()
    if key not in users:
        message = _("enrollments.csv nombra a quien no está en users.csv.")
        findings.error(message, row=number, column="userSourcedId", value=key)
    elif role == "student":
        one.students[key] = read_date(line.get("endDate", ""))
    elif role == "teacher":
        one.teachers.append(key)
        if line.get("primary", "").lower() == "true" or not one.tutor:
            one.tutor = key


def _find_org(export: Export, school: School) -> str:
    """Find which of the export's organisations the school is: by its code, or the only school there."""
    schools = {
        line["sourcedId"]: line
        for _number, line in export.rows("orgs")
        if line.get("type", "").lower() == "school"
    }
    own = [key for key, line in schools.items() if school.code in (line.get("identifier"), key)]
    if len(own) == 1:
        return own[0]
    if len(schools) > 1:
        raise RosterError(
            _("El zip es de %(count)d centros y ninguno tiene el código %(code)s.")
            % {"count": len(schools), "code": school.code}
        )
    return next(iter(schools), "")
