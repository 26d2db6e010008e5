"""The sample school: its register from the roster, its staff, and how its families' phones behave."""

import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _

from channels_app.accounts import accounts_for
from channels_app.models import Activation, ActivationState
from channels_app.probing import probe
from demo.sandbox import SandboxControl
from notica.models import BotChat
from plumier.actions import NewSchool, create_school
from plumier.clock import database_now, database_today
from plumier.models import (
    Contact,
    ContactKind,
    Enrolment,
    Group,
    Guardianship,
    Person,
    Post,
    School,
    Slot,
    Staff,
    Student,
    Subject,
    TeachingAssignment,
    User,
)
from plumier.roles import Role

CODE = "30012345"
NAME = "IES Ribera de los Molinos"
ROSTER = Path(__file__).parent / "rosters" / "ies-ribera-de-los-molinos.xlsx"
DOMAIN = "ribera.example"
# Username, given name, surnames and post; they have no password. The last is the tutor of the second group.
COLLEAGUES = (
    ("jefa.estudios", "Encarna", "Belmonte Ruiz", Role.HEAD_OF_STUDIES),
    ("secretario", "Pedro", "Sánchez Mora", Role.SECRETARY),
    ("orientadora", "Lucía", "Vidal Pina", Role.COUNSELLOR),
    ("jefe.lengua", "Andrés", "Tovar Gil", Role.HEAD_OF_DEPARTMENT),
    ("jefa.ciencias", "Nuria", "Carrillo Saura", Role.HEAD_OF_DEPARTMENT),
    ("profesora.ingles", "Rocío", "Meseguer Ortín", Role.TEACHER),
    ("tutor.b", "Joaquín", "Espín Lozano", Role.TEACHER),
)
FAMILY: Final = "familia"  # the log-in of a mother or a father
TOKAPP_COUNTRY: Final = "+34"
TELEGRAM_SHARE, TOKAPP_SHARE, REFUSED_SHARE = 62, 45, 4  # of a hundred phones


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can log in to the sample school: who it is, and what there is to try."""

    username: str
    password: str
    words: str
    first: str


def school() -> School:
    """The sample school, made when it is not there."""
    found = School.objects.filter(code=CODE).first()
    return found or create_school(NewSchool(CODE, NAME, "publico", "ES"))


def import_roster() -> None:
    """Read the roster by the import command; it prints what it does."""
    call_command("import_register", str(ROSTER), school=CODE, verbosity=0)


@transaction.atomic
def staff(of: School, groups: Sequence[Group]) -> list[Login]:
    """A tutor, a director and an administrator, each with a new password for this run; and their colleagues."""
    User.objects.get_or_create(
        username="admin", defaults={"email": f"admin@{DOMAIN}", "is_superuser": True, "is_staff": True}
    )
    _teacher(of, "directora", "Dolores", "Cánovas Lorca", Role.DIRECTOR)
    tutor = _teacher(of, "tutor", "Ginés", "Alarcón Vera", Role.TEACHER)
    Group.objects.filter(pk=groups[0].pk).update(tutor=tutor)
    _teaches(tutor, "Matemáticas", groups[:2])
    others = [_teacher(of, *colleague) for colleague in COLLEAGUES]
    Group.objects.filter(pk=groups[1].pk).update(tutor=others[-1])
    tutoring = _("tutor de %(group)s") % {"group": groups[0]}
    return [
        with_password("tutor", tutoring, _("Faltas, Justificar; Mis alumnos: marque a varios y escríbales")),
        with_password(
            "directora", _("directora"), _("Alumnos centro, Mis compañeros, Envíos, Tablón, Absentismo")
        ),
        _family(groups[0]),
        with_password("admin", _("administración"), _("Administración: personas, grupos, importar")),
    ]


def child_of_family(group: Group) -> Student:
    """Whose family can log in: always the same of the group."""
    here = Enrolment.objects.in_force(database_today()).filter(group=group)
    ties = Guardianship.objects.filter(
        student__enrolments__in=here,
        student__protected=False,
        order=1,
        barred_from__isnull=True,
        receives_messages=True,
    )
    return ties.select_related("student__person").order_by("student__expediente")[1].student


def _family(group: Group) -> Login:
    child = child_of_family(group)
    user, _new = User.objects.get_or_create(username=FAMILY)
    Person.objects.filter(guardianships__student=child, guardianships__order=1).update(user=user)
    words = _("familia de %(student)s") % {"student": child.person.full_name}
    return with_password(FAMILY, words, _("Avisos, Notas y faltas, Escribir, Cuenta"))


def _teaches(teacher: Person, subject: str, groups: Sequence[Group]) -> None:
    taught, _new = Subject.objects.get_or_create(school=teacher.school, name=subject)
    for group in groups:
        TeachingAssignment.objects.get_or_create(
            school=teacher.school, year=group.year, teacher=teacher, subject=taught, group=group
        )


def _teacher(of: School, username: str, given_name: str, surname: str, role: Role) -> Person:
    user, _new = User.objects.get_or_create(username=username, defaults={"email": f"{username}@{DOMAIN}"})
    person, _new = Person.objects.get_or_create(
        user=user, school=of, defaults={"given_name": given_name, "surname": surname}
    )
    Contact.objects.get_or_create(
        person=person,
        slot=Slot.EMAIL_OFFICIAL,
        defaults={"school": of, "kind": ContactKind.EMAIL, "value": f"{username}@{DOMAIN}"},
    )
    Staff.objects.get_or_create(person=person, defaults={"school": of})
    Post.objects.get_or_create(
        person=person, role=role, defaults={"school": of, "held_from": date(2026, 9, 1)}
    )
    return person


def with_password(username: str, words: str, first: str) -> Login:
    """Give somebody a new password for this run."""
    password = secrets.token_urlsafe(6)
    user = User.objects.get(username=username)
    user.set_password(password)
    user.save(update_fields=["password"])
    return Login(username, password, words, first)


def behave(schools: Sequence[School], control: SandboxControl, blocker: str) -> None:
    """Link phones as families did, and have the sandbox refuse some; `blocker`, of the first, has blocked the bot."""
    mobiles = {of.code: _mobiles(of) for of in schools}
    chats = {
        code: {phone: chat_of(phone) for phone in phones if _percent("telegram", phone) < TELEGRAM_SHARE}
        for code, phones in mobiles.items()
    }
    chats[schools[0].code][blocker] = chat_of(blocker)
    for code, of_school in chats.items():
        _link(accounts_for(code)["telegram"].account_id, of_school)
    everyone = {phone for phones in mobiles.values() for phone in phones}
    on_tokapp = [
        p for p in sorted(everyone) if p.startswith(TOKAPP_COUNTRY) and _percent("tokapp", p) < TOKAPP_SHARE
    ]
    control.tell("reset", {})
    control.tell(
        "chats", {"chats": {chat: phone for found in chats.values() for phone, chat in found.items()}}
    )
    control.tell("tokapp", {"phones": on_tokapp})
    control.tell("rules", _refusal("telegram", "blocked", address=chat_of(blocker)))
    control.tell("rules", _refusal("telegram", "chat_not_found", share=REFUSED_SHARE / 100))
    control.tell("rules", _refusal("email", "mailbox_unknown", share=REFUSED_SHARE / 100))
    for code, phones in mobiles.items():
        probe(accounts_for(code)["tokapp"], phones, now=database_now())


def _link(account_id: int, chats: dict[str, str]) -> None:
    now = database_now()
    Activation.objects.bulk_create(
        [
            Activation(
                account_id=account_id,
                address=phone,
                endpoint=chat,
                state=ActivationState.LINKED,
                checked_at=now,
            )
            for phone, chat in chats.items()
        ],
        update_conflicts=True,
        unique_fields=["account", "address"],
        update_fields=["endpoint", "state", "checked_at"],
    )
    _chats(account_id, chats)


def _chats(account_id: int, chats: dict[str, str]) -> None:
    """What the bot knows of the chats that linked these phones."""
    now = database_now()
    persons: dict[str, set[int]] = {}
    mobiles = Contact.objects.filter(value__in=chats, kind=ContactKind.MOBILE)
    for phone, person in mobiles.values_list("value", "person_id"):
        persons.setdefault(phone, set()).add(person)
    BotChat.objects.filter(account=account_id, phone__in=chats).update(phone="", persons=[])
    BotChat.objects.bulk_create(
        [
            BotChat(
                account_id=account_id,
                chat=chat,
                phone=phone,
                persons=sorted(persons.get(phone, ())),
                shared_at=now,
                seen_at=now,
            )
            for phone, chat in chats.items()
        ],
        update_conflicts=True,
        unique_fields=["account", "chat"],
        update_fields=["phone", "persons", "shared_at", "seen_at"],
    )


def _refusal(channel: str, preset: str, **whom: str | float) -> dict[str, str | float]:
    return {"channel": channel, "action": "refuse", "preset": preset, **whom}


def _mobiles(of: School) -> list[str]:
    mobiles = Contact.objects.filter(school=of, kind=ContactKind.MOBILE)
    return sorted(set(mobiles.values_list("value", flat=True)))


def chat_of(phone: str) -> str:
    """The Telegram chat that a sample phone linked."""
    return str(10**9 + zlib.crc32(phone.encode()) % 10**9)


def _percent(what: str, phone: str) -> int:
    return zlib.crc32(f"{what} {phone}".encode()) % 100
