"""E-mail addresses as schools type them. Pure.

What is no address is given back as it was typed, never guessed.
"""

import re
from dataclasses import dataclass, replace

from plumier.annotations import is_known
from plumier.names import clean_text, plain_words


@dataclass(frozen=True, slots=True)
class Email:
    """One address with its domain in small letters, and the words typed beside it in `note`."""

    value: str
    note: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class EmailReading:
    """What a cell of addresses holds, in the order typed; `unreadable` are the parts that are no address."""

    emails: tuple[Email, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The address that is used: the first, or the empty text."""
        return self.emails[0].value if self.emails else ""

    @property
    def others(self) -> tuple[Email, ...]:
        """The addresses after the first, which are not used."""
        return self.emails[1:]


_LONGEST = 1000
_LONGEST_ADDRESS = 254
_LONGEST_LOCAL_PART = 64
_LONGEST_LABEL = 63
_NOTHING = frozenset({"", "0", "no", "no tiene", "no consta", "ninguno", "sin correo", "n c", "nc", "x"})
_SEPARATOR = re.compile(r"[;,|\n\r\v\f\u2028\u2029]|\s/\s|(?<=\w)/(?=[\w.+-]+@)")
_ONE_ADDRESS = re.compile(r"[\w.+-]+@[A-Za-z0-9.-]+", re.ASCII)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_NOTE = re.compile(r"\(([^()@]*)\)")
_NAMED = re.compile(r"""\s*["']?([^<>@"]*?)["']?\s*<\s*([^<>\s]+)\s*>\s*(.*)""")
_LABELLED = re.compile(r"([^\W\d_][^:@]*):\s*(.*)")


def read_email(typed: str | float | None) -> EmailReading:
    """Read every address of a cell. `mailto:`, a name in front of <…> and «madre:» are understood."""
    text = "" if typed is None or isinstance(typed, bool) else str(typed).strip()
    if _ONE_ADDRESS.fullmatch(text) and (address := normalise_email(text)):
        return EmailReading((Email(address, typed=text),))
    if plain_words(text) in _NOTHING:
        return EmailReading()
    if len(text) > _LONGEST:
        return EmailReading(unreadable=(clean_text(text),))
    emails: list[Email] = []
    unreadable: list[str] = []
    waiting = ""
    for part in filter(None, map(clean_text, _SEPARATOR.split(text))):
        found = _read_part(part)
        if found:
            emails.extend(replace(email, note=f"{waiting} {email.note}".strip()) for email in found)
            waiting = ""
        elif "@" in part:
            unreadable.append(part)
        elif emails:
            emails[-1] = replace(emails[-1], note=f"{emails[-1].note} {part}".strip())
        else:
            waiting = f"{waiting} {part}".strip()
    if not emails:
        return EmailReading(unreadable=(clean_text(text),))
    different: dict[str, Email] = {}
    for email in emails:
        different.setdefault(email.value.casefold(), email)
    return EmailReading(tuple(different.values()), tuple(unreadable))


def _read_part(part: str) -> tuple[Email, ...]:
    """Read the addresses between two separators: all the words are accounted for, or nothing is read.

    «juan perez@example.org» must not become the address of another Pérez.
    """
    text = _MAILTO.sub(" ", part)
    notes = [note.group(1) for note in _NOTE.finditer(text)]
    text = _NOTE.sub(" ", text)
    if named := _NAMED.fullmatch(text):
        notes.append(named.group(1))
        text = f"{named.group(2)} {named.group(3)}"
    elif labelled := _LABELLED.fullmatch(text):
        notes.append(labelled.group(1))
        text = labelled.group(2)
    addresses: list[str] = []
    for word in text.split():
        address = normalise_email(word)
        if address:
            addresses.append(address)
        elif is_known(word.strip(".:-")):
            notes.append(word)
        elif any(map(str.isalnum, word)) or "@" in word:
            return ()
    note = " ".join(filter(None, map(str.strip, notes)))
    return tuple(Email(address, note, part) for address in addresses)


def normalise_email(address: str) -> str:
    """Give one address as it is stored, its domain in small ASCII letters.

    The empty text if it is none (RFC 5321).
    """
    local, at, domain = address.strip("<>\"' ").rstrip(".,;:>").rpartition("@")
    try:
        domain = domain.lower() if domain.isascii() else domain.casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    labels = domain.split(".")
    right = (
        at
        and len(local) <= _LONGEST_LOCAL_PART
        and len(local) + len(domain) < _LONGEST_ADDRESS
        and _LOCAL_PART.fullmatch(local)
        and len(labels) > 1
        and all(len(label) <= _LONGEST_LABEL and _LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(labels[-1]) > 1
    )
    return f"{local}@{domain}" if right else ""
