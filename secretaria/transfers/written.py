"""What an office writes when it takes a step of a transfer."""

from dataclasses import dataclass
from typing import Final

from notica.files import KeptFile

NOTE_LENGTH: Final = 1000  # characters


@dataclass(frozen=True, slots=True)
class Words:
    """What goes with a step: a note or reason, and files that are kept already.

    `key` is that of the form with which a transfer is begun: the same key again is the same transfer.
    """

    note: str = ""
    files: tuple[KeptFile, ...] = ()
    key: str = ""

    @property
    def text(self) -> str:
        """The note with its lines, without the spaces around them."""
        lines = (" ".join(line.split()) for line in self.note.strip().splitlines())
        return "\n".join(lines)[:NOTE_LENGTH]


@dataclass(frozen=True, slots=True)
class Asked:
    """A student of another school as the one to which she goes knows her."""

    nre: str
    given_name: str
    surname: str
    stage: str


@dataclass(frozen=True, slots=True)
class Act:
    """What a side does from a transfer as it was `seen`: after so many steps.

    `expediente` says who the student is, where the origin accepts a request; `asked` who she is, where a request is
    corrected; `register` that the register is to say so too, where she leaves it.
    """

    action: str
    seen: int
    words: Words = Words()
    expediente: str = ""
    asked: Asked | None = None
    register: bool = False
