"""A meeting as calendars take it (RFC 5545): published, as nobody reads the mailbox that it comes from.

The hours are in UTC, which means the same in every zone and on both sides of a change of the clock. UID is the
meeting's own for good, and SEQUENCE rises with each change, so that a calendar puts the new one in the old one's place.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress


@dataclass(frozen=True, slots=True)
class CalendarMeeting:
    """What is put into the file. `organizer` is an e-mail address, empty where the school has none."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    minutes: int
    summary: str
    place: str
    description: str
    link: str
    school: str
    organizer: str = ""
    cancelled: bool = False


def calendar_of(one: CalendarMeeting) -> bytes:
    """The file. One that is cancelled says so, for calendars to strike it out."""
    calendar = Calendar()
    calendar.add("prodid", "-//Plumier//Convocatorias//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if one.cancelled else "PUBLISH")
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.stamp.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", (one.starts_at + timedelta(minutes=one.minutes)).astimezone(UTC))
    event.add("summary", one.summary)
    event.add("location", one.place)
    event.add("description", one.description)
    event.add("url", one.link)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    # An organizer must stand in what is published; a school without an address has one that nobody writes to.
    organizer = vCalAddress(f"mailto:{one.organizer}" if one.organizer else "invalid:nomail")
    organizer.params["CN"] = one.school
    event.add("organizer", organizer)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
