"""How mail servers word what comes back: Postfix's and Exchange's reports (RFC 3464), texts alone, an absence."""

from collections.abc import Callable
from dataclasses import dataclass

CRLF = "\r\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a server found: RFC 3464's action and status, and the reply behind it; `words` for the texts alone."""

    action: str
    status: str
    reply: str
    words: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that comes back. `number` makes this report's own names; `headers` are the mail's, as they went out."""

    address: str
    return_path: str
    date: str
    number: str
    headers: str
    subject: str
    message_id: str


VERDICTS = {
    "no_such_user": Verdict(
        "failed",
        "5.1.1",
        "550 5.1.1 <{address}>: Recipient address rejected: User unknown in local recipient table",
        "Sorry, no mailbox here by that name. (#5.1.1)",
    ),
    "full": Verdict("failed", "5.2.2", "552 5.2.2 Mailbox full", "The user's mailbox is over its quota."),
    "policy": Verdict(
        "failed",
        "5.7.1",
        "554 5.7.1 Message refused by local policy",
        "Our filters did not let this message pass.",
    ),
    "delayed": Verdict(
        "delayed",
        "4.4.1",
        "connect to mx.example[192.0.2.1]:25: Connection timed out",
        "The server could not be reached yet.",
    ),
    "delivered": Verdict("delivered", "2.0.0", "250 2.0.0 Ok: delivered to mailbox", "Delivered."),
}
_SERVER = "mx.correo.example"
_EXCHANGE = "EXCH01.correo.example"
_SUBJECTS = {
    "failed": "Undelivered Mail Returned to Sender",
    "delayed": "Delayed Mail (still being retried)",
    "delivered": "Successful Mail Delivery Report",
}


def postfix(returned: Returned, verdict: Verdict) -> str:
    """Postfix's report: a text, the fields, the mail's headers."""
    boundary = f"{returned.number}/{_SERVER}"
    reply = verdict.reply.replace("{address}", returned.address)
    lines = [
        *_head(returned, f"MAILER-DAEMON@{_SERVER} (Mail Delivery System)", _SUBJECTS[verdict.action]),
        "Auto-Submitted: auto-replied",
        f'Content-Type: multipart/report; report-type=delivery-status;{CRLF}\tboundary="{boundary}"',
        "",
        "This is a MIME-encapsulated message.",
        "",
        f"--{boundary}",
        "Content-Description: Notification",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"This is the mail system at host {_SERVER}.",
        "",
        f"<{returned.address}>: {reply}",
        "",
        f"--{boundary}",
        "Content-Description: Delivery report",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {_SERVER}",
        f"X-Postfix-Queue-ID: {returned.number[-10:].upper()}",
        f"X-Postfix-Sender: rfc822; {returned.return_path}",
        f"Arrival-Date: {returned.date}",
        "",
        f"Final-Recipient: rfc822; {returned.address}",
        f"Original-Recipient: rfc822;{returned.address}",
        f"Action: {verdict.action}",
        f"Status: {verdict.status}",
        f"Diagnostic-Code: smtp; {reply}",
        "",
        *_original(boundary, "text/rfc822-headers", returned),
    ]
    return CRLF.join(lines)


def exchange(returned: Returned, verdict: Verdict) -> str:
    """Exchange's report: an HTML page beside the text, other fields, the mail as message/rfc822."""
    boundary = f"_000_{returned.number}_"
    reply = verdict.reply.replace("{address}", returned.address)
    lines = [
        *_head(
            returned,
            f"Microsoft Outlook <postmaster@{_EXCHANGE}>",
            f"No se puede entregar: {returned.subject}",
        ),
        "Auto-Submitted: auto-replied",
        f"In-Reply-To: {returned.message_id}",
        f"Content-Type: multipart/report; report-type=delivery-status;{CRLF}\tboundary={boundary}",
        "",
        f"--{boundary}",
        "Content-Type: text/html; charset=utf-8",
        "",
        f"<html><body><p>No se pudo entregar a <b>{returned.address}</b>.</p><p>{verdict.words}</p></body></html>",
        "",
        f"--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns;{_EXCHANGE}",
        f"Received-From-MTA: dns;plumier.example{CRLF}Arrival-Date: {returned.date}",
        "",
        f"Final-Recipient: rfc822;{returned.address}",
        f"Action: {verdict.action}",
        f"Status: {verdict.status}",
        f"Diagnostic-Code: smtp;{reply}",
        f"X-Display-Name: {returned.address}",
        "",
        *_original(boundary, "message/rfc822", returned),
    ]
    return CRLF.join(lines)


def qmail(returned: Returned, verdict: Verdict) -> str:
    """A text alone, with the mail below it: nothing in it is a field."""
    lines = [
        *_head(returned, f"MAILER-DAEMON@{_SERVER}", "failure notice"),
        "",
        f"Hi. This is the qmail-send program at {_SERVER}.",
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        "",
        f"<{returned.address}>:",
        verdict.words,
        "",
        "--- Below this line is a copy of the message.",
        "",
        f"Return-Path: <{returned.return_path}>",
        returned.headers,
        "",
        "",
    ]
    return CRLF.join(lines)


def vacation(returned: Returned) -> str:
    """Somebody is away and has her mail answered: no bounce at all."""
    lines = [
        *_head(returned, f"<{returned.address}>", f"Fuera de la oficina: {returned.subject}"),
        "Auto-Submitted: auto-replied (vacation)",
        f"In-Reply-To: {returned.message_id}",
        "Precedence: bulk",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        "Estoy de viaje hasta el lunes. Leeré su mensaje a la vuelta.",
        "",
    ]
    return CRLF.join(lines)


DIALECT: dict[str, Callable[[Returned, Verdict], str]] = {"postfix": postfix, "exchange": exchange}


def written(kind: str, dialect: str, returned: Returned) -> str:
    """What comes back, with CRLF."""
    if kind == "vacation":
        return vacation(returned)
    if kind.startswith("unstructured_"):
        return qmail(returned, VERDICTS[kind.removeprefix("unstructured_")])
    return DIALECT[dialect](returned, VERDICTS[kind])


def _head(returned: Returned, sender: str, subject: str) -> list[str]:
    return [
        "Return-Path: <>",
        f"Delivered-To: {returned.return_path}",
        f"Received: by {_SERVER} id {returned.number[-10:].upper()}; {returned.date}",
        f"From: {sender}",
        f"To: {returned.return_path}",
        f"Subject: {subject}",
        f"Date: {returned.date}",
        f"Message-ID: <{returned.number}@{_SERVER}>",
        "MIME-Version: 1.0",
    ]


def _original(boundary: str, kind: str, returned: Returned) -> list[str]:
    return [
        f"--{boundary}",
        "Content-Description: Undelivered Message Headers",
        f"Content-Type: {kind}",
        "",
        f"Return-Path: <{returned.return_path}>",
        returned.headers,
        "",
        f"--{boundary}--",
        "",
    ]
