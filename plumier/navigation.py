"""What the bar of every page shows. Asked of the database only by a template that uses it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from plumier import standing
from plumier.access import (
    assignments_of,
    groups_tutored_by,
    may_administer,
    posts_of,
    schools_counselled_by,
    schools_served_by,
    schools_worked_in,
    works_somewhere,
)
from plumier.clock import database_today
from plumier.family_access import is_family, kept_children, students_read_by
from plumier.models import Procedure, School, User
from plumier.proposals.access import deals_with_contacts
from plumier.roles import DIRECTORS, Role

SCHOOL_KEPT: Final = "profesores_school"  # in the session: the id of the school in which she works now
PROFESORES: Final = "profesores"
MIRADOR: Final = "mirador"
ROLL: Final = "profesores:roll"
ACCOUNT: Final = "mirador:account"
MARKS: Final = "mirador:grades"
# Pages of a family that stand elsewhere than their place: absences beside the marks; the door's pages of one's own
# account, and the bot's.
_WITHIN: Final = (
    (MARKS, ("mirador:attendance", "mirador:absence_")),
    (ACCOUNT, ("mfa_", "account_", "usersessions_", "notica:link_telegram", "notica:export")),
)
# Of a school, what says which of its procedures are hers to open.
_KEPT_HERE: Final = (
    *("policy__procedures", "roles"),
    *("policy__desk", "policy__reporters", "policy__report_readers"),
)
_MOST_SCHOOLS: Final = 500  # that can be chosen from the bar


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the bar; `short` is its word on a phone, `current` the value of aria-current."""

    name: str
    word: str
    short: str
    icon: str
    url: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Navigation:
    """`web` is the one whose bar this is: "profesores", "mirador", or empty for who has neither.

    `school` is empty for who works in several, or in none; `here` is the school of now: (code, name).

    `places` stand in the bar, `more` behind «Más»; a phone shows `first` and has the others behind «Más» too.
    Mirador has five places and nothing behind. `other` is the way into the other web, for who has both.
    """

    web: str = ""
    school: str = ""
    here: tuple[str, str] = ("", "")
    schools: tuple[tuple[str, str], ...] = ()
    works: bool = False
    administers: bool = False
    contacts: bool = False
    places: tuple[Place, ...] = ()
    more: tuple[Place, ...] = ()
    other: Place | None = None

    @property
    def first(self) -> list[Place]:
        """The four that a phone shows.

        Who leads a school looks for its students rather than for her own; who marks absences does so more often than
        she writes to colleagues.
        """
        if self.web == MIRADOR:
            return list(self.places)
        marks = any(place.name == ROLL for place in self.places)
        less = (
            {"profesores:students", ROLL}
            if self.administers
            else {"profesores:colleagues"}
            if marks
            else set()
        )
        return [place for place in self.places if place.name not in less][:4]

    @property
    def behind(self) -> list[Place]:
        """What a phone has behind «Más»."""
        shown = self.first
        others = (self.other,) if self.other else ()
        return [place for place in (*self.places, *self.more, *others) if place not in shown]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, a `Navigation`, and `languages`, each by its own name whatever is in force."""
    return {
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
        "languages": settings.LANGUAGES,
    }


def navigation_of(request: HttpRequest) -> Navigation:
    """The bar for whoever asks; empty for a visitor."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return Navigation()
    today = database_today()
    family = is_family(user, today)
    staff = works_somewhere(user, today) or schools_served_by(user, today).exists()
    found = getattr(request, "resolver_match", None)
    if family and (not staff or (found is not None and found.app_name == MIRADOR)):
        return _of_family(request, user, today, works=staff)
    return _of_staff(request, user, today, family=family)


def _of_family(request: HttpRequest, user: User, today: date, *, works: bool) -> Navigation:
    """The bar of Mirador; the school stands in it where all her children go to one."""
    names = _schools_of_children(request, user, today)
    rows = [
        ("mirador:inbox", gettext("Avisos"), gettext("Avisos"), "bell"),
        ("mirador:board", gettext("Tablón"), gettext("Tablón"), "board"),
        ("mirador:write", gettext("Escribir"), gettext("Escribir"), "chat"),
        (MARKS, gettext("Notas"), gettext("Notas"), "bars"),
        (ACCOUNT, gettext("Cuenta"), gettext("Cuenta"), "person"),
    ]
    others = linked(request, [("start", "Profesores", "Profesores", "school")]) if works else ()
    found = getattr(request, "resolver_match", None)
    view = found.view_name if found is not None else ""
    within = next((name for name, views in _WITHIN if view.startswith(views)), "")
    places = linked(request, rows)
    return Navigation(
        web=MIRADOR,
        school=names[0] if len(names) == 1 else "",
        places=tuple(replace(one, current="true") if one.name == within else one for one in places),
        other=next(iter(others), None),
    )


def _schools_of_children(request: HttpRequest, user: User, today: date) -> list[str]:
    """Two of their names at most."""
    if (children := kept_children(request)) is not None:
        return list({child.school.pk: child.school.name for child in children}.values())[:2]
    schools = School.objects.filter(pk__in=students_read_by(user, today).values("school"))
    return list(schools.values_list("name", flat=True)[:2])


