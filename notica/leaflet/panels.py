"""What the panels of a leaflet are, whether on a page or on paper."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A word and what it stands for; `address` is where it leads, if it leads anywhere."""

    name: str
    text: str
    address: str = ""


def web(name: str, address: str) -> Line:
    """A page, written as people type it."""
    return Line(name, address.partition("://")[2].rstrip("/") or address, address)


def mail(name: str, address: str) -> Line:
    """A mailbox."""
    return Line(name, address, f"mailto:{address}")


def call(name: str, phone: str) -> Line:
    """A telephone that can be touched to call."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    plus = "+" if phone.strip().startswith("+") else ""
    return Line(name, phone, f"tel:{plus}{digits}" if digits else "")


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: the address in it, and what it says beside it."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: steps are numbered, lines and notes are not."""

    key: str
    title: str
    lead: str = ""
    steps: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Leaflet:
    """The whole: the cover, how each way is set up, what to do when nothing comes, whom to ask."""

    language: str
    school: str
    cover: Panel
    ways: tuple[Panel, ...]
    nothing: Panel
    ask: Panel

    @property
    def panels(self) -> tuple[Panel, ...]:
        """As they are read one after the other."""
        return (self.cover, *self.ways, self.nothing, self.ask)
