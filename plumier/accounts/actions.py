"""Giving a school's people their log-ins: on paper, or by e-mail (requirement A7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from plumier.accounts.codes import LASTING, make_codes
from plumier.accounts.letters import ask_for_letters
from plumier.accounts.making import Made, make_accounts
from plumier.accounts.people import Selection, Who
from plumier.accounts.sheets import cards_of, print_cards
from plumier.clock import day_in
from plumier.models import CodeKind, Person, School, SchoolKind, Staff, User


@dataclass(frozen=True, slots=True)
class Printed:
    """The accounts made, how many got a code, and the sheets with the codes: nowhere else."""

    made: Made
    cards: int
    pdf: bytes


@transaction.atomic
def print_accounts(selection: Selection, *, by: User | None, now: datetime) -> Printed:
    """Make the accounts of a selection, and the sheets for those who have no password yet."""
    made = make_accounts(selection, by=by, now=now)
    users = [one.user.pk for one in made.accounts if one.may_have_code and one.user]
    codes = make_codes(users, CodeKind.SHEET, now=now)
    cards = cards_of(made.accounts, codes)
    until = day_in(selection.school, now + LASTING[CodeKind.SHEET])
    address = f"{settings.LINK_ROOT}{reverse('first_time')}"
    pdf = print_cards(cards, school=selection.school, address=address, until=until)
    return Printed(made, len(cards), pdf)


@transaction.atomic
def send_accounts(selection: Selection, *, by: User | None, now: datetime) -> tuple[Made, int]:
    """Make the accounts of a selection and ask for a letter to each who has no password yet; how many letters."""
    made = make_accounts(selection, by=by, now=now)
    people = [one.person.pk for one in made.accounts if one.may_have_code]
    return made, ask_for_letters(selection.school, people, CodeKind.LINK, now=now)


@transaction.atomic
def welcome_staff(staff: Iterable[Staff], *, by: User | None, now: datetime) -> int:
    """Send those who were added to a private or concertado school their temporary password; how many (P).

    To a public school's, whose log-ins come from the administration, nothing goes by itself.
    """
    asked = 0
    people = Person.objects.filter(staff__in=list(staff)).exclude(school__kind=SchoolKind.PUBLIC)
    by_school: dict[School, set[int]] = {}
    for person in people.select_related("school"):
        by_school.setdefault(person.school, set()).add(person.pk)
    for school, ids in by_school.items():
        made = make_accounts(Selection(school, frozenset({Who.STAFF}), people=frozenset(ids)), by=by, now=now)
        without = [one.person.pk for one in made.accounts if one.may_have_code]
        asked += ask_for_letters(school, without, CodeKind.TEMPORARY, now=now)
    return asked
