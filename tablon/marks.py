"""The words for the states of a notice: icon and word together."""

from typing import Final

from notica.marks import Mark
from tablon.choices import NoticeState

_LOOKS: Final[dict[str, tuple[str, str]]] = {
    NoticeState.CURRENT: ("check", "good"),
    NoticeState.COMING: ("clock", "info"),
    NoticeState.DRAFT: ("minus", "plain"),
    NoticeState.ENDED: ("flag", "plain"),
    NoticeState.WITHDRAWN: ("cross", "bad"),
}


def notice_mark(state: str) -> Mark:
    """Where a notice stands."""
    return Mark(str(NoticeState(state).label), *_LOOKS[state])
