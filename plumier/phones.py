"""Telephone numbers as schools type them: `968 12 34 56 / 600123456 (madre)`. Pure.

Numbers are judged by Google's libphonenumber, with three corrections: premium, shared-cost and personal
numbers (901…, 700…) are no telephone of a family, letters are never digits, and placeholders such as
600000000 are nobody's. What cannot be read is given back as it was typed, never guessed and never dropped.
"""

import math
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from plumier.names import clean_text, plain_words

Typed = str | float | None


class PhoneKind(StrEnum):
    """What a number can be reached by: a landline is no target for SMS or Telegram."""

    MOBILE = "mobile"
    LANDLINE = "landline"


@dataclass(frozen=True, slots=True)
class Phone:
    """One number.

    `value` in E.164, the words typed beside it in `note`, and the part of the cell it was read from.
    """

    value: str
    kind: PhoneKind
    note: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """What a cell of telephones holds, in the order typed.

    `unreadable` are the parts that are no telephone.
    """

    phones: tuple[Phone, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(slots=True)
class _Segment:
    """What stands between two separators of a cell. Words with no number beside them wait in `words`."""

    typed: str
    phones: list[Phone] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    words: str = ""

    def annotate(self, index: int, words: str) -> None:
        phone = self.phones[index]
        self.phones[index] = replace(phone, note=f"{phone.note} {words}".strip())


# Longer than any cell of telephones, short enough that no cell can keep the reader busy.
_LONGEST = 300
_MOST_GROUPS = 24
_FEWEST_DIGITS = 6
_MOST_DIGITS = 17
_SAME_DIGITS = 7
_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
}
_NOTHING = frozenset({"", "0", "no", "no tiene", "no consta", "ninguno", "sin telefono", "n c", "nc", "x"})
_WHOLE_NUMBER = re.compile(r"\+?[0-9]{6,15}\.0")
_LINE_END = re.compile(r"[\n\r\v\f\u2028\u2029]")
_AND = r"(?:y|e|o|u|và|hoặc)"
_SEPARATOR = re.compile(rf"[;,/|]|(?<=[0-9)] ){_AND}(?!\w)|(?<!\w){_AND}(?= [(+0-9])", re.IGNORECASE)
_AREA_CODE = re.compile(r"\(\s*(\+?[0-9]{1,4})\s*\)(?=\s*[0-9])")
_LETTER_AMONG_DIGITS = re.compile(r"[0-9][^\W\d_]+[0-9]|[0-9][^\W\d_](?![^\W\d_])|(?<![^\W\d_])[^\W\d_][0-9]")
_TOKEN = re.compile(r"(?P<run>\+?[0-9](?:[ .·–—-]*\+?[0-9])*)|(?P<note>\([^()]*\))|(?P<word>[^\W\d_]+)")
_GROUP = re.compile(r"\+?[0-9]+")
_ONE_NUMBER = re.compile(r"\+?[0-9][0-9 .-]{7,20}")
_NO_DIGIT = re.compile(r"[^0-9+]")
_ONLY_A_NUMBER = re.compile(r"[0-9+ .,;/·–—()-]+")


def read_phones(typed: Typed, region: str) -> PhoneReading:
    """Read every telephone of a cell; numbers without a country code are of the region (`ES`, `VN`)."""
    text = _as_text(typed)
    if _ONE_NUMBER.fullmatch(text) and (judged := _judge(_NO_DIGIT.sub("", text), region)):
        return PhoneReading(phones=(Phone(*judged, typed=clean_text(text)),))
    if plain_words(text) in _NOTHING:
        return PhoneReading()
    if len(text) > _LONGEST:
        return PhoneReading(unreadable=(clean_text(text),))
    in_one_line = _AREA_CODE.sub(r"\1 ", clean_text(_LINE_END.sub(";", text)))
    segments = [_read_segment(part.strip(), region) for part in _SEPARATOR.split(in_one_line)]
    if not any(segment.phones for segment in segments):
        joined = _read_joined(clean_text(text), region)
        return PhoneReading(phones=(joined,)) if joined else PhoneReading(unreadable=(clean_text(text),))
    _hand_out_words(segments)
    phones: dict[str, Phone] = {}
    for phone in (phone for segment in segments for phone in segment.phones):
        phones.setdefault(phone.value, phone)
    unreadable = tuple(part for segment in segments for part in segment.unreadable)
    return PhoneReading(tuple(phones.values()), unreadable)


