"""What can be done from a send's page: take it back, cancel what has not gone out, write it again, send again to those
it did not reach, ask for its result as a file."""

from collections.abc import Callable
from typing import TypeVar

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
from notica.send_result.asking import ask_for_result
from notica.writing.reopening import reopen, sent_draft
from plumier.access import works_somewhere
from plumier.clock import database_now, database_today
from plumier.names import clean_text
from plumier.policies import policy, user_of

KEY_LENGTH = 64
Made = TypeVar("Made")


@require_POST
@policy(works_somewhere)
def cancel_send(request: HttpRequest, token: str) -> HttpResponse:
    """Send no more of it."""
    found = _message(request, token)
    return _answer(
        request,
        found,
        lambda: cancel(found, by=user_of(request), now=database_now()),
        _done(request, _("El envío está anulado: lo que no había salido ya no sale.")),
    )


@require_POST
@policy(works_somewhere)
def undo_send(request: HttpRequest, token: str) -> HttpResponse:
    """Take it back while it is held, and open what was written again; later no more than cancel what is left."""
    found, user, now = _message(request, token), user_of(request), database_now()

    def lead(cancelled: Message) -> HttpResponse:
        assert cancelled.cancelled_at is not None
        if cancelled.cancelled_at >= cancelled.not_before:
            notices.warning(request, _("Ya había empezado a salir: lo que quedaba está anulado."))
            return _page_of(found)
        if sent_draft(found, user) is None:
            notices.success(request, _("Deshecho: no ha salido nada."))
            return _page_of(found)
        notices.success(request, _("Deshecho: no ha salido nada. Aquí sigue lo que escribió."))
        return redirect("profesores:write", reopen(found, by=user, now=now).token)

    return _answer(request, found, lambda: cancel(found, by=user, now=now), lead)


@require_POST
@policy(works_somewhere)
def write_again(request: HttpRequest, token: str) -> HttpResponse:
    """Open what was written once more, as a draft of its own."""
    found = _message(request, token)
    return _answer(
        request,
        found,
        lambda: reopen(found, by=user_of(request), now=database_now()),
        lambda draft: redirect("profesores:write", draft.token),
    )


@require_POST
@policy(works_somewhere)
def ask_result(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the result as a workbook, whose page opens."""
    found = _message(request, token)
    return _answer(
        request,
        found,
        lambda: ask_for_result(found, by=user_of(request), now=database_now()),
        lambda asked: redirect("notica:export", asked.token),
    )


@require_POST
@policy(works_somewhere)
def resend_failed(request: HttpRequest, token: str) -> HttpResponse:
    """A new send to the failed ones, whose page opens."""
    found = _message(request, token)
    key = clean_text(request.POST.get("key", ""))[:KEY_LENGTH] or f"again-{found.pk}"
    return _answer(
        request,
        found,
        lambda: resend(found, client_key=key, by=user_of(request), now=database_now()),
        _done(request, _("Se envía otra vez a quienes no llegó.")),
    )


def _message(request: HttpRequest, token: str) -> Message:
    visible = messages_visible_to(user_of(request), database_today())
    return get_object_or_404(visible.select_related("school"), token=token)


def _answer(
    request: HttpRequest, found: Message, act: Callable[[], Made], lead: Callable[[Made], HttpResponse]
) -> HttpResponse:
    """Do it and lead to what came of it; a refusal is said on the page it was asked from."""
    try:
        made = act()
    except Refused as refusal:
        notices.error(request, str(refusal))
        return _page_of(found)
    return lead(made)


def _done(request: HttpRequest, words: str) -> Callable[[Message], HttpResponse]:
    """Say that it is done, on the page of the send that came of it."""

    def lead(result: Message) -> HttpResponse:
        notices.success(request, words)
        return _page_of(result)

    return lead


def _page_of(found: Message) -> HttpResponse:
    return redirect("notica:message", token=found.token)
