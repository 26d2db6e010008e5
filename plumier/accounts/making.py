"""Accounts for people of the register (requirement A7): in a few statements for a whole school.

A name that another school's user has already is joined to only if it is the same person by her DNI and her name: she
is then one user in both. Whoever is a user elsewhere, or has a password, gets no code from this school: it would be a
take-over.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from plumier.accounts.people import Selection, Wanted, Who, people_of
from plumier.clock import day_in
from plumier.history import acting
from plumier.importing.writing import update_rows
from plumier.models import Person, School, User
from plumier.names import Name, same_name

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_MADE_UP_LENGTH: Final = 7
_PREFIXES: Final = {Who.STAFF: "per", Who.FAMILIES: "fam", Who.STUDENTS: "alu"}


class Result(StrEnum):
    """What came of somebody's account."""

    MADE = "made"
    JOINED = "joined"
    WITHOUT_PASSWORD = "without_password"  # noqa: S105 — a word for a state
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with her user. `may_have_code`: she has no password yet and is of this school alone."""

    person: Person
    who: Who
    group: str
    result: Result
    user: User | None
    may_have_code: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What came of everybody of a selection."""

    accounts: tuple[Account, ...]
    counts: Mapping[Result, int] = field(default_factory=dict)


@transaction.atomic
def make_accounts(selection: Selection, *, by: User | None, now: datetime) -> Made:
    """Give each person of a selection a user. Run again it makes only those who are missing."""
    School.objects.select_for_update().get(pk=selection.school.pk)
    wanted = people_of(selection, day_in(selection.school, now))
    with acting(by.pk if by else None, "create_accounts"):
        results = _give_users(wanted)
    foreign = _users_of_other_schools(selection.school, [user for user, _ in results.values() if user])
    accounts = tuple(_account(one, *results[one.person.pk], foreign) for one in wanted)
    return Made(accounts, Counter(account.result for account in accounts))


def _give_users(wanted: list[Wanted]) -> dict[int, tuple[User | None, Result]]:
    """By person: her user and what came of it."""
    names = Counter(one.name for one in wanted if one.name)
    known = _users_named(names)
    results: dict[int, tuple[User | None, Result]] = {}
    new: list[User] = []
    for one in wanted:
        person = one.person
        if person.user is not None:
            kept = person.user.has_usable_password()
            results[person.pk] = (person.user, Result.KEPT if kept else Result.WITHOUT_PASSWORD)
            continue
        name = _own_name(one, names[one.name], known.get(one.name))
        user = known.get(name)
        if user is None:
            user = known[name] = _new_user(name, person)
            new.append(user)
            results[person.pk] = (user, Result.MADE)
        else:
            results[person.pk] = (user, Result.JOINED) if _is_same(user, person) else (None, Result.REFUSED)
    User.objects.bulk_create(new)
    _link(wanted, results)
    return results


def _own_name(one: Wanted, sharing: int, known: User | None) -> str:
    """The name that her datum gives; a made-up one where there is none, or an address is not hers alone."""
    shared = "@" in one.name and (sharing > 1 or (known is not None and not _is_same(known, one.person)))
    if one.name and not shared:
        return one.name
    made_up = "".join(secrets.choice(_LETTERS) for _ in range(_MADE_UP_LENGTH))
    return f"{_PREFIXES[one.who]}{made_up}"


def _users_named(names: Iterable[str]) -> dict[str, User]:
    users = User.objects.filter(username__in=list(names)).prefetch_related("people")
    return {user.username: user for user in users}


def _new_user(name: str, person: Person) -> User:
    return User(
        username=name,
        password=make_password(None),
        first_name=person.given_name[:150],
        last_name=person.surname[:150],
    )


def _is_same(user: User, person: Person) -> bool:
    """Whether a user is this person, by any of the names that she has in schools, or her own."""
    names = [Name(user.first_name, user.last_name)]
    if user.pk is not None:
        names += [Name(other.given_name, other.surname) for other in user.people.all()]
    return any(same_name(name, Name(person.given_name, person.surname)) for name in names)


def _link(wanted: Iterable[Wanted], results: Mapping[int, tuple[User | None, Result]]) -> None:
    changed = []
    for one in wanted:
        user, result = results[one.person.pk]
        if user is not None and result in (Result.MADE, Result.JOINED):
            one.person.user = user
            changed.append(one.person)
    update_rows(Person, ("user",), changed)


def _users_of_other_schools(school: School, users: Iterable[User]) -> set[int | None]:
    """Users whom another school has too, and those who stand above schools."""
    ids = [user.pk for user in users]
    elsewhere = Person.objects.filter(user__in=ids).exclude(school=school).values_list("user_id", flat=True)
    above = User.objects.filter(pk__in=ids).filter(Q(is_superuser=True) | Q(service_posts__isnull=False))
    return {*elsewhere, *above.values_list("pk", flat=True)}


def _account(one: Wanted, user: User | None, result: Result, foreign: set[int | None]) -> Account:
    without = user is not None and not user.has_usable_password() and user.pk not in foreign
    return Account(one.person, one.who, one.group, result, user, without)
