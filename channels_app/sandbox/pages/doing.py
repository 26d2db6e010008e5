"""What people do on the pages: forms that are done and lead back to where they stood."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from channels_app.sandbox.bots import Bot
from channels_app.sandbox.orders import OrderError
from channels_app.sandbox.pages.guard import is_own
from channels_app.sandbox.pages.words import LANGUAGES
from channels_app.sandbox.pages.world import World
from channels_app.sandbox.plans import ReceiptPlan
from channels_app.sandbox.state import TELEGRAM_ENDING
from channels_app.sandbox.web import Request, Response, Route

PATIENCE, LOOK = 1.5, 0.05  # seconds that a page waits for what a bot answers, and between two looks
UNDELIVERED = 30003
PLANS = {
    "nada": ReceiptPlan(),
    "entregados": ReceiptPlan(("sent", "delivered"), after=1.0),
    "perdidos": ReceiptPlan(("sent", "undelivered"), UNDELIVERED, after=1.0),
}
Doing = Callable[[Request, dict[str, str]], Awaitable[str]]


class Doings:
    """The forms of all pages; each gives a word for what came of it, of `words.SAID`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Where they are sent."""
        return [
            Route("POST", "/phone/{address}/telegram", _form(self.telegram, "telegram")),
            Route("POST", "/phone/{address}/tokapp", _form(self.tokapp, "tokapp")),
            Route("POST", "/phone/{address}/sms", _form(self.sms, "sms")),
            Route("POST", "/mailbox/{address}/bounce", _form(self.bounce)),
            Route("POST", "/control/ritmos", _form(self.rates, "ritmos")),
            Route("POST", "/control/acuses", _form(self.receipts, "acuses")),
            Route("POST", "/control/reglas", _form(self.no_rules)),
        ]

    async def telegram(self, request: Request, given: dict[str, str]) -> str:
        """Something done with the bot."""
        chat = self._world.chat_of(request.match["address"])
        bot = self._bot(given)
        if chat is None or bot is None:
            return "no_se_pudo"
        if given.get("do") == "language":
            self._world.telegram.chats.of(chat).language = _one_of(given.get("language", ""), LANGUAGES)
            return "hecho"
        if given.get("do") == "start" and bot.number in self._world.telegram.chats.of(chat).blocked:
            await self._act(request, bot, {"do": "unblock"})
        return await self._act(request, bot, given)

    async def tokapp(self, request: Request, given: dict[str, str]) -> str:
        """TokApp put on or taken off."""
        self._world.sandbox.change_tokapp(request.match["address"], active=given.get("active") == "si")
        return "hecho"

    async def sms(self, request: Request, given: dict[str, str]) -> str:
        """An SMS answered, or one said to have arrived or not."""
        phone, inbound = request.match["address"], self._world.twilio.inbound
        if given.get("do") == "answer":
            url = inbound.url_for(phone)
            told = await inbound.receive({"from": phone, "body": given.get("body", ""), "url": url})
            return _told(told["answers"])
        status = "delivered" if given.get("status") == "delivered" else "undelivered"
        order: dict[str, object] = {"sid": given.get("sid", ""), "status": status}
        entry = self._world.sandbox.boxes.sms(given.get("sid", ""))
        wanted = entry is not None and bool(entry["details"].get("StatusCallback"))
        code = {} if status == "delivered" else {"error_code": UNDELIVERED}
        told = await self._world.twilio.receipts.send({**order, **code, "tell": wanted})
        return _told(told["answers"])

    async def bounce(self, request: Request, given: dict[str, str]) -> str:
        """A mail sent back."""
        order = {
            "address": request.match["address"],
            "kind": given.get("kind", ""),
            "id": given.get("id", ""),
        }
        return "rebotado" if self._world.bounces.send(order)["files"] else "sin_ruta"

    async def rates(self, request: Request, given: dict[str, str]) -> str:
        """How many messages a second Telegram takes."""
        limits = {name: given.get(name, "").strip() for name in ("per_bot", "per_chat")}
        if not all(value == "" or (value.isdecimal() and int(value)) for value in limits.values()):
            return "numero"
        self._world.sandbox.rates.set({name: int(value) for name, value in limits.items() if value})
        return "hecho"

    async def receipts(self, request: Request, given: dict[str, str]) -> str:
        """What Twilio tells of every SMS."""
        self._world.twilio.receipts.default = PLANS[_one_of(given.get("plan", ""), PLANS)]
        return "hecho"

    async def no_rules(self, request: Request, given: dict[str, str]) -> str:
        """No rules any more."""
        self._world.sandbox.rules.clear()
        return "hecho"

    def _bot(self, given: dict[str, str]) -> Bot | None:
        """The bot of the page, or the one that a pasted link opens."""
        bots, link = self._world.telegram.bots, urlsplit(given.get("text", "").strip())
        if given.get("do") == "start" and link.netloc == "t.me":
            given["text"] = parse_qs(link.query).get("start", [""])[0]
            named = bots.named(link.path.strip("/"))
            given["bot"] = str(named.number) if named else ""
        number = given.get("bot", "")
        return bots.numbered(int(number)) if number.isdecimal() and len(number) <= 15 else None

    async def _act(self, request: Request, bot: Bot, given: dict[str, str]) -> str:
        address = request.match["address"]
        where = {"phone": address} if address.startswith("+") else {"chat": address}
        chat = str(self._world.chat_of(address))
        before = self._last(chat)
        token = f"{bot.number}:{TELEGRAM_ENDING}"
        done = await self._world.telegram.act({**given, **where, "bot": token})
        if done["update_id"] is None:
            return "hecho"
        if bot.webhook.url and not done["delivered"]:
            return "no_lo_toma"
        if await self._answered(chat, before, bot):
            return "contestado"
        return "lo_tiene" if bot.webhook.url or not bot.waiting else "espera"

    async def _answered(self, chat: str, before: object, bot: Bot) -> bool:
        """Whether the bot wrote back within a moment; who has never asked for updates is not waited for."""
        if not (bot.webhook.url or bot.poll):
            return False
        for _ in range(round(PATIENCE / LOOK)):
            if self._last(chat) is not before:
                return True
            await asyncio.sleep(LOOK)
        return False

    def _last(self, chat: str) -> object:
        box = self._world.sandbox.boxes.of(chat).get("telegram")
        return box[-1] if box else None


def _form(doing: Doing, anchor: str = "") -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        if not is_own(request):
            return Response(b"El formulario es de otro sitio.", 403, "text/plain; charset=utf-8")
        given = request.form()
        try:
            said = await doing(request, given)
        except OrderError:
            said = "no_se_pudo"
        query = {"dicho": said} | ({"bot": given["bot"]} if given.get("bot", "").isdecimal() else {})
        page = quote(request.path.rpartition("/")[0], safe="/+@%")
        to = f"{page}?{urlencode(query)}{f'#{anchor}' if anchor else ''}"
        return Response(b"", 303, "text/plain", {"Location": to})

    return handle


def _told(answers: list[int]) -> str:
    """What came of telling Plumier."""
    if not answers:
        return "nadie_pregunta"
    return "contado" if all(200 <= status < 300 for status in answers) else "no_contado"


def _one_of(given: str, allowed: dict[str, object] | dict[str, str] | dict[str, ReceiptPlan]) -> str:
    if given not in allowed:
        raise OrderError("none of these")
    return given
