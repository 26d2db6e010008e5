"""By which channels people are reached, as short marks beside their names."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from notica.candidates import tie_problem
from notica.channel_state import ChannelState, states_of
from notica.choices import Way, channel_word, way_channels
from notica.marks import Mark
from notica.ties import ties_of_students
from plumier.models import School, Student

_ORDER: Final = ("email", "telegram", "tokapp")  # as a teacher looks for them; others after these
# Said where no address of a channel works: something can be done about it, or it may work all the same.
_TELLING: Final = ("unknown", "blocked", "suppressed", "inactive")


def marks_of_people(school: School, people: Iterable[int]) -> dict[int, list[Mark]]:
    """By person, staff or students themselves; the same queries for any number."""
    return {person: _marks(states) for person, states in states_of(school, people).items()}


def marks_of_families(school: School, students: Iterable[Student], today: date) -> dict[int, list[Mark]]:
    """By student: where those of her family who get messages about her today are reached, any of them."""
    wanted = {student.pk: student for student in students}
    ties = ties_of_students(wanted)
    told = {
        pk: [tie.guardian_id for tie in rows if tie_problem(tie, today) is None] for pk, rows in ties.items()
    }
    states = states_of(school, {person for people in told.values() for person in people})
    return {pk: _family(student, told[pk], states) for pk, student in wanted.items()}


def _family(student: Student, people: list[int], states: Mapping[int, list[ChannelState]]) -> list[Mark]:
    if student.protected:
        return [Mark(_("Datos protegidos"), "shield", "plain")]
    return _marks([state for person in people for state in states[person]])


def _marks(states: Iterable[ChannelState]) -> list[Mark]:
    """A mark for each channel that says something."""
    by_channel: dict[str, list[ChannelState]] = {name: [] for name in _ORDER}
    hopeful = False
    for state in states:
        by_channel.setdefault(state.channel, []).append(state)
        hopeful = hopeful or state.works or state.state == "unknown"
    chats = way_channels(Way.TELEGRAM_TOKAPP)
    if any(state.works for chat in chats for state in by_channel.get(chat, [])):  # one choice: one is enough
        by_channel |= {
            chat: [one for one in by_channel.get(chat, []) if one.state != "unknown"] for chat in chats
        }
    found = [mark for channel, rows in by_channel.items() if (mark := _mark(channel, rows)) is not None]
    return found if hopeful else [*found, Mark(_("Sin canal"), "no-channel", "warn")]


def _mark(channel: str, states: list[ChannelState]) -> Mark | None:
    word = _("Correo") if channel == "email" else channel_word(channel)
    if any(state.works for state in states):
        return Mark(word, "check", "plain" if channel == "sms" else "good")
    known = {state.state for state in states}
    telling = next((state for state in _TELLING if state in known), "")
    if not telling:
        return None
    words, icon = {
        "unknown": (_("%(channel)s sin comprobar"), "question"),
        "blocked": (_("%(channel)s bloqueado"), "barred"),
        "suppressed": (_("%(channel)s: ya no recibe"), "barred"),
        "inactive": (_("%(channel)s sin activar"), "cross"),
    }[telling]
    return Mark(words % {"channel": word}, icon, "plain" if telling == "unknown" else "warn")
