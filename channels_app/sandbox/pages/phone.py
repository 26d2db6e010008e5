"""A phone, drawn as one and used as one: an app above the other."""

from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.bubbles import days, received
from channels_app.sandbox.pages.failed import failed_list
from channels_app.sandbox.pages.frame import frame, said
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.telegram_app import telegram_app
from channels_app.sandbox.pages.words import (
    CHANNELS,
    STATUSES,
    Clock,
    count,
    grouped,
    name_of,
    phone,
    phone_link,
)
from channels_app.sandbox.pages.world import World
from channels_app.sandbox.receipts import Fate

APPS = ("telegram", "tokapp", "sms")
BAD = frozenset({"undelivered", "failed", "canceled"})


def phone_page(world: World, clock: Clock, address: str, told: str = "", bot: str = "") -> Html:
    """The page of a phone, or of a chat whose phone is not known; `told` is the word for what was just done."""
    got = _received(world, address)
    taken = {app: [entry for entry in got if entry["taken"] and entry["channel"] == app] for app in APPS}
    is_phone = address.startswith("+")
    shown = {
        "telegram": telegram_app(world, clock, address, taken["telegram"], bot),
        "tokapp": _tokapp(world, clock, address, taken["tokapp"]) if is_phone else Html(),
        "sms": _sms(world, clock, address, taken["sms"]) if is_phone else Html(),
    }
    apps = [app for app in APPS if shown[app]]
    content = render(
        "phone",
        name=name_of(address),
        back=icon("back"),
        again=phone_link(address),
        said=said(told),
        clock=clock.hour(got[-1]["at"]) if got else "9:00",
        jumps=_jumps(apps, taken),
        screen=join(shown[app] for app in apps) or render("screen_empty", icon=icon("box")),
        facts=_facts(world, address, taken),
        failed=failed_list(got, clock),
    )
    return frame(name_of(address), content)


def _received(world: World, address: str) -> list[Entry]:
    """What came to the phone, to the chats on it and to the chat that it would have."""
    boxes, chat = world.sandbox.boxes, world.chat_of(address)
    got = boxes.received(address)
    if chat is not None and str(chat) != address and str(chat) not in boxes.chats_of(address):
        got = sorted([*got, *boxes.received(str(chat))], key=lambda entry: entry["at"])
    return got


def _jumps(apps: list[str], taken: dict[str, list[Entry]]) -> Html:
    if len(apps) < 2:
        return Html()
    links = join(
        render("jump", app=app, icon=icon(app), name=CHANNELS[app], number=grouped(len(taken[app])))
        for app in apps
    )
    return render("jumps", links=links)


def _tokapp(world: World, clock: Clock, address: str, entries: list[Entry]) -> Html:
    has = world.sandbox.has_tokapp(address)
    kind, words = ("info", "Instalado") if has else ("mal", "Sin TokApp")
    return render(
        "tokapp",
        icon=icon("tokapp"),
        senders=_senders(entries) or "Mensajería de centros",
        state=render("chip", kind=kind, icon=icon("tokapp"), words=words),
        days=days([received(entry, clock) for entry in entries], clock)
        or render("app_empty", words="Sin mensajes de TokApp."),
        link=phone_link(address),
        active="no" if has else "si",
        words="Quitar TokApp" if has else "Instalar TokApp",
    )


def _sms(world: World, clock: Clock, address: str, entries: list[Entry]) -> Html:
    link, out = phone_link(address), address in world.twilio.inbound.opted_out
    bubbles = [received(entry, clock, lambda entry: _fate(world, link, entry)) for entry in entries]
    return render(
        "sms",
        icon=icon("sms"),
        senders=_senders(entries) or "Mensajes de texto",
        state=render("chip", kind="mal", icon=icon("no"), words="De baja") if out else Html(),
        days=days(bubbles, clock) or render("app_empty", words="Sin SMS."),
        link=link,
    )


def _fate(world: World, link: str, entry: Entry) -> Html:
    """What became of an SMS, and the buttons that decide it."""
    fate: Fate = world.twilio.receipts.fate(entry["provider_id"])
    words = STATUSES[fate.status] + (f" · {fate.error_code}" if fate.error_code else "")
    return render(
        "sms_fate",
        chip=render("chip", kind="mal" if fate.status in BAD else "info", icon=Html(), words=words),
        link=link,
        sid=entry["provider_id"],
    )


def _senders(entries: list[Entry]) -> str:
    names = dict.fromkeys(phone(entry["sender"]) or f"cuenta {entry['account']}" for entry in entries)
    return " · ".join(names)


def _facts(world: World, address: str, taken: dict[str, list[Entry]]) -> Html:
    rows = [(CHANNELS[app], count(len(taken[app]), "mensaje", "mensajes")) for app in APPS]
    chats = world.sandbox.boxes.chats_of(address)
    if chats:
        rows.append(("Chat de Telegram", ", ".join(chats)))
    if address.startswith("+") and world.sandbox.tokapp_is_told:
        rows.append(("¿Tiene TokApp?", "Sí" if world.sandbox.has_tokapp(address) else "No"))
    return join(render("fact", name=name, value=value) for name, value in rows)
