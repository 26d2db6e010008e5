"""What the pages of a draft show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notica.actions import AT_ONCE
from notica.checking import kind_for
from notica.choices import Audience, Way
from notica.kinds import KINDS, LENGTHS
from notica.models import KeptDraft
from notica.routing import sms_follows
from notica.writing.attaching import MOST_BYTES, MOST_FILES
from notica.writing.counting import count
from notica.writing.placeholders import left_as_is, placeholders_for
from notica.writing.preview import READY, Summary, summary_of
from notica.writing.preview_words import QUIET
from notica.writing.texts import templates_for
from plumier.access import holders
from plumier.clock import database_now, day_in
from plumier.models import SchoolPolicy, User
from plumier.policies import user_of
from profesores.forms import LATER, WritingForm

REVIEW: Final = "revisar"
WHEN_CLOSED: Final = "al-cerrar"  # leave when the office closes
INSIDE: Final = "dialogo"  # the parameter that says a dialog is where it is shown
LETTERS_SHOWN: Final = 6
DESK_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A card to choose; `off` says why it cannot be."""

    value: str
    words: str
    chosen: bool
    off: str = ""


def fragment_of(request: HttpRequest) -> str:
    """The id of what htmx swaps; empty for a whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]  # put there by django-htmx
    return (htmx.target or "") if htmx and not htmx.history_restore_request else ""


def writing_page(
    request: HttpRequest, form: WritingForm, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page, or what stands in its place in a dialog. Who will get it is worked out apart where htmx asks for it."""
    draft, alone = form.draft, fragment_of(request)
    context = {**writing_context(request, form), **(more or {})}
    if alone:
        return render(request, "profesores/writing/writing.html", context)
    summary = summary_of(draft, by=user_of(request), now=database_now())
    context |= {**who_context(draft, summary), "title": context["heading"]}
    return render(request, "profesores/writing.html", context)


def writing_context(request: HttpRequest, form: WritingForm) -> dict[str, Any]:
    """What the form needs, without who will get it."""
    draft, way, to = form.draft, _way(form), _to(form)
    policy: SchoolPolicy = draft.school.policy
    text = _text(form)
    return {
        **people_context(draft, to, way),
        "form": form,
        "inside": is_inside(request),
        "audiences": _audiences(draft, to),
        "ways": _ways(draft, way, policy, user_of(request)),
        "sms_room": LENGTHS[Way.SMS] if _sms_follows(draft, to, way, user_of(request)) else None,
        "counter": count(text.strip(), way),
        "letters": " ".join(count(text.strip(), way).forcing[:LETTERS_SHOWN]),
        "later": form["when"].value() == LATER,
        "templates": templates_for(user_of(request), draft.school),
        "placeholders": placeholders_for(to),
        "as_is": _as_is_words(str(form["subject"].value() or ""), text),
        "files": draft.files.all(),
        "most_files": MOST_FILES,
        "most_bytes": MOST_BYTES,
        "quiet": quiet_words(policy),
    }


def people_context(draft: KeptDraft, to: str, way: str) -> dict[str, Any]:
    """Which draft, to whom, and how many; the button's words while nobody knows who will get it."""
    number = len(draft.staff if to == Audience.STAFF else draft.students)
    return {
        "draft": draft,
        "way": Way(way),
        "is_sms": way == Way.SMS,
        "is_email": way == Way.EMAIL,
        "is_chat": way == Way.TELEGRAM_TOKAPP,
        "is_staff": to == Audience.STAFF,
        "number": number,
        "heading": _("Nuevo mensaje · %(way)s") % {"way": Way(way).label},
        "addressed": _addressed(to, number),
        "send_words": _("Enviar"),
        "reviews": way == Way.SMS or number > AT_ONCE,
    }


def who_context(draft: KeptDraft, summary: Summary) -> dict[str, Any]:
    """Who will get it, and what the button then does."""
    context = people_context(draft, draft.to, draft.way)
    reviews = context["reviews"] or summary.needs_review
    known = summary.state == READY
    return {
        **context,
        "summary": summary,
        "seen": signature(summary),
        "as_is": _as_is_words(draft.subject, draft.body),
        "reviews": reviews,
        "send_words": _send_words(draft, summary),
        "sends": WHEN_CLOSED if summary.office else REVIEW if reviews else "enviar",
        "desk_people": _desk_people(draft) if summary.office else "",
        "missed_words": _missed_words(draft, summary.missed) if known and summary.missed else "",
    }


def review_context(
    request: HttpRequest, draft: KeptDraft, summary: Summary, *, is_changed: bool = False
) -> dict[str, Any]:
    """The last look before it is sent."""
    return {
        **who_context(draft, summary),
        "review": True,
        "inside": is_inside(request),
        "is_changed": is_changed,
        "files": draft.files.all(),
    }


def signature(summary: Summary) -> str:
    """What was shown of who will get it: compared when it is sent."""
    channels = "-".join(f"{'+'.join(one.channels)}:{one.number}" for one in summary.channels)
    return f"{summary.state}/{summary.recipients}/{summary.reached}/{channels}"


def is_inside(request: HttpRequest) -> bool:
    """Whether it is shown in a dialog."""
    return fragment_of(request) == "dialog" or INSIDE in request.POST or INSIDE in request.GET


def quiet_words(policy: SchoolPolicy) -> str:
    """When the school is not heard; empty where it always may be."""
    start, end = policy.quiet_from, policy.quiet_until
    if start is None or end is None or start == end:
        return ""
    return _("De %(start)s a %(end)s no se molesta a nadie: lo que se envíe entonces sale a las %(end)s.") % {
        "start": time_format(start, "TIME_FORMAT"),
        "end": time_format(end, "TIME_FORMAT"),
    }


