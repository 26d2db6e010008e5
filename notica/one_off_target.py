"""The only target of a one-off message, as the message itself has it."""

from typing import Final

from notica.candidates import Candidate
from notica.contact_codes import reason_to_stop
from notica.models import Message
from notica.planning import Holder, Omission, Point

TARGET: Final = "one_off"


def is_one_off(message: Message) -> bool:
    """Whether its target stands in the message and not in the register."""
    return TARGET in message.audience


def target_candidate(message: Message) -> Candidate:
    """Its one recipient: a person, or the family of a student; told why when it is not to go out any more."""
    target = message.audience[TARGET]
    person, family = target["recipient"], target["family"]
    if reason := reason_to_stop(message):
        return Candidate(person, family, excluded=Omission(reason, person))
    address = Point(target["slot"], target["kind"], target["address"])
    points = (address,) if address.value else ()
    inbox = (person,) if person is not None and target.get("inbox") else ()
    return Candidate(person, family, (Holder(target["person"], target["role"], points),), inbox=inbox)
