"""Mails that came back, as the servers of the world write them. Every one is made up for these tests.

Each is for a mail of ours to `to`, and came to the return path `path`.
"""

from collections.abc import Callable

from channels_app.email.return_path import sign

ANA = "ana.gil@familia.example"
BOX = "bounces@plumier.example"
RETURNED = """From: IES Ribera <avisos@plumier.example>
To: {to}
Subject: =?utf-8?q?Falta_de_asistencia?=
Message-ID: <m1.d7@plumier.example>

Luis no ha venido hoy.
"""


def path_of(delivery: int = 7, try_no: int = 2) -> str:
    """The return path of a try."""
    return sign(BOX, delivery, try_no)


def dsn(
    path: str,
    *blocks: str,
    text: str = "Your message was not delivered.",
    sender: str = "MAILER-DAEMON@relay.example",
    delivered_to: str = "Delivered-To",
    id_: str = "<dsn-1@relay.example>",
    extra: str = "",
) -> bytes:
    """A notification in the standard form with these fields of recipients."""
    fields = "\n\n".join(blocks)
    return f"""Return-Path: <>
{delivered_to}: {path}
From: Mail Delivery System <{sender}>
To: {path if delivered_to == "To" else "undisclosed@relay.example"}
Subject: Undelivered Mail Returned to Sender
Message-ID: {id_}
Auto-Submitted: auto-replied
{extra}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Thu, 26 Nov 2026 09:00:00 +0100

{fields}

--=_b
Content-Type: message/rfc822

{RETURNED.format(to=ANA)}
--=_b--
""".encode()


def block(to: str, status: str, said: str, action: str = "failed", kind: str = "smtp") -> str:
    """The fields of one recipient."""
    return (
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {kind}; {said}"
    )


def plain(
    path: str,
    text: str,
    *,
    sender: str = "MAILER-DAEMON@mx.example",
    subject: str = "failure notice",
    extra: str = "",
    id_: str = "<own-1@mx.example>",
    return_path: str = "<>",
) -> bytes:
    """A mail of one text."""
    return f"""Return-Path: {return_path}
Delivered-To: {path}
From: {sender}
To: {path}
Subject: {subject}
Message-ID: {id_}
{extra}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
""".encode()


def postfix(path: str, to: str) -> bytes:
    said = f"550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual\n    mailbox table"
    return dsn(
        path,
        f"Original-Recipient: rfc822;{to}\n{block(to, '5.1.1', said)}\nRemote-MTA: dns; mx.familia.example",
    )


