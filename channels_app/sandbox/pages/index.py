"""The first page: every phone, chat and mailbox, the one written to last on top."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from channels_app.sandbox.boxes import Boxes
from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.failed import excerpt
from channels_app.sandbox.pages.frame import channel_chip, frame, said
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import CHANNELS, Clock, count, grouped, name_of
from channels_app.sandbox.state import Sandbox

A_PAGE = 50
KINDS = {"": "Todos", "telefonos": "Teléfonos", "buzones": "Buzones"}
_BARE, _PHONE = re.compile(r"[6-9]\d{8}"), re.compile(r"\+[1-9]\d{6,14}")
SPACES = str.maketrans("", "", " .-()")


@dataclass(frozen=True, slots=True)
class Query:
    """What the page was asked for."""

    text: str = ""
    kind: str = ""
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Query":
        """From the address; what cannot be is left out."""
        kind, page = given.get("tipo", ""), given.get("p", "")
        return cls(
            text=given.get("q", "").strip(),
            kind=kind if kind in KINDS else "",
            page=int(page) if page.isdecimal() and 0 < len(page) < 7 and int(page) else 1,
        )

    def link(self, kind: str | None = None, page: int = 1) -> str:
        """The address of the same search with another kind or page."""
        wanted = {"q": self.text, "tipo": self.kind if kind is None else kind, "p": "" if page == 1 else page}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"/?{query}" if query else "/"


@dataclass(frozen=True, slots=True)
class Row:
    """A phone or mailbox, with all that is kept of it."""

    address: str
    entries: list[Entry]  # oldest first

    @property
    def link(self) -> str:
        """The address of its page."""
        return f"/{'mailbox' if '@' in self.address else 'phone'}/{quote(self.address, safe='+@')}"


def number_in(typed: str) -> str:
    """A phone in E.164 as somebody types it, a Spanish one without its prefix too; empty if it is none."""
    digits = typed.translate(SPACES)
    digits = (
        f"+34{digits}"
        if _BARE.fullmatch(digits)
        else digits.replace("00", "+", 1)
        if digits.startswith("00")
        else digits
    )
    return digits if _PHONE.fullmatch(digits) else ""


def index_page(sandbox: Sandbox, clock: Clock, query: Query, told: str = "") -> Html:
    """The page; `told` is the word for what was just done."""
    boxes = sandbox.boxes
    found = [address for address in _owners(boxes) if _fits(boxes, address, query)]
    shown = found[(query.page - 1) * A_PAGE : query.page * A_PAGE]
    rows = join(_row(Row(address, boxes.received(address)), clock) for address in shown)
    return frame(
        "Lo que ha llegado",
        render(
            "index",
            totals=join(_total(boxes, channel) for channel in CHANNELS),
            said=said(told),
            phone=icon("phone"),
            text=query.text,
            kind=query.kind,
            kinds=join(_kind(query, kind) for kind in KINDS),
            search=icon("search"),
            found=count(len(found), "resultado", "resultados") if query.text else _all(found),
            rows=render("rows", rows=rows) if rows else _nothing(query),
            pages=_pages(query, len(found)),
        ),
        here="/",
    )


def _owners(boxes: Boxes) -> Iterator[str]:
    """The addresses, a chat under its phone."""
    return iter(dict.fromkeys(boxes.phone_of_chat.get(address, address) for address in boxes.addresses()))


def _fits(boxes: Boxes, address: str, query: Query) -> bool:
    is_mailbox = "@" in address
    if query.kind and is_mailbox != (query.kind == "buzones"):
        return False
    wanted = query.text.casefold()
    if not wanted or wanted in address:
        return True
    digits = wanted.translate(SPACES)
    return bool(digits) and any(digits in each for each in (address, *boxes.chats_of(address)))


def _total(boxes: Boxes, channel: str) -> Html:
    refused = boxes.refused[channel]
    return render(
        "total",
        icon=icon(channel),
        channel=channel,
        name=CHANNELS[channel],
        taken=grouped(boxes.taken[channel]),
        refused=count(refused, "no tomado", "no tomados"),
    )


def _kind(query: Query, kind: str) -> Html:
    current = Html(' aria-current="true"' if kind == query.kind else "")
    return render("kind", link=query.link(kind=kind), current=current, name=KINDS[kind])


def _all(found: list[str]) -> str:
    mailboxes = sum("@" in address for address in found)
    phones = count(len(found) - mailboxes, "teléfono", "teléfonos")
    return f"{phones} y {count(mailboxes, 'buzón', 'buzones')}"


def _row(row: Row, clock: Clock) -> Html:
    taken = Counter(entry["channel"] for entry in row.entries if entry["taken"])
    refused = sum(not entry["taken"] for entry in row.entries)
    last = row.entries[-1]
    chips = [channel_chip(channel, taken[channel]) for channel in CHANNELS if taken[channel]]
    if refused:
        words = count(refused, "no tomado", "no tomados")
        chips.append(render("chip", kind="mal", icon=icon("no"), words=words))
    return render(
        "row",
        icon=icon("email" if "@" in row.address else "phone"),
        link=row.link,
        name=name_of(row.address),
        at=last["at"],
        when=clock.when(last["at"]),
        text=excerpt(last),
        chips=join(chips),
    )


def _nothing(query: Query) -> Html:
    if query.text or query.kind:
        return render("empty_search", icon=icon("search"), text=query.text or KINDS[query.kind])
    return render("empty", icon=icon("box"))


def _pages(query: Query, found: int) -> Html:
    last = max(1, -(-found // A_PAGE))
    if last == 1:
        return Html()
    before = Html(_link("‹ Más recientes", query.link(page=query.page - 1))) if query.page > 1 else Html()
    after = Html(_link("Anteriores ›", query.link(page=query.page + 1))) if query.page < last else Html()
    return render("paging", before=before, after=after, page=grouped(query.page), last=grouped(last))


def _link(words: str, link: str) -> Html:
    return render("button", link=link, words=words)