def _of_staff(request: HttpRequest, user: User, today: date, *, family: bool) -> Navigation:
    """The bar of Profesores."""
    # Whether there are marks for her to write or to see: asked within the same query.
    teaches = Exists(assignments_of(user, today)) | Exists(groups_tutored_by(user, today))
    held = posts_of(user, Role.values, today).filter(school=OuterRef("pk")).order_by("role")
    roles = ArraySubquery(held.values("role"))
    rows = schools_worked_in(user, today).annotate(teaches=teaches, roles=roles).order_by("name", "pk")
    found = list(rows.values_list("pk", "code", "name", "teaches", *_KEPT_HERE)[:_MOST_SCHOOLS])
    schools = [row[:3] for row in found]
    works = bool(schools) or user.is_superuser
    administers = may_administer(user, today)
    marks = administers or any(row[3] for row in found)
    follows = marks or schools_counselled_by(user, today).exists()
    contacts = deals_with_contacts(user, today)
    posts = administers or schools_served_by(user, today).exists()
    kept = request.session.get(SCHOOL_KEPT)
    here = next((school for school in schools if school[0] == kept), schools[0] if schools else (0, "", ""))
    used, day_work = _kept_there(next((row[3:] for row in found if row[0] == here[0]), ()), user)
    reviews = user.is_superuser or here[0] in {*standing.desks(user, today), *standing.offices(user, today)}
    others = linked(request, [("mirador:inbox", "Mirador", "Mirador", "people")]) if family else ()
    return Navigation(
        web=PROFESORES if works else "",
        school=schools[0][2] if len(schools) == 1 else "",
        here=here[1:],
        schools=tuple(school[1:] for school in schools) if len(schools) > 1 else (),
        works=works,
        administers=administers,
        contacts=contacts,
        places=_places(request, works=works, marks=marks, leads=administers, contacts=contacts),
        more=(
            *_procedures(request, used, day_work, follows=follows, leads=administers, reviews=reviews),
            *_more(request, marks=marks, follows=follows, posts=posts, administers=administers),
        ),
        other=next(iter(others), None),
    )


def _places(
    request: HttpRequest, *, works: bool, marks: bool, leads: bool, contacts: bool
) -> tuple[Place, ...]:
    rows = [
        (works, "profesores:students", gettext("Mis alumnos"), gettext("Alumnos"), "people"),
        (marks, ROLL, gettext("Faltas"), gettext("Faltas"), "calendar"),
        (
            works and leads,
            *("profesores:school_students", gettext("Alumnos centro"), gettext("Centro")),
            "school",
        ),
        (
            works,
            *("profesores:colleagues", gettext("Mis compañeros"), gettext("Compañeros")),
            "person",
        ),
        (works, "profesores:inbox", "Notica", "Notica", "inbox"),
        (works, "notica:messages", gettext("Envíos"), gettext("Envíos"), "send"),
        (contacts, "contacts", gettext("Contactos"), gettext("Contactos"), "phone"),
    ]
    return linked(request, [tuple(row[1:]) for row in rows if row[0]])


def _kept_there(row: tuple[Any, ...], user: User) -> tuple[set[str], set[str]]:
    """The procedures of the school of now (`teaches` and `_KEPT_HERE` of it), and of the day's work what is hers."""
    if not row:
        return set(), set()
    return set(row[1] or ()), _day_work(*row[2:], teaches=row[0], everything=user.is_superuser)


def _day_work(
    roles: list[str],
    desk: list[str] | None,
    reporters: list[str] | None,
    readers: list[str] | None,
    *,
    teaches: bool,
    everything: bool,
) -> set[str]:
    """Which of the journal and the day's reports are hers: of her classes, of her posts, and the board's to read."""
    held, at_desk = set(roles or ()), {*(desk or ()), *DIRECTORS}
    found = set()
    if everything or teaches or held & at_desk:
        found.add(Procedure.JOURNAL.value)
    if everything or teaches or held & {*at_desk, *(reporters or ()), *(readers or ())}:
        found.add(Procedure.DAY_REPORTS.value)
    return found


def _procedures(
    request: HttpRequest, used: set[str], day_work: set[str], *, follows: bool, leads: bool, reviews: bool
) -> tuple[Place, ...]:
    """Of what the school of now keeps, what is hers to open; what is hers of it, each page asks again."""
    rows = [
        (
            follows and used & {Procedure.BEHAVIOUR, Procedure.DISCIPLINARY},
            *("profesores:convivencia", gettext("Convivencia"), "shield"),
        ),
        (
            leads and used & {Procedure.DIPLOMAS, Procedure.TRANSFERS, Procedure.FEES},
            *("profesores:secretaria", gettext("Secretaría"), "archive"),
        ),
        (Procedure.BODIES in used, "profesores:bodies", gettext("Órganos"), "people"),
        (Procedure.JOURNAL in used & day_work, "profesores:journals", gettext("Diario de clase"), "pencil"),
        (reviews and Procedure.REVIEW in used, "profesores:review", gettext("Mesa de revisión"), "eye"),
        (
            Procedure.DAY_REPORTS in used & day_work,
            "profesores:day_reports",
            gettext("Partes del día"),
            "list",
        ),
    ]
    return linked(request, [(name, word, word, icon) for shown, name, word, icon in rows if shown])


def _more(
    request: HttpRequest, *, marks: bool, follows: bool, posts: bool, administers: bool
) -> tuple[Place, ...]:
    rows = [
        (marks, "profesores:grades", gettext("Calificaciones"), "bars"),
        (follows, "profesores:absenteeism", gettext("Absentismo"), "flag"),
        (posts, "tablon:notices", gettext("Tablón"), "board"),
        (administers, "notica:channels", gettext("Canales"), "bell"),
        (administers, "admin:index", gettext("Administración"), "settings"),
    ]
    return linked(request, [(name, word, word, icon) for shown, name, word, icon in rows if shown])


def linked(request: HttpRequest, rows: list[tuple[Any, ...]]) -> tuple[Place, ...]:
    """With their addresses; a page that this installation does not have is left out."""
    found = []
    for name, word, short, icon in rows:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = "page" if request.path == url else "true" if request.path.startswith(url) else ""
        found.append(Place(name, word, short, icon, url, current))
    return tuple(found)
