"""Opening a connection to a mail server: greeting, encryption, log-in."""

import asyncio
import socket
import ssl
from typing import cast

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from channels_app.email.account import MailAccount
from channels_app.email.dialogue import Dialogue
from channels_app.email.errors import Refused, Reply, Stage, Unusable
from channels_app.network import NotSent


async def connected(account: MailAccount) -> Dialogue:
    """A connection that may be sent on. Refused, Unusable or NotSent if there is none to be had."""
    smtp = SMTP(
        hostname=account.host,
        port=account.port,
        local_hostname=account.greeting,
        use_tls=account.tls,
        start_tls=account.starttls,
        timeout=None,  # the whole send has a deadline
    )
    try:
        await _open(smtp, account)
    except BaseException:
        smtp.close()
        raise
    return _dialogue(smtp)


async def _open(smtp: SMTP, account: MailAccount) -> None:
    try:
        await smtp.connect()
        await smtp.ehlo()
        if account.user:
            await smtp.login(account.user, account.password)
    except SMTPAuthenticationError as error:
        raise Refused(Reply(Stage.LOGIN, error.code, error.message)) from error
    except SMTPConnectResponseError as error:
        raise Refused(Reply(Stage.GREETING, error.code, error.message)) from error
    except SMTPResponseException as error:
        raise Refused(Reply(Stage.GREETING, error.code, error.message)) from error
    except (SMTPServerDisconnected, SMTPConnectError, SMTPTimeoutError, OSError) as error:
        raise _unreached(error) from error
    except SMTPException as error:  # STARTTLS or every way to log in is missing
        raise Unusable("login" if smtp.is_connected and _is_safe(smtp, account) else "security") from error


def _is_safe(smtp: SMTP, account: MailAccount) -> bool:
    return not account.starttls or smtp.get_transport_info("sslcontext") is not None


def _unreached(error: Exception) -> NotSent:
    cause = error.__cause__ or error
    match cause:
        case ssl.SSLError():
            code = "network.tls"
        case socket.gaierror():
            code = "network.dns"
        case SMTPServerDisconnected():
            code = "network.cut"
        case _:
            code = "network.connect"
    return NotSent(code, type(cause).__name__)


def _dialogue(smtp: SMTP) -> Dialogue:
    if smtp.transport is None or smtp.transport.is_closing():
        raise NotSent("network.cut")
    return Dialogue(cast(asyncio.Transport, smtp.transport), frozenset(smtp.esmtp_extensions))