def _way(form: WritingForm) -> Way:
    return form.way_now if form.is_bound else Way(form.draft.way)


def _to(form: WritingForm) -> Audience:
    return form.to_now if form.is_bound else Audience(form.draft.to)


def _text(form: WritingForm) -> str:
    return str(form["body"].value() or "").replace("\r\n", "\n")


def _audiences(draft: KeptDraft, to: Audience) -> list[Choice]:
    if draft.to == Audience.STAFF:
        return []
    return [Choice(one.value, str(one.label), one == to) for one in (Audience.STUDENT, Audience.FAMILY)]


def _ways(draft: KeptDraft, chosen: Way, policy: SchoolPolicy, user: User) -> list[Choice]:
    """Those that the school uses, and the one chosen even if it does not."""
    kind = KINDS[kind_for(draft.school, draft.to, Way.SMS, by=user, now=database_now())]
    several = len(draft.students) + len(draft.staff) > 1 and not (policy.sms_to_many or kind.sms_to_many)
    why = _("elija una sola persona") if draft.to == Audience.STAFF else _("elija un solo alumno")
    return [
        Choice(
            way.value,
            str(way.label),
            way == chosen,
            why if way == Way.SMS and several and way != chosen else "",
        )
        for way in (Way.EMAIL, Way.TELEGRAM_TOKAPP, Way.SMS)
        if way in policy.channels or way == chosen
    ]


def _sms_follows(draft: KeptDraft, to: str, way: str, user: User) -> bool:
    """Whether a parent whom no chat reaches gets this as an SMS, if there is room in one."""
    kind = kind_for(draft.school, to, way, by=user, now=database_now())
    return way == Way.TELEGRAM_TOKAPP and sms_follows(kind, to, draft.school.policy)


def _addressed(to: str, number: int) -> str:
    words = {
        Audience.STUDENT: ngettext("a %(n)d alumno", "a %(n)d alumnos", number),
        Audience.FAMILY: ngettext("a la familia de %(n)d alumno", "a las familias de %(n)d alumnos", number),
        Audience.STAFF: ngettext("a %(n)d compañero", "a %(n)d compañeros", number),
    }
    return words[Audience(to)] % {"n": number}


def _send_words(draft: KeptDraft, summary: Summary) -> str:
    """What the button does: at once, or at the hour at which it leaves because of the school's hours (C10, C11)."""
    number = summary.homes if summary.state == READY else 0
    leaving = summary.leaving
    if leaving is not None and (leaving.why == QUIET or summary.office):
        hour = date_format(leaving.at.astimezone(ZoneInfo(draft.school.time_zone)), "G:i")
        return send_at_words(draft.to, number, hour)
    return _send_now_words(draft.to, number) if number else _("Enviar")


def send_at_words(to: str, number: int, hour: str) -> str:
    """«Enviar a las 6:00», and to how many where that is known."""
    if not number:
        return _("Enviar a las %(hour)s") % {"hour": hour}
    words = {
        Audience.STUDENT: ngettext(
            "Enviar a las %(hour)s a %(n)d alumno", "Enviar a las %(hour)s a %(n)d alumnos", number
        ),
        Audience.FAMILY: ngettext(
            "Enviar a las %(hour)s a %(n)d familia", "Enviar a las %(hour)s a %(n)d familias", number
        ),
        Audience.STAFF: ngettext(
            "Enviar a las %(hour)s a %(n)d compañero", "Enviar a las %(hour)s a %(n)d compañeros", number
        ),
    }
    return words[Audience(to)] % {"n": number, "hour": hour}


def _desk_people(draft: KeptDraft) -> str:
    """Who attends the review desk, by name."""
    school = draft.school
    people = holders(school, school.policy.desk, day_in(school, database_now())).order_by("sort_key", "pk")
    return get_text_list([one.full_name for one in people[:DESK_SHOWN]], _("y"))


def _send_now_words(to: str, number: int) -> str:
    words = {
        Audience.STUDENT: ngettext("Enviar a %(n)d alumno", "Enviar a %(n)d alumnos", number),
        Audience.FAMILY: ngettext("Enviar a %(n)d familia", "Enviar a %(n)d familias", number),
        Audience.STAFF: ngettext("Enviar a %(n)d compañero", "Enviar a %(n)d compañeros", number),
    }
    return words[Audience(to)] % {"n": number}


def _missed_words(draft: KeptDraft, number: int) -> str:
    """In the units in which they are counted: a family by SMS, else each parent."""
    if draft.to == Audience.STUDENT:
        words = ngettext("%(n)d alumno no lo recibirá", "%(n)d alumnos no lo recibirán", number)
    elif draft.to == Audience.FAMILY and draft.way == Way.SMS:
        words = ngettext("%(n)d familia no lo recibirá", "%(n)d familias no lo recibirán", number)
    else:
        words = ngettext("%(n)d persona no lo recibirá", "%(n)d personas no lo recibirán", number)
    return words % {"n": number}


def _as_is_words(*texts: str) -> str:
    """A warning where something looks like a field and is none; it does not keep the message from being sent."""
    found = left_as_is(*texts)
    words = ngettext(
        "%(places)s saldrá tal cual: no es un campo.",
        "%(places)s saldrán tal cual: no son campos.",
        len(found),
    )
    return words % {"places": ", ".join(found)} if found else ""
