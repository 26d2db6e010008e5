"""What the pages of the review desk show (requirement C8): its queue, an office's own texts, and one text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.choices import Way
from notica.marks import Mark
from notica.models import Message, ReviewState, ReviewStep, ReviewText
from notica.review.access import is_desk, offices_of, texts_reviewed_by, texts_written_by
from notica.review.saying import Said
from notica.review.words import office_words
from notica.summaries import total_lines
from plumier.access import students_kept_from
from plumier.models import Group, Person, School, Student, User

PAGE: Final = 30
_LOOKS: Final[dict[str, tuple[str, str]]] = {
    ReviewState.DRAFT: ("clock", "plain"),
    ReviewState.SUBMITTED: ("eye", "info"),
    ReviewState.RETURNED: ("bounce", "warn"),
    ReviewState.SENT: ("check", "good"),
    ReviewState.WITHDRAWN: ("minus", "plain"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: at the desk, in the name of which offices, or both; nobody else has a page here."""

    user: User
    school: School
    today: date
    desk: bool
    offices: list[str]

    def texts(self) -> QuerySet[ReviewText]:
        """Those that she may see of this school."""
        own, handed = texts_written_by(self.user, self.today), texts_reviewed_by(self.user, self.today)
        found = (handed if self.desk else ReviewText.objects.none()) | own
        return found.filter(school=self.school)

    def kept(self) -> QuerySet[Student]:
        """From whom a court keeps her."""
        return students_kept_from(self.user, self.today)


def reader_of(user: User, school: School, today: date) -> Reader:
    """What she is here."""
    return Reader(user, school, today, is_desk(user, school, today), offices_of(user, school, today))


@dataclass(frozen=True, slots=True)
class Line:
    """A text in the list; `reader` is who of the desk has it before her."""

    text: ReviewText
    office: str
    mark: Mark
    reader: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some texts, the tabs (value, word, number), and the key after which the rest begins."""

    lines: list[Line]
    tabs: list[tuple[str, str, int]]
    offices: list[tuple[str, str]]
    total: int
    after: int


def list_page(reader: Reader, state: str, office: str, after: int) -> ListPage:
    """The desk's queue is the oldest first, everything else the newest. The same queries for one text and for many."""
    every = reader.texts()
    offices = sorted(set(every.order_by().values_list("office", flat=True).distinct()))
    found = every.filter(office=office) if office else every
    counts = dict(found.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
    rows = found.filter(state=state) if state else found
    queue = state == ReviewState.SUBMITTED
    if after:
        rows = rows.filter(pk__gt=after) if queue else rows.filter(pk__lt=after)
    some = list(rows.select_related("by", "read_by").order_by("pk" if queue else "-pk")[: PAGE + 1])
    names = names_of([one.read_by for one in some if one.read_by], reader.school)
    return ListPage(
        lines=[_line(one, names) for one in some[:PAGE]],
        tabs=[(one.value, str(one.label), counts.get(one.value, 0)) for one in ReviewState],
        offices=[(one, office_words(one)) for one in offices],
        total=sum(counts.values()),
        after=some[PAGE - 1].pk if len(some) > PAGE else 0,
    )


def _line(text: ReviewText, names: dict[int, str]) -> Line:
    reader = names.get(text.read_by_id or 0, "") if text.state == ReviewState.SUBMITTED else ""
    return Line(text, office_words(text.office), mark_of(text), reader)


def mark_of(text: ReviewText) -> Mark:
    """Its state as people see it."""
    icon, tone = _LOOKS[text.state]
    return Mark(str(ReviewState(text.state).label), icon, tone)


def names_of(users: Iterable[User], school: School) -> dict[int, str]:
    """Of each her name in the school, else her own. One query."""
    found = {user.pk: user.get_full_name() or user.get_username() for user in users}
    people = Person.objects.filter(user__in=list(found), school=school)
    return found | {one.user_id: one.full_name for one in people if one.user_id}


@dataclass(frozen=True, slots=True)
class Past:
    """A step: who, when, what, and why it was returned."""

    at: datetime
    who: str
    words: str
    note: str


def steps_of(text: ReviewText) -> list[Past]:
    """The newest first. Two queries."""
    rows = list(ReviewStep.objects.filter(text=text).select_related("by").order_by("-pk")[:50])
    names = names_of([row.by for row in rows], text.school)
    return [Past(row.at, names[row.by_id], row.get_act_display(), row.note) for row in rows]


@dataclass(frozen=True, slots=True)
class Shown:
    """A wording in words."""

    body: str
    subject: str
    to: str
    way: str
    when: str


def shown(said: Said, school: School) -> Shown:
    """To whom, by which way and when, as it is read beside its text."""
    moment = said.not_before.astimezone(ZoneInfo(school.time_zone)) if said.not_before else None
    return Shown(
        said.body,
        said.subject if said.way == Way.EMAIL else "",
        _to_words(said, school),
        str(Way(said.way).label),
        date_format(moment, "DATETIME_FORMAT") if moment else _("Cuanto antes"),
    )


def _to_words(said: Said, school: School) -> str:
    if said.everyone:
        return _("Las familias de todo el centro")
    groups = Group.objects.filter(school=school, pk__in=said.groups).order_by("stage_id", "name", "pk")
    parts = list(groups.values_list("name", flat=True))
    if said.students:
        number = Student.objects.filter(school=school, pk__in=said.students).count()
        words = ngettext("%(number)d alumno", "%(number)d alumnos", number)
        parts.append(words % {"number": number})
    return ", ".join(parts) or _("Nadie todavía")


def result_of(message: Message | None) -> list[tuple[str, int]]:
    """What came of the send, in numbers."""
    return total_lines(message.pk) if message else []


def text_context(text: ReviewText, office: Said, desk: Said | None) -> dict[str, Any]:
    """What the page of a text always shows."""
    return {
        "text": text,
        "school": text.school,
        "office": office_words(text.office),
        "mark": mark_of(text),
        "own": shown(office, text.school),
        "corrected": shown(desk, text.school) if desk else None,
        "steps": steps_of(text),
        "result": result_of(text.message),
        "files": list(text.files.all()),
        "writer": names_of([text.by], text.school)[text.by_id],
        "reader": names_of([text.read_by], text.school)[text.read_by.pk] if text.read_by else "",
    }
