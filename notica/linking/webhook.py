"""Where Telegram brings a bot's updates. The answer carries what the bot says, so that nothing is called here."""

import json
import logging
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels_app.receipts import LARGEST_BODY
from notica.linking.bots import bot_of
from notica.linking.handling import handle
from plumier.clock import database_now
from plumier.policies import ANYONE, policy

logger = logging.getLogger(__name__)
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


@csrf_exempt
@require_POST
@policy(ANYONE)
def telegram_updates(request: HttpRequest, owner: str = "") -> HttpResponse:
    """One update of everybody's bot or of a school's own. Believed only with the bot's secret."""
    bot = bot_of(owner)
    if bot is None:
        raise Http404
    # Without a secret of ours nothing can be shown to be Telegram's.
    if not (bot.secret and constant_time_compare(request.headers.get(HEADER, ""), bot.secret)):
        logger.warning("telegram %s: an update without the secret is refused", bot.words)
        return HttpResponse(status=403)
    body = _body(request)
    if body is None:
        logger.warning("telegram %s: an update is too large", bot.words)
        return HttpResponse(status=413)
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        logger.warning("telegram %s: an update is no JSON", bot.words)
        return HttpResponse(status=400)
    reply = handle(bot, update, database_now())
    return HttpResponse() if reply is None else JsonResponse(reply.as_answer())


def webhook_path(owner: str) -> str:
    """The path of a bot's webhook."""
    return reverse("notica:telegram_updates", kwargs={"owner": owner} if owner else None)


def _body(request: HttpRequest) -> bytes | None:
    """What was sent; None if it is too large, of which no more is read than shows it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return None
    body = request.read(LARGEST_BODY + 1)
    return body if len(body) <= LARGEST_BODY else None
