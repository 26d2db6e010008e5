"""The pages of sends: the list, one send's account, and where a log-in leads."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notica.access import messages_visible_to
from notica.choices import MessageState, Outcome
from notica.marks import legend, message_mark, postponed
from notica.models import Message
from notica.progress import totals
from notica.result_page import (
    actions_on,
    cards,
    outcome_named,
    pace,
    recipients_page,
    sender_words,
    title_of,
)
from notica.sends_list import ENDED, RUNNING, Filters, sends_page
from plumier.access import may_administer, works_somewhere
from plumier.clock import database_now, database_today
from plumier.policies import LOGGED_IN, policy, user_of

STILL = "quieta"  # asks for a page that does not load itself again
WORDS_LENGTH = 100


@require_safe
@policy(LOGGED_IN)
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the pages that are this user's."""
    user, today = user_of(request), database_today()
    if works_somewhere(user, today):
        return redirect("notica:messages")
    if may_administer(user, today):
        return redirect("admin:index")
    return render(request, "notica/start.html")


@require_safe
@policy(works_somewhere)
def messages(request: HttpRequest) -> HttpResponse:
    """The newest sends."""
    state = request.GET.get("estado", "")
    filters = Filters(
        state=state if state in (RUNNING, ENDED) else "",
        words=request.GET.get("buscar", "").strip()[:WORDS_LENGTH],
    )
    visible = messages_visible_to(user_of(request), database_today())
    page = sends_page(visible, filters, _key(request))
    return render(request, "notica/messages.html", {"page": page, "filters": filters})


@require_safe
@policy(works_somewhere)
def message(request: HttpRequest, token: str) -> HttpResponse:
    """What came of one send, person by person."""
    visible = messages_visible_to(user_of(request), database_today())
    found = get_object_or_404(
        visible.select_related("school", "sender", "sender_person", "resends").prefetch_related(
            "attachments"
        ),
        token=token,
    )
    now, chosen = database_now(), outcome_named(request.GET.get("resultado", ""))
    zone = ZoneInfo(found.school.time_zone)
    with timezone.override(zone):
        context = {
            **_summary(found, chosen),
            "page": recipients_page(found, chosen, _key(request), now),
            "waits": postponed(found.not_before, now, zone) if found.not_before > now else "",
            "legend": legend(),
        }
        seconds = pace(found, now)
        context |= {
            "reloads": seconds if STILL not in request.GET else None,
            "unfinished": seconds is not None,
        }
        response = render(request, "notica/message.html", context)
    if context["reloads"]:
        response["Refresh"] = str(context["reloads"])
    return response


def _summary(found: Message, chosen: Outcome | None) -> dict[str, object]:
    """What stands above the table."""
    numbers = totals(found.pk)
    recipients = sum(numbers.values())
    return {
        "message": found,
        "title": title_of(found),
        "sender": sender_words(found),
        "mark": message_mark(found.state),
        "chosen": chosen,
        "cards": cards(numbers, chosen),
        "recipients": recipients,
        "done": recipients - numbers.get(Outcome.OPEN, 0),
        "preparing": found.state == MessageState.QUEUED,
        **actions_on(found, numbers),
    }


def _key(request: HttpRequest) -> int:
    """The key that a page begins after; 0 for the first page and for what is no key."""
    typed = request.GET.get("despues", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
