"""`/avisos/<channel>/…`: where providers tell of their own accord what became of what they took.

Nobody is logged in here: the provider's signature is all that is believed, and a forged call changes nothing. What is
believed is stored before the answer leaves, since a provider that is thanked does not come again.
"""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels_app import environment, registry
from channels_app.receipts import LARGEST_BODY, Callback, Consent, Forged, Receipt, TellsLater, Unreadable
from notica import late_facts
from notica.callback_addresses import public_address
from notica.consents import heed_consents
from plumier.policies import ANYONE, policy

logger = logging.getLogger(__name__)


class TooLarge(Exception):
    """The body is larger than any callback's."""


@csrf_exempt
@require_POST
@policy(ANYONE)
def callback(request: HttpRequest, channel: str, owner: str = "", tag: str = "") -> HttpResponse:
    """204 when it is kept; 403 forged, 413 too large, 400 not understood, 404 of an account that there is not."""
    kind = _teller(channel, owner)
    try:
        told = kind.receive(
            environment.values(kind, owner),
            Callback(public_address(request.get_full_path()), _headers(request), bounded_body(request), tag),
        )
    except Forged:
        logger.warning("a forged callback of %s is refused", channel)
        return HttpResponse(status=403)
    except TooLarge:
        logger.warning("a callback of %s is too large", channel)
        return HttpResponse(status=413)
    except Unreadable:
        logger.warning("a callback of %s is not understood", channel)
        return HttpResponse(status=400)
    late_facts.take(channel, [one for one in told if isinstance(one, Receipt)])
    heed_consents(channel, owner, [one for one in told if isinstance(one, Consent)])
    return HttpResponse(status=204)


def bounded_body(request: HttpRequest) -> bytes:
    """The body, at most `LARGEST_BODY` bytes; TooLarge before more of it is read."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = LARGEST_BODY + 1
    if announced > LARGEST_BODY:
        raise TooLarge
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise TooLarge
    return body


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _teller(channel: str, owner: str) -> type[TellsLater]:
    if channel not in registry.channel_names():
        raise Http404
    kind = registry.channel_class(channel)
    if not issubclass(kind, TellsLater):
        raise Http404
    known = environment.has_own_account(kind, owner) if owner else environment.is_configured(kind)
    if not known:
        raise Http404
    return kind
