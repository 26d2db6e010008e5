"""What all pages share."""

from channels_app.sandbox.pages.icons import SPRITE, icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import CHANNELS, SAID, count, grouped

NAVIGATION = {"/": "Recibidos", "/control": "Reglas"}


def frame(title: str, content: Html, here: str = "") -> Html:
    """A whole page; `here` is the entry of the navigation that it is."""
    links = join(
        render(
            "navigation",
            link=link,
            name=name,
            current=Html(' aria-current="page"' if link == here else ""),
        )
        for link, name in NAVIGATION.items()
    )
    return render("frame", title=title, brand=icon("phone"), sprite=SPRITE, navigation=links, content=content)


def channel_chip(channel: str, number: int) -> Html:
    """How many messages by one channel."""
    words = render(
        "chip_count",
        name=CHANNELS[channel],
        number=grouped(number),
        spoken=count(number, "mensaje", "mensajes"),
    )
    return render("chip", kind=channel, icon=icon(channel), words=words)


def said(word: str) -> Html:
    """What came of the form that was sent, by its word; nothing if none was."""
    return render("said", words=SAID[word]) if word in SAID else Html()
