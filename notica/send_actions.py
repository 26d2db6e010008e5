"""What can be done from a send's page: cancel what has not gone out, send again to those it did not reach."""

from collections.abc import Callable

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notica.access import messages_visible_to
from notica.cancelling import cancel
from notica.models import Message
from notica.refusals import Refused
from notica.resending import resend
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today
from plumier.policies import policy, user_of

KEY_LENGTH = 64


@require_POST
@policy(works_somewhere)
def cancel_send(request: HttpRequest, token: str) -> HttpResponse:
    """Send no more of it."""
    found = _message(request, token)
    return _answer(
        request,
        found,
        lambda: cancel(found, by=user_of(request), now=database_now()),
        _("El envío está anulado: lo que no había salido ya no sale."),
    )


@require_POST
@policy(works_somewhere)
def resend_failed(request: HttpRequest, token: str) -> HttpResponse:
    """A new send to the failed ones, whose page opens."""
    found = _message(request, token)
    key = request.POST.get("key", "")[:KEY_LENGTH] or f"again-{found.pk}"
    return _answer(
        request,
        found,
        lambda: resend(found, client_key=key, by=user_of(request), now=database_now()),
        _("Se envía otra vez a quienes no llegó."),
    )


def _message(request: HttpRequest, token: str) -> Message:
    visible = messages_visible_to(user_of(request), database_today())
    return get_object_or_404(visible.select_related("school"), token=token)


def _answer(request: HttpRequest, found: Message, act: Callable[[], Message], done: str) -> HttpResponse:
    """Do it and open the page of what came of it; a refusal is said on the page it was asked from."""
    try:
        result = act()
    except Refused as refusal:
        notices.error(request, str(refusal))
        return redirect("notica:message", token=found.token)
    notices.success(request, done)
    return redirect("notica:message", token=result.token)
