"""How long a text is, as its page counts it, and «Quitar tildes» (requirement B3)."""

from dataclasses import dataclass

from channels_app.sms.plain import without_accents
from channels_app.sms.segments import Alphabet, explain, segments
from notica.choices import Way
from notica.kinds import LENGTHS


@dataclass(frozen=True, slots=True)
class Count:
    """A text's characters of the `most` that its way takes (None: any number), and what it is as SMS.

    `left` characters still fit in its last SMS; `forcing` are those for which only 70 fit in one and not 160.
    """

    characters: int
    most: int | None
    segments: int
    left: int
    alphabet: Alphabet
    forcing: tuple[str, ...]

    @property
    def over(self) -> int:
        """Characters too many."""
        return 0 if self.most is None else max(self.characters - self.most, 0)


def count(text: str, way: str) -> Count:
    """Count a text as it is sent: without the space round it, each new line as one character."""
    sent = text.replace("\r\n", "\n").strip()
    cost = explain(sent)
    return Count(len(sent), LENGTHS.get(Way(way)), cost.segments, cost.left, cost.alphabet, cost.forcing)


def plain_offer(text: str) -> str:
    """The text without the accents that the 7-bit alphabet lacks; empty where that would save no SMS."""
    plain = without_accents(text)
    return plain if segments(plain.strip()) < segments(text.replace("\r\n", "\n").strip()) else ""
