"""How long a page takes to be made for who opens it, in this process: no network, and no browser."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.test import Client
from django.urls import NoReverseMatch, reverse

from benchmarks import population, stores
from benchmarks.bench import Bench
from benchmarks.history import add_past, add_staff, add_teacher
from benchmarks.messages import NotDone, choice_of, write_out
from benchmarks.population import Made
from benchmarks.results import PageTime
from notica.choices import Audience, Way
from notica.drafts import Choice
from notica.models import KeptDraft, Message
from notica.writing.keeping import begin
from plumier.clock import database_now
from plumier.models import Person, Procedure, SchoolPolicy, User
from plumier.roles import Role

STUDENTS, RECIPIENTS, DELIVERIES = 2_000, 10_000, 1_000_000
QUICK_DELIVERIES: Final = 100_000
WRITTEN_TO: Final = 300  # families
FEW: Final = 12  # guardians of the school that is as good as empty
ROUNDS, WARM_UP = 30, 3
HOST: Final = "localhost"


@dataclass(frozen=True, slots=True)
class Place:
    """What pages are opened about: a school, and a send of its director's or of a larger school's.

    A teacher of some of its groups, the tutor of one of them, and what the director is writing to many families.
    """

    made: Made
    message: Message
    teacher: User
    draft: KeptDraft


def _director(place: Place) -> User:
    return place.made.director


def _teacher(place: Place) -> User:
    return place.teacher


def _sender(place: Place) -> User:
    return place.message.sender or place.made.director


def _guardian(place: Place) -> User:
    """The first one, with a log-in."""
    person = Person.objects.get(pk=place.made.first_guardian)
    if person.user is None:
        person.user = User.objects.create(username=f"familia{place.made.school.code}")
        person.save(update_fields=["user"])
    return person.user


@dataclass(frozen=True, slots=True)
class Page:
    """A page by the name of its URL, and who opens it; one that is not there is left out."""

    name: str
    arguments: Callable[[Place], list[object]] = lambda place: []
    query: dict[str, str] = field(default_factory=dict)
    reader: Callable[[Place], User] = _director


def _token(place: Place) -> list[object]:
    return [place.message.token]


def _student(place: Place) -> list[object]:
    return [place.made.first_student]


def _draft(place: Place) -> list[object]:
    return [place.draft.token]


PAGES: Final = (
    Page("notica:messages"),
    Page("notica:messages", query={"buscar": "reunion"}),
    Page("notica:messages", query={"buscar": "nada de nada"}),
    Page("notica:messages", query={"quien": "mios", "via": "telegram_tokapp", "desde": "2026-01-01"}),
    Page("notica:message", _token, reader=_sender),
    Page("notica:message", _token, {"resultado": "failed"}, reader=_sender),
    Page("notica:message", _token, {"buscar": "numero 9999"}, reader=_sender),
    Page("notica:message", _token, {"buscar": "nadie"}, reader=_sender),
    Page("notica:channels"),
    Page("profesores:students"),
    Page("profesores:students", reader=_teacher),
    Page("profesores:record", _student, reader=_teacher),
    Page("profesores:school_students"),
    Page("profesores:school_students", query={"buscar": "numero 19"}),
    Page("profesores:explorer"),
    Page("profesores:colleagues"),
    Page("profesores:record", _student),
    Page("profesores:inbox"),
    Page("profesores:write", _draft),
    Page("profesores:behaviour"),
    Page("profesores:behaviour_new"),
    Page("profesores:behaviour_student", _student),
    Page("profesores:diplomas"),
    Page("profesores:diplomas_waiting"),
    Page("profesores:review"),
    Page("profesores:review_new"),
    Page("profesores:grades"),
    Page("profesores:bodies"),
    Page("profesores:bodies", reader=_teacher),
    Page("profesores:transfers"),
    Page("profesores:fees"),
    Page("profesores:fees_issue"),
    Page("profesores:fees_day"),
    Page("profesores:journals", reader=_teacher),
    Page("profesores:journals_desk"),
    Page("profesores:day_reports"),
    Page("tablon:notices"),
    Page("profesores:disciplinary"),
    Page("profesores:disciplinary_open", query={"buscar": "numero 19"}),
    Page("mirador:inbox", reader=_guardian),
    Page("mirador:inbox", query={"buscar": "nada de nada"}, reader=_guardian),
    Page("mirador:attendance", reader=_guardian),
    Page("mirador:meetings", reader=_guardian),
)


def measure_pages(bench: Bench) -> None:
    """Each page of a school with a past, and the same of one that is as good as empty."""
    full, empty = _places(bench)
    for page in PAGES:
        if _address(page, full) is None:
            continue
        found = bench.attempt(_words(page), partial(_compare, page, full, empty))
        if found is not None:
            bench.results.pages.append(found)


def _places(bench: Bench) -> tuple[Place, Place]:
    stores.empty()
    many, made, few = bench.school(RECIPIENTS), bench.school(STUDENTS), bench.school(FEW)
    deliveries = QUICK_DELIVERIES if bench.quick else DELIVERIES
    bench.say(f"  {deliveries:,} past deliveries")
    add_staff(made)
    add_past(made, deliveries)
    large, small = (write_out(one, "tokapp", choice_of(one, one.counts.guardians)) for one in (many, few))
    population.analyze()
    messages = Message.objects.select_related("sender").in_bulk([large, small])
    return _place(made, messages[large]), _place(few, messages[small])


def _place(made: Made, message: Message) -> Place:
    """With somebody who teaches there, and a draft of the director's."""
    students = range(made.first_student, made.first_student + min(WRITTEN_TO, made.counts.students))
    choice = Choice(Audience.FAMILY, students=tuple(students))
    policy = SchoolPolicy.objects.get(school=made.school)
    policy.procedures, policy.desk, policy.offices = list(Procedure.values), [Role.DIRECTOR], [Role.DIRECTOR]
    policy.save()
    draft = begin(made.school, choice, Way.TELEGRAM_TOKAPP, by=made.director, now=database_now())
    return Place(made, message, add_teacher(made), draft)


def _compare(page: Page, full: Place, empty: Place) -> PageTime:
    return PageTime(_words(page), tuple(_times(page, full)), tuple(_times(page, empty)))


def _times(page: Page, place: Place) -> list[float]:
    """Seconds of each round after the warm-up. Raises NotDone if the page is not shown."""
    client = Client(SERVER_NAME=HOST)
    client.force_login(page.reader(place))
    address = _address(page, place)
    assert address is not None
    found: list[float] = []
    for _ in range(WARM_UP + ROUNDS):
        began = time.perf_counter()
        response = client.get(address, page.query, secure=True)
        found.append(time.perf_counter() - began)
        if response.status_code != 200:
            raise NotDone(f"{page.name} answered {response.status_code}")
    return found[WARM_UP:]


def _address(page: Page, place: Place) -> str | None:
    try:
        return reverse(page.name, args=page.arguments(place))
    except NoReverseMatch:
        return None


def _words(page: Page) -> str:
    query = "&".join(f"{name}={value}" for name, value in page.query.items())
    words = f"{page.name}?{query}" if query else page.name
    return f"{words} (teacher)" if page.reader is _teacher else words