def exchange(path: str, to: str) -> bytes:
    text = "No se pudo entregar el mensaje a estos destinatarios: el buzón no existe."
    return dsn(
        path,
        block(to, "5.1.1", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
        text=text,
        sender=f"postmaster@{to.rpartition('@')[2]}",
    )


def office365(path: str, to: str) -> bytes:
    said = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
    return dsn(
        path,
        block(to, "5.1.10", said, kind="smtp").replace("smtp; ", "smtp;"),
        delivered_to="To",
        extra="X-MS-Exchange-Message-Is-Ndr:\n",
    )


def gmail(path: str, to: str) -> bytes:
    said = "550-5.1.1 The email account that you tried to reach does not exist.\n 550 5.1.1 Please try double-checking"
    return dsn(
        path,
        block(to, "5.1.1", said),
        delivered_to="X-Original-To",
        sender="mailer-daemon@googlemail.com",
        extra=f"X-Failed-Recipients: {to}\n",
    )


def sendmail(path: str, to: str) -> bytes:
    return dsn(
        path,
        block(to, "5.1.1", "550 5.1.1 <x>... User unknown", kind="SMTP"),
        text="----- The following addresses had permanent fatal errors -----",
    )


def vietnamese(path: str, to: str) -> bytes:
    return dsn(
        path,
        block(to, "5.1.1", "550 5.1.1 Hộp thư không tồn tại"),
        text="Thư của bạn không gửi được.",
        delivered_to="Envelope-To",
    )


def full(path: str, to: str) -> bytes:
    return dsn(path, block(to, "5.2.2", f"552 5.2.2 <{to}>: mailbox is over quota"))


def policy(path: str, to: str) -> bytes:
    return dsn(path, block(to, "5.7.1", "550 5.7.1 Message rejected as spam by content filter"))


def delayed(path: str, to: str) -> bytes:
    return dsn(path, block(to, "4.4.1", "connect to mx.familia.example: timed out", "delayed", "X-Postfix"))


def qmail(path: str, to: str) -> bytes:
    return plain(
        path,
        f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{RETURNED.format(to=to)}""",
    )


def exim(path: str, to: str) -> bytes:
    return plain(
        path,
        f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    host mx.familia.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{to}>:
    550 Unrouteable address
""",
        extra=f"X-Failed-Recipients: {to}\nAuto-Submitted: auto-replied\n",
        subject="Mail delivery failed: returning message to sender",
    )


def yahoo(path: str, to: str) -> bytes:
    return plain(
        path,
        f"""Sorry, we were unable to deliver your message to the following address.

<{to}>:
Remote host said: 554 delivery error: dd This user has no account [-5]

--- Below this line is a copy of the message.
""",
        sender="MAILER-DAEMON@yahoo.com",
        subject="Failure Notice",
    )


def spanish(path: str, to: str) -> bytes:
    text = f"Su mensaje no se ha podido entregar a {to}.\n\n550 5.1.1 El usuario no existe"
    return plain(path, text, sender="Correo <postmaster@correo.example>", subject="Mensaje devuelto")


def vietnamese_plain(path: str, to: str) -> bytes:
    text = f"Không thể gửi thư tới {to}: địa chỉ không tồn tại."
    return plain(path, text, subject="=?utf-8?q?Th=C6=B0_b=E1=BB=8B_tr=E1=BA=A3_l=E1=BA=A1i?=")


def vacation(path: str, to: str) -> bytes:
    text = "Estoy fuera hasta el lunes. Su mensaje no se puede entregar a nadie más: 550 5.1.1"
    return plain(
        path, text, sender=to, subject="Respuesta automática: Falta", extra="Auto-Submitted: auto-replied\n"
    )


def vacation_in_vietnamese(path: str, to: str) -> bytes:
    subject = "=?utf-8?b?VHLhuqMgbOG7nWkgdOG7sSDEkeG7mW5nOiBW4bqvbmcgbeG6t3Q=?="
    return plain(path, "Tôi đi vắng.", sender=to, subject=subject, return_path=f"<{to}>")


def autoresponder(path: str, to: str) -> bytes:
    return plain(path, "Gracias por escribir.", sender="MAILER-DAEMON@x.example", extra="X-Autoreply: yes\n")


def challenge(path: str, to: str) -> bytes:
    text = "Your message could not be delivered until you click on https://x.example/captcha"
    return plain(path, text, sender="postmaster@x.example", subject="Please confirm")


def report(path: str, kind: str, part: str) -> bytes:
    """A report of another kind."""
    return f"""Return-Path: <>
Delivered-To: {path}
From: postmaster@familia.example
Subject: report
Message-ID: <r@familia.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="=_b"

--=_b
Content-Type: text/plain

550 5.1.1 delivery has failed

--=_b
Content-Type: message/{kind}

{part}

--=_b--
""".encode()


def complaint(path: str, to: str) -> bytes:
    return report(path, "feedback-report", "Feedback-Type: abuse\nVersion: 1")


def read_note(path: str, to: str) -> bytes:
    return report(
        path,
        "disposition-notification",
        f"Final-Recipient: rfc822;{to}\nDisposition: manual-action; displayed",
    )


def warning(path: str, to: str) -> bytes:
    text = f"Delivery to the following recipient has been delayed:\n\n     {to}\n\n"
    return plain(
        path, f"{text}Message will be retried for 2 more days", subject="Delivery Status Notification (Delay)"
    )


Dialect = Callable[[str, str], bytes]
SURE: dict[str, tuple[Dialect, str]] = {
    "postfix": (postfix, "smtp.5.1.1"),
    "exchange": (exchange, "smtp.5.1.1"),
    "office365": (office365, "smtp.5.1.10"),
    "gmail": (gmail, "smtp.5.1.1"),
    "sendmail": (sendmail, "smtp.5.1.1"),
    "vietnamese": (vietnamese, "smtp.5.1.1"),
}
DOUBTFUL: dict[str, tuple[Dialect, str]] = {
    "qmail": (qmail, "smtp.5.1.1"),
    "exim": (exim, "smtp.550"),
    "yahoo": (yahoo, "smtp.bounced"),
    "spanish": (spanish, "smtp.5.1.1"),
    "vietnamese_plain": (vietnamese_plain, "smtp.bounced"),
}
NOTHING: dict[str, Dialect] = {
    "delayed": delayed,
    "warning": warning,
    "vacation": vacation,
    "vacation_in_vietnamese": vacation_in_vietnamese,
    "autoresponder": autoresponder,
    "challenge": challenge,
    "complaint": complaint,
    "read_note": read_note,
}
