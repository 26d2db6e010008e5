"""Whose phone it is: people on whose record a mobile stands, in the schools of a bot, that may be written to."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from notica.choices import Way
from notica.linking import register_sql as sql
from notica.linking.bots import Bot, suffixes
from plumier.contacts import PhoneKind, read_phones
from plumier.models import Contact, ContactKind, Person, School

SHOWN: Final = 5  # schools or phones that one answer names


class Holder(NamedTuple):
    """One person with that phone; `user_id` is 0 without a log-in, `language` empty where the school's is hers."""

    person_id: int
    user_id: int
    language: str
    school_id: int
    school: str
    school_language: str

    @property
    def reads(self) -> str:
        """The language in which the school writes to her."""
        return self.language or self.school_language


def mobile_of(given: str) -> str:
    """The E.164 of a phone as Telegram writes it, with or without its plus; empty if it is no usable mobile."""
    digits = "".join(sign for sign in given if sign.isascii() and sign.isdigit())
    phones = read_phones(f"+{digits}", "ES").phones if digits else ()
    return phones[0].value if len(phones) == 1 and phones[0].kind == PhoneKind.MOBILE else ""


def holders_of(bot: Bot, phone: str, now: datetime) -> list[Holder]:
    """By school's name. Somebody with the phone twice is there once."""
    if not phone:
        return []
    values: dict[str, Any] = {
        "phone": phone,
        "way": Way.TELEGRAM_TOKAPP,
        "owner": bot.owner,
        "own": suffixes(),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.HOLDERS, values)
        return [Holder(*row) for row in cursor.fetchall()]


def is_one(holders: Collection[Holder]) -> bool:
    """Whether they are one person, or persons of one user."""
    users = {one.user_id for one in holders}
    return len({one.person_id for one in holders}) == 1 or (len(users) == 1 and 0 not in users)


def other_phones(bot: Bot, holders: Collection[Holder], phone: str) -> list[str]:
    """Further phones of whoever has this one that are linked on the bot; none where several share it.

    What one of two has besides is not for the other.
    """
    if not is_one(holders):
        return []
    values: dict[str, Any] = {
        "account": bot.account_id,
        "persons": [one.person_id for one in holders],
        "phone": phone,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.OTHERS, values)
        return [row[0] for row in cursor.fetchall()]


def mobiles_of(user_id: int, bot: Bot) -> list[str]:
    """The mobiles on record for a user in the bot's schools, whoever may be written to."""
    own = suffixes()
    rows = Contact.objects.filter(person__user=user_id, kind=ContactKind.MOBILE).order_by("slot", "pk")
    pairs = rows.values_list("value", "school__code")
    return list(dict.fromkeys(value for value, code in pairs if _serves(bot, code, own)))


def schools_named(holders: Iterable[Holder]) -> list[School]:
    """The schools of these people, by name."""
    keys = {one.school_id for one in holders}
    return list(School.objects.select_related("policy").filter(pk__in=keys).order_by("name", "pk"))


def school_of(bot: Bot) -> School | None:
    """The one school of a bot of its own."""
    return School.objects.select_related("policy").filter(code=bot.owner).first() if bot.owner else None


def schools_of(user_id: int, bot: Bot) -> list[School]:
    """The schools of the bot where this user is somebody."""
    people = Person.objects.filter(user=user_id).values("school")
    found = School.objects.select_related("policy").filter(pk__in=people).order_by("name", "pk")
    own = suffixes()
    return [one for one in found if _serves(bot, one.code, own)]


def _serves(bot: Bot, code: str, own: Collection[str]) -> bool:
    return code == bot.owner if bot.owner else code.upper() not in own