def _as_text(typed: Typed) -> str:
    if typed is None or isinstance(typed, bool):
        return ""
    if isinstance(typed, float) and math.isfinite(typed) and typed.is_integer():
        typed = int(typed)
    text = str(typed).strip()
    return text[:-2] if _WHOLE_NUMBER.fullmatch(text) else text


def _read_segment(text: str, region: str) -> _Segment:
    """Read numbers and the words beside them.

    Words before the first number belong to the next, others to the last.
    """
    segment = _Segment(text)
    if _LETTER_AMONG_DIGITS.search(text):
        segment.unreadable.append(text)
        return segment
    tokens = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text)]
    first = tokens[0][0] if tokens else ""
    owner: int | None = None
    for kind, token in tokens:
        found = _split_run(token, region) if kind == "run" else ()
        if found:
            segment.phones.extend(Phone(value, what, segment.words, text) for value, what in found)
            segment.words, owner = "", len(segment.phones) - 1
        elif kind == "run" and sum(map(str.isdigit, token)) >= _FEWEST_DIGITS:
            segment.unreadable.append(token)
            segment.words, owner = "", None
        elif owner is not None and (first == "run" or (kind == "note" and first == "word")):
            segment.annotate(owner, token.strip("()"))
        elif owner is not None or not segment.unreadable:
            segment.words = f"{segment.words} {token.strip('()')}".strip()
    if segment.words and owner is not None:
        segment.annotate(owner, segment.words)
        segment.words = ""
    elif not segment.phones and not segment.unreadable and any(map(str.isdigit, text)):
        segment.unreadable.append(text)
        segment.words = ""
    return segment


def _hand_out_words(segments: list[_Segment]) -> None:
    """Give words alone between separators to the number before them; to the next one if words came first."""
    words_first = bool(segments[0].words)
    for position, segment in enumerate(segments):
        if not segment.words or segment.phones:
            continue
        before = [other for other in segments[:position] if other.phones]
        after = [other for other in segments[position:] if other.phones]
        if after and (words_first or not before or before[-1].phones[-1].note):
            after[0].annotate(0, segment.words)
        elif before:
            before[-1].annotate(-1, segment.words)


def _split_run(run: str, region: str) -> tuple[tuple[str, PhoneKind], ...]:
    """Split a run of digit groups into the fewest telephones that leave no digit over.

    Empty where there is no way.
    """
    groups = _GROUP.findall(run)
    if len(groups) > _MOST_GROUPS:
        return ()
    best: list[tuple[tuple[str, PhoneKind], ...] | None] = [None] * len(groups) + [()]
    for start in reversed(range(len(groups))):
        number = ""
        for end in range(start, len(groups)):
            number += groups[end]
            rest = best[end + 1]
            if ("+" in groups[end] and end > start) or len(number) > _MOST_DIGITS:
                break
            if rest is None or len(number) < _FEWEST_DIGITS:
                continue
            known = best[start]
            if (known is None or len(rest) + 1 < len(known)) and (judged := _judge(number, region)):
                best[start] = (judged, *rest)
    return best[0] or ()


def _read_joined(text: str, region: str) -> Phone | None:
    """Read a cell whose separators stand inside one number, as in «968/12.34.56» or «600,123,456»."""
    if not _ONLY_A_NUMBER.fullmatch(text) or text.count("+") > 1:
        return None
    judged = _judge(_NO_DIGIT.sub("", text), region)
    return Phone(*judged, typed=text) if judged else None


@lru_cache(maxsize=4096)
def _judge(number: str, region: str) -> tuple[str, PhoneKind] | None:
    """Give E.164 and kind for digits with at most a leading plus; None where they are no usable telephone."""
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return None
    national = str(parsed.national_number)
    if len(set(national[-_SAME_DIGITS:])) == 1:
        return None
    kind = _KINDS.get(phonenumbers.number_type(parsed))
    return (phonenumbers.format_number(parsed, PhoneNumberFormat.E164), kind) if kind else None
