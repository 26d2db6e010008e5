"""Messages as bubbles, a day above the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.failed import note
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import Clock
from channels_app.sandbox.segments import segments


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message at its moment, drawn."""

    at: str
    html: Html


def days(bubbles: Iterable[Bubble], clock: Clock) -> Html:
    """Them all, in the order of their moments."""
    ordered = sorted(bubbles, key=lambda bubble: bubble.at)
    return join(
        render("day", day=day, bubbles=join(bubble.html for bubble in group))
        for day, group in groupby(ordered, key=lambda bubble: clock.day(bubble.at))
    )


def received(entry: Entry, clock: Clock, below: Callable[[Entry], Html] = lambda entry: Html()) -> Bubble:
    """A message that came; `below` is what stands under it."""
    parts = segments(entry["text"]) if entry["channel"] == "sms" else 1
    html = render(
        "bubble",
        text=entry["text"],
        note=note(entry),
        parts=f"{parts} SMS · " if parts > 1 else "",
        at=entry["at"],
        hour=clock.hour(entry["at"]),
        below=below(entry),
    )
    return Bubble(entry["at"], html)


def written(at: str, text: str, clock: Clock) -> Bubble:
    """A message that the person at the phone wrote."""
    return Bubble(at, render("bubble_mine", text=text, at=at, hour=clock.hour(at)))
