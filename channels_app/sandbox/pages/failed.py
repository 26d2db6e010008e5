"""The tries that a phone or mailbox never saw."""

from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import CHANNELS, Clock, count, reason

EXCERPT = 140  # characters


def failed_list(entries: list[Entry], clock: Clock) -> Html:
    """Those of them that were not taken, the latest first; nothing if all were."""
    failed = [entry for entry in reversed(entries) if not entry["taken"]]
    if not failed:
        return Html()
    items = join(
        render(
            "failed_item",
            icon=icon(entry["channel"]),
            channel=CHANNELS[entry["channel"]],
            reason=reason(entry["error"] or ""),
            at=entry["at"],
            when=clock.when(entry["at"]),
            text=excerpt(entry),
        )
        for entry in failed
    )
    return render("failed", number=count(len(failed), "intento", "intentos"), items=items)


def excerpt(entry: Entry) -> str:
    """The beginning of what it says, after a point; a mail refused at its recipient said nothing."""
    text = entry["subject"] or entry["text"]
    return f" · {text[:EXCERPT]}" if text else ""


def note(entry: Entry) -> Html:
    """What its sender was told, or not, of a message that was taken."""
    if not entry["error"]:
        return Html()
    return render("note", icon=icon("note"), words=reason(entry["error"]))
