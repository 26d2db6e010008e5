"""Schools with this and that way out."""

from typing import Any

from channels_app.models import ChannelAccount
from notica.leaflet.contents import leaflet_of
from notica.leaflet.facts import facts_of
from notica.leaflet.panels import Leaflet
from plumier.models import School, SchoolPolicy

BOT = "ribera_avisos_bot"


def with_bot(owner: str = "", handle: str = BOT) -> None:
    """What Telegram said that the bot is called."""
    ChannelAccount.objects.update_or_create(channel="telegram", owner=owner, defaults={"handle": handle})


def rules(school: School, **fields: Any) -> None:
    """The school's settings."""
    SchoolPolicy.objects.filter(school=school).update(**fields)


def of(school: School) -> Leaflet:
    """Its leaflet, in the language in force."""
    return leaflet_of(facts_of(school))


def ways(school: School) -> list[str]:
    """The keys of the ways that it tells how to set up."""
    return [panel.key for panel in of(school).ways]


def words(school: School, key: str) -> str:
    """All that one panel says."""
    panel = next(one for one in of(school).panels if one.key == key)
    lines = [f"{line.name} {line.text}" for line in panel.lines]
    return "\n".join([panel.title, panel.lead, *panel.steps, *lines, *panel.notes])
