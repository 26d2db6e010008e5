"""The sample school: its register from the roster, its staff, and how its families' phones behave."""

import secrets
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from channels_app.accounts import accounts_for
from channels_app.models import Activation, ActivationState
from channels_app.probing import probe
from demo.sandbox import SandboxControl
from plumier.actions import NewSchool, create_school
from plumier.clock import database_now
from plumier.models import Contact, ContactKind, Group, Person, Post, School, Slot, Staff, User
from plumier.roles import Role

CODE = "30012345"
NAME = "IES Ribera de los Molinos"
ROSTER = Path(__file__).parent / "rosters" / "ies-ribera-de-los-molinos.xlsx"
DOMAIN = "ribera.example"
TELEGRAM_SHARE, TOKAPP_SHARE, REFUSED_SHARE = 62, 45, 4  # of a hundred phones


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can log in to the sample school."""

    username: str
    password: str
    words: str


def school() -> School:
    """The sample school, made when it is not there."""
    found = School.objects.filter(code=CODE).first()
    return found or create_school(NewSchool(CODE, NAME, "publico", "ES"))


def import_roster() -> None:
    """Read the roster by the import command; it prints what it does."""
    call_command("import_register", str(ROSTER), school=CODE, verbosity=0)


@transaction.atomic
def staff(of: School, first_group: Group) -> list[Login]:
    """An administrator, a director and a tutor, each with a new password for this run."""
    User.objects.get_or_create(
        username="admin", defaults={"email": f"admin@{DOMAIN}", "is_superuser": True, "is_staff": True}
    )
    _teacher(of, "directora", "Dolores", "Cánovas Lorca", Role.DIRECTOR)
    tutor = _teacher(of, "tutor", "Ginés", "Alarcón Vera", Role.TEACHER)
    Group.objects.filter(pk=first_group.pk).update(tutor=tutor)
    words = {"admin": "administración", "directora": "directora", "tutor": f"tutor de {first_group}"}
    return [_with_password(username, said) for username, said in words.items()]


def _teacher(of: School, username: str, given_name: str, surname: str, role: Role) -> Person:
    user, _ = User.objects.get_or_create(username=username, defaults={"email": f"{username}@{DOMAIN}"})
    person, _ = Person.objects.get_or_create(
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


def _with_password(username: str, words: str) -> Login:
    password = secrets.token_urlsafe(6)
    user = User.objects.get(username=username)
    user.set_password(password)
    user.save(update_fields=["password"])
    return Login(username, password, words)


def behave(of: School, control: SandboxControl, blocker: str) -> None:
    """Link phones as families did, and have the sandbox refuse some; `blocker` has blocked the bot."""
    phones = _mobiles(of)
    chats = {phone: chat_of(phone) for phone in phones if _percent("telegram", phone) < TELEGRAM_SHARE}
    chats[blocker] = chat_of(blocker)
    now = database_now()
    accounts = accounts_for(of.code)
    Activation.objects.bulk_create(
        [
            Activation(
                account_id=accounts["telegram"].account_id,
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
    control.tell("reset", {})
    control.tell("chats", {"chats": {chat: phone for phone, chat in chats.items()}})
    control.tell("tokapp", {"phones": [p for p in phones if _percent("tokapp", p) < TOKAPP_SHARE]})
    control.tell("rules", _refusal("telegram", "blocked", address=chat_of(blocker)))
    control.tell("rules", _refusal("telegram", "chat_not_found", share=REFUSED_SHARE / 100))
    control.tell("rules", _refusal("email", "mailbox_unknown", share=REFUSED_SHARE / 100))
    probe(accounts["tokapp"], phones, now=now)


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
