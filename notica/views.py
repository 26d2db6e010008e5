"""The pages of sends: the list and one send's account."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notica.access import messages_visible_to
from notica.result_page import Wanted, outcome_named
from notica.send_page import send_context, told_words
from notica.sends_filter import WORDS_LENGTH, SendsFilter
from notica.sends_list import sends_page
from plumier.access import people_kept_from, schools_led_by, schools_worked_in, works_somewhere
from plumier.clock import database_now, database_today
from plumier.models import User
from plumier.policies import policy, user_of

STILL = "quieta"  # asks for a page that does not load itself again
LIVE = "live"  # the part of a send's page that asks for itself again
KNOWN = "X-Known"  # the step that it shows already


@require_safe
@policy(works_somewhere)
def messages(request: HttpRequest) -> HttpResponse:
    """The newest sends."""
    user, today = user_of(request), database_today()
    form = SendsFilter(request.GET, leads=schools_led_by(user, today).exists())
    filters = form.filters(_zone(user, today))
    page = sends_page(messages_visible_to(user, today), filters, _key(request), by=user, now=database_now())
    return render(request, "notica/messages.html", {"page": page, "filters": filters, "form": form})


@require_safe
@policy(works_somewhere)
def message(request: HttpRequest, token: str) -> HttpResponse:
    """What came of one send, person by person; to the page itself, when it asks again, only what may have changed."""
    user = user_of(request)
    visible = messages_visible_to(user, database_today())
    found = get_object_or_404(
        visible.select_related(
            "school", "school__policy", "sender", "sender_person", "resends"
        ).prefetch_related("attachments"),
        token=token,
    )
    wanted = Wanted(
        outcome_named(request.GET.get("resultado", "")),
        request.GET.get("buscar", "").strip()[:WORDS_LENGTH],
        frozenset(people_kept_from(user, database_today()).values_list("pk", flat=True)),
    )
    with timezone.override(ZoneInfo(found.school.time_zone)):
        context = send_context(found, wanted, _key(request), database_now(), user)
        if STILL in request.GET:
            context |= {"pace": None, "pace_of_page": None}
        if not _asks_again(request):
            return render(request, "notica/message.html", context)
        known = request.headers.get(KNOWN, "")
        context["moved"] = known.partition("-")[0] != context["phase"]
        context["said"] = told_words(context) if known != context["told"] else ""
        return render(request, "notica/message_live.html", context)


def _asks_again(request: HttpRequest) -> bool:
    """Whether it is the page's own part that asks; a dialog that was led here gets the whole page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == LIVE


def _zone(user: User, today: date) -> ZoneInfo:
    """In which the days of the list are meant: that of her first school."""
    schools = schools_worked_in(user, today).order_by("name", "pk")
    return ZoneInfo(schools.values_list("time_zone", flat=True).first() or settings.TIME_ZONE)


def _key(request: HttpRequest) -> int:
    """The key that a page begins after; 0 for the first page and for what is no key."""
    typed = request.GET.get("despues", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
