"""One role's way through every page: what she was shown, and what was open to her that is not hers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http.response import HttpResponseBase

from plumier.models import User
from tests.matrix.world import MARK, client_of


@dataclass(frozen=True)
class Page:
    """An address, and what may come of asking for it.

    `hers`: she has such a page at all, whatever it then shows. `elsewhere`: it is about a row of another school, where
    nothing is hers. `own`: it is a page about her own school, or about none. `may_break`: nothing of ours.
    """

    address: str
    hers: bool
    elsewhere: bool
    own: bool
    may_break: bool


@dataclass
class Found:
    """What a visit saw, and what was wrong with it (each with its address)."""

    seen: set[str] = field(default_factory=set)
    leaks: list[tuple[str, set[str]]] = field(default_factory=list)  # the data of somebody who is not hers
    wrong: list[tuple[str, int]] = field(default_factory=list)  # broken, or open though it is not hers
    elsewhere: list[tuple[str, int]] = field(default_factory=list)  # about another school, and there
    taken: list[tuple[str, int]] = field(default_factory=list)  # not hers, and took something


def visit(user: User | None, pages: Iterable[Page], sees: frozenset[str]) -> Found:
    """Open them all, each once; then write to those that are another school's or not hers.

    The written to are visited by a browser of their own, in which no page has left anything.
    """
    found, reader, writer, answers = Found(), client_of(user), client_of(user), dict[str, HttpResponseBase]()
    pages = list(pages)
    for page in pages:
        if page.address not in answers:
            answers[page.address] = answer = reader.get(page.address)
            marks = seen_in(answer)
            found.seen |= marks
            found.leaks += [(page.address, marks - sees)] if marks - sees else []
        _judge(page, answers[page.address], found)
    for page in pages:
        if page.elsewhere:
            _judge_elsewhere(page, writer.post(page.address), found)
    for page in pages:
        if page.own and not page.hers:
            answer = writer.post(page.address)
            if not is_closed(answer) and answer.status_code != 405:
                found.taken.append((page.address, answer.status_code))
    return found


def _judge(page: Page, answer: HttpResponseBase, found: Found) -> None:
    is_open = not is_closed(answer) and answer.status_code != 405
    if (answer.status_code >= 500 and not page.may_break) or (is_open and not page.hers):
        found.wrong.append((page.address, answer.status_code))
    if page.elsewhere:
        _judge_elsewhere(page, answer, found)


def _judge_elsewhere(page: Page, answer: HttpResponseBase, found: Found) -> None:
    if not is_closed(answer) and answer.status_code not in (403, 405):
        found.elsewhere.append((page.address, answer.status_code))


def is_closed(response: HttpResponseBase) -> bool:
    """No such page, or the log-in; the administration's is a page that does not exist for whom it does not let in."""
    to = response.headers.get("Location", "")
    return response.status_code == 404 or (
        response.status_code == 302 and to.startswith(("/entrar/", "/admin/login/"))
    )


def seen_in(response: HttpResponseBase) -> set[str]:
    """The marks of those whose data the response shows; its headers too."""
    content = getattr(response, "content", None) or b"".join(getattr(response, "streaming_content", ()))
    return set(MARK.findall(content.decode("utf-8", "replace") + str(response.headers)))
