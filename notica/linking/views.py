"""«Telegram» of one's own account: the link and its QR code, which phones are on record and how each stands."""

from datetime import date
from typing import Final

from django.contrib import messages as notices
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from notica.linking.invitations import invite
from notica.linking.panels import Panel, panels_of
from notica.linking.profile import JOB
from plumier.clock import database_now
from plumier.models import Person, User
from plumier.policies import policy, user_of
from plumier.proposals.pages import number_of
from plumier.wakeups import wake

STILL: Final = "quieta"  # asks for a page that does not load itself again
PACE: Final = 4  # seconds
ASK_AGAIN: Final = 30  # seconds, before a bot's name is asked for once more


def is_somebody(user: User, today: date) -> bool:
    """Whether this user is anybody's person: who is none has no phone on record."""
    return Person.objects.filter(user=user).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_somebody)
def link_telegram(request: HttpRequest) -> HttpResponse:
    """The page; by POST a new link for one of her bots, which ends the earlier one."""
    user, now = user_of(request), database_now()
    panels, without = panels_of(user, now)
    if request.method == "POST":
        chosen = number_of(request.POST.get("cuenta", ""))
        if chosen not in [panel.account.pk for panel in panels]:
            raise Http404
        invite(user.pk, chosen, now=now)
        notices.success(request, _("El enlace vale 15 minutos y una sola vez."))
        return redirect("notica:link_telegram")
    _ask_names(panels)
    waits = any(panel.waiting for panel in panels)
    reloads = PACE if waits and STILL not in request.GET else None
    context = {"panels": panels, "without": without, "waits": waits, "reloads": reloads}
    part = "#panels" if request.htmx and request.htmx.target == "panels" else ""  # type: ignore[attr-defined]
    return render(request, f"notica/linking/telegram.html{part}", context)


def _ask_names(panels: list[Panel]) -> None:
    """Have a bot whose name is not known yet asked for it, by a job."""
    for panel in panels:
        if not panel.account.handle and _is_first(panel.account.pk):
            wake(JOB, panel.account.pk)


def _is_first(account_id: int) -> bool:
    try:
        return bool(cache.add(f"linking:name:{account_id}", 1, ASK_AGAIN))
    except RedisError:
        return False
