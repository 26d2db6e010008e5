"""A phone, drawn as one: an app above the other, each with its bubbles."""

from itertools import groupby

from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.failed import failed_list, note
from channels_app.sandbox.pages.frame import frame
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import CHANNELS, Clock, count, grouped, name_of, phone
from channels_app.sandbox.segments import segments
from channels_app.sandbox.state import Sandbox

APPS = ("telegram", "tokapp", "sms")


def phone_page(sandbox: Sandbox, clock: Clock, address: str) -> Html:
    """The page of a phone, or of a chat whose phone is not known."""
    received = sandbox.boxes.received(address)
    taken = {app: [entry for entry in received if entry["taken"] and entry["channel"] == app] for app in APPS}
    apps = [app for app in APPS if taken[app]]
    screen = join(_app(app, taken[app], clock) for app in apps) or render("screen_empty", icon=icon("box"))
    content = render(
        "phone",
        name=name_of(address),
        back=icon("back"),
        clock=clock.hour(received[-1]["at"]) if received else "",
        jumps=_jumps(apps, taken),
        screen=screen,
        facts=_facts(sandbox, address, taken),
        failed=failed_list(received, clock),
    )
    return frame(name_of(address), content)


def _jumps(apps: list[str], taken: dict[str, list[Entry]]) -> Html:
    if len(apps) < 2:
        return Html()
    links = join(
        render("jump", app=app, icon=icon(app), name=CHANNELS[app], number=grouped(len(taken[app])))
        for app in apps
    )
    return render("jumps", links=links)


def _app(app: str, entries: list[Entry], clock: Clock) -> Html:
    days = join(
        render("day", day=day, bubbles=join(_bubble(entry, clock) for entry in group))
        for day, group in groupby(entries, key=lambda entry: clock.day(entry["at"]))
    )
    senders = dict.fromkeys(_sender(entry) for entry in entries)
    return render("app", app=app, icon=icon(app), name=CHANNELS[app], senders=" · ".join(senders), days=days)


def _sender(entry: Entry) -> str:
    if entry["channel"] == "telegram":
        return f"bot {entry['account']}"
    return phone(entry["sender"]) or f"cuenta {entry['account']}"


def _bubble(entry: Entry, clock: Clock) -> Html:
    parts = segments(entry["text"]) if entry["channel"] == "sms" else 1
    return render(
        "bubble",
        text=entry["text"],
        note=note(entry),
        parts=f"{parts} SMS · " if parts > 1 else "",
        at=entry["at"],
        hour=clock.hour(entry["at"]),
    )


def _facts(sandbox: Sandbox, address: str, taken: dict[str, list[Entry]]) -> Html:
    rows = [(CHANNELS[app], count(len(taken[app]), "mensaje", "mensajes")) for app in APPS]
    chats = sandbox.boxes.chats_of(address)
    if chats:
        rows.append(("Chat de Telegram", ", ".join(chats)))
    if address.startswith("+") and sandbox.tokapp_phones is not None:
        rows.append(("¿Tiene TokApp?", "Sí" if address in sandbox.tokapp_phones else "No"))
    return join(render("fact", name=name, value=value) for name, value in rows)
