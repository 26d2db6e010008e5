"""What a class is called, and which stage it is of: «1º ESO A», «1ESOA», «2º Bach. B», «10A1»."""

import re
from dataclasses import dataclass
from functools import lru_cache

from plumier.models import StageKind
from plumier.names import clean_text, plain_words, search_key

_SIGNS_OF_ORDER = re.compile(r"\s*\.?[ºª°]\.?|(?<=\d)\.?er\b", re.IGNORECASE)
_INITIALS = re.compile(r"\b(?:\w\.){2,}")
# Searched in plain words («1º de E.S.O. A» is "1 de eso a"), in this order.
_SPANISH: tuple[tuple[StageKind, re.Pattern[str]], ...] = (
    (StageKind.INFANTIL, re.compile(r"\binfantil\b|\b[0-5] ?anos\b|[1-6] ?(?:inf|ei) ?[a-z]?$")),
    (StageKind.PRIMARIA, re.compile(r"\bprimaria\b|[1-6] ?(?:ed )?(?:prim?|ep) ?[a-z]?$")),
    (StageKind.ESO, re.compile(r"\beso\b|[1-4]eso|\beso ?[1-4]|\bsecundaria obligatoria\b|^e[1-4][a-z]$")),
    (
        StageKind.BACHILLERATO,
        re.compile(r"\bbach|[12]bach|\bbto\b|[12] ?(?:bto|bac|bch|bh|bct?) ?[a-z]?$|^b[12][a-z]$"),
    ),
    (
        StageKind.FP,
        re.compile(
            r"(?:\b|[12])(?:cfg[bms]|fp[bm]|fpg[bms])|\b(?:fp|pcpi|ciclos?)\b|(?:\b|[12])g[bms]\b"
            r"|\bformacion profesional\b|\bgrado (?:medio|superior|basico)\b"
        ),
    ),
)
_VIETNAMESE = re.compile(r"(?:(?:lop|khoi) ?)*1[0-2](?!\d)")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class GroupName:
    """A class as its school calls it, and its stage; `OTHER` where the name does not tell."""

    stage: StageKind
    name: str

    @property
    def key(self) -> str:
        """What `group_key` gives for the name."""
        return group_key(self.name)


def group_key(name: str) -> str:
    """Give one form for the ways of typing a class: «1º ESO A», «1ESOA» and «1.º eso-a» are the same."""
    return plain_words(_SIGNS_OF_ORDER.sub("", name)).replace(" ", "")


@lru_cache(maxsize=1024)
def read_group(course: str, group: str, region: str) -> GroupName:
    """Read the columns Curso and Grupo, of which one may be empty. `region` tells whose stages are meant.

    A group that tells its stage («1ESOA») keeps its name; one that does not («A») follows the name of its
    course.
    """
    course, group = clean_text(course), clean_text(group)
    stage = read_stage(group, region)
    if not course or (group and stage != StageKind.OTHER):
        return GroupName(stage, group[:LONGEST_NAME].strip())
    both = f"{course} {group}".strip()
    stage = read_stage(both, region)
    if not group or plain_words(course).endswith(f" {plain_words(group)}"):
        return GroupName(stage, course[:LONGEST_NAME].strip())
    return GroupName(stage, f"{course[: LONGEST_NAME - len(group) - 1].strip()} {group}"[:LONGEST_NAME])


def read_stage(name: str, region: str) -> StageKind:
    """Tell the stage of a class by its name."""
    joined = _INITIALS.sub(
        lambda found: found.group().replace(".", ""), _SIGNS_OF_ORDER.sub(" ", search_key(name))
    )
    words = plain_words(joined)
    if region == "VN":
        return StageKind.THPT if _VIETNAMESE.match(words) else StageKind.OTHER
    return next((stage for stage, pattern in _SPANISH if pattern.search(words)), StageKind.OTHER)
