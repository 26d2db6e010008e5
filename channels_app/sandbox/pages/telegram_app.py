"""Telegram on a phone: the conversation with one bot, and all that one can do there."""

from collections.abc import Mapping

from channels_app.sandbox.bots import Bot
from channels_app.sandbox.chats import Chat, inline_buttons, rows_of
from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.bubbles import days, received, written
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import LANGUAGES, Clock, phone_link
from channels_app.sandbox.pages.world import World
from channels_app.sandbox.state import TELEGRAM_TOKEN


def telegram_app(world: World, clock: Clock, address: str, entries: list[Entry], wanted: str) -> Html:
    """The app of a phone or chat; `entries` is what came, `wanted` the number of the bot to show."""
    chat_number = world.chat_of(address)
    if chat_number is None:
        return Html()
    link = phone_link(address)
    chat, bot = world.telegram.chats.of(chat_number), _bot(world, entries, wanted)
    account, shares = str(bot.number), bool(chat.phone) or address.startswith("+")
    bubbles = [
        received(entry, clock, lambda entry: _inline(entry, link, bot))
        for entry in entries
        if entry["account"] == account
    ]
    bubbles += [written(said.at, said.text, clock) for said in chat.said if said.bot == bot.number]
    return render(
        "telegram",
        icon=icon("telegram"),
        senders=f"bot {account}",
        state=_state(chat, bot),
        bots=_bots(world, link, bot),
        days=days(bubbles, clock) or render("app_empty", words="Todavía no hay ninguna conversación."),
        notice=render("notice", words=chat.notice) if chat.notice else Html(),
        keyboard=_keyboard(chat, link, bot, shares=shares),
        link=link,
        bot=bot.number,
        blocking=_blocking(chat, link, bot),
        sharing=_button(link, bot, "Compartir mi teléfono", {"do": "share"}) if shares else Html(),
        languages=_languages(chat),
        username=bot.username,
    )


def _bot(world: World, entries: list[Entry], wanted: str) -> Bot:
    """The one asked for, or that wrote last, or that the sandbox's own account is."""
    bots = world.telegram.bots
    for bot in bots.known():
        if str(bot.number) == wanted:
            return bot
    last = entries[-1]["account"] if entries else ""
    return bots.numbered(int(last if last.isdecimal() else TELEGRAM_TOKEN.partition(":")[0]))


def _bots(world: World, link: str, here: Bot) -> Html:
    known = world.telegram.bots.known()
    if len(known) < 2:
        return Html()
    links = join(
        render(
            "kind",
            link=f"{link}?bot={bot.number}#telegram",
            name=f"bot {bot.number}",
            current=Html(' aria-current="true"' if bot is here else ""),
        )
        for bot in known
    )
    return render("bots", links=links)


def _state(chat: Chat, bot: Bot) -> Html:
    if chat.left:
        return render("chip", kind="mal", icon=icon("no"), words="Cuenta borrada")
    if bot.number in chat.blocked:
        return render("chip", kind="mal", icon=icon("no"), words="Bot bloqueado")
    return Html()


def _inline(entry: Entry, link: str, bot: Bot) -> Html:
    """The buttons under a message; one that opens an address is shown with it."""
    buttons = [
        _button(link, bot, str(button.get("text", "")), {"do": "press", "data": button["callback_data"]})
        for button in inline_buttons(entry)
        if button.get("callback_data")
    ]
    links = [
        render("inline_link", name=button.get("text", ""), address=button["url"])
        for button in inline_buttons(entry)
        if button.get("url")
    ]
    return (
        render("buttons", name="Botones del mensaje", buttons=join(buttons + links))
        if buttons or links
        else Html()
    )


def _keyboard(chat: Chat, link: str, bot: Bot, *, shares: bool) -> Html:
    """The reply keyboard that the bot has put up; only who has a phone `shares` it."""
    buttons = []
    for row in rows_of(chat.keyboards.get(bot.number, {}), "keyboard"):
        for button in row:
            words = str(button.get("text", ""))
            if not button.get("request_contact"):
                buttons.append(_button(link, bot, words, {"do": "say", "text": words}))
            elif shares:
                buttons.append(_button(link, bot, words, {"do": "share"}))
    return render("buttons", name="Teclado del bot", buttons=join(buttons)) if buttons else Html()


def _blocking(chat: Chat, link: str, bot: Bot) -> Html:
    away = chat.left or bot.number in chat.blocked
    ways = (
        {"unblock": "Desbloquear el bot"}
        if away
        else {"block": "Bloquear el bot", "leave": "Borrar la cuenta"}
    )
    return join(_button(link, bot, words, {"do": do}) for do, words in ways.items())


def _languages(chat: Chat) -> Html:
    return join(
        render("option", value=code, name=name, chosen=Html(" selected" if code == chat.language else ""))
        for code, name in LANGUAGES.items()
    )


def _button(link: str, bot: Bot, words: str, act: Mapping[str, object]) -> Html:
    fields = {**act, "bot": bot.number}
    hidden = join((render("hidden", name=name, value=value) for name, value in fields.items()), "")
    return render("act", link=f"{link}/telegram", fields=hidden, words=words)
