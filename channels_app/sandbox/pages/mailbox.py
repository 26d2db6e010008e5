"""A mailbox: its mails, the latest first."""

from email.utils import parseaddr
from urllib.parse import quote

from channels_app.sandbox.log import Entry
from channels_app.sandbox.pages.failed import failed_list, note
from channels_app.sandbox.pages.frame import frame, said
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import BOUNCES, Clock, count, size
from channels_app.sandbox.state import Sandbox


def mailbox_page(sandbox: Sandbox, clock: Clock, address: str, told: str = "") -> Html:
    """The page of a mailbox; `told` is the word for what was just done."""
    received = sandbox.boxes.received(address)
    mails = [entry for entry in reversed(received) if entry["taken"]]
    shown = join(_mail(number, entry, clock) for number, entry in enumerate(mails))
    content = render(
        "mailbox",
        address=address,
        back=icon("back"),
        said=said(told),
        number=count(len(mails), "correo", "correos"),
        mails=shown or render("mailbox_empty", icon=icon("box")),
        failed=failed_list(received, clock),
    )
    return frame(address, content)


def _mail(number: int, entry: Entry, clock: Clock) -> Html:
    name, sender = parseaddr(entry["details"].get("From", ""))
    return render(
        "mail",
        subject=entry["subject"] or "(sin asunto)",
        initial=(name or sender or "?")[0].upper(),
        name=name or sender or "Sin remitente",
        sender=sender if name else "",
        at=entry["at"],
        when=clock.when(entry["at"]),
        text=entry["text"],
        note=note(entry),
        files=_files(entry),
        headers=_headers(entry),
        size=size(entry["size"]),
        number=number,
        link=f"/mailbox/{quote(entry['address'], safe='@')}",
        key=entry["key"],
        kinds=join(
            render("option", value=kind, name=words, chosen=Html()) for kind, words in BOUNCES.items()
        ),
    )


def _files(entry: Entry) -> Html:
    if not entry["attachments"]:
        return Html()
    items = join(render("file", icon=icon("file"), name=name) for name in entry["attachments"])
    number = count(len(entry["attachments"]), "adjunto", "adjuntos")
    return render("files", number=number, items=items)


def _headers(entry: Entry) -> Html:
    rows = {"Ruta de retorno": entry["sender"], "Message-ID": entry["key"], **entry["details"]}
    rows["Identificador"] = entry["provider_id"]
    return join(render("fact", name=name, value=value) for name, value in rows.items() if value)
