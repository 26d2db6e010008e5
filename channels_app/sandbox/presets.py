"""How each provider words its refusals, by a short name.

`status` is the HTTP status, or SMTP's reply code; `code` is Twilio's error code, the TokApp
gateway's error number or SMTP's enhanced code; `stage` is where in a mail's dialogue the refusal
comes: banner, auth, rcpt or data. `{address}` in a description stands for the address written to.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal in the provider's own words."""

    status: int
    description: str
    code: str = ""
    stage: str = ""


TELEGRAM = {
    "blocked": Answer(403, "Forbidden: bot was blocked by the user"),
    "deactivated": Answer(403, "Forbidden: user is deactivated"),
    "cannot_initiate": Answer(403, "Forbidden: bot can't initiate conversation with a user"),
    "kicked": Answer(403, "Forbidden: bot was kicked from the group chat"),
    "chat_not_found": Answer(400, "Bad Request: chat not found"),
    "user_not_found": Answer(400, "Bad Request: user not found"),
    "peer_invalid": Answer(400, "Bad Request: PEER_ID_INVALID"),
    "too_long": Answer(400, "Bad Request: message is too long"),
    "empty": Answer(400, "Bad Request: message text is empty"),
    "entities": Answer(400, "Bad Request: can't parse entities: Unexpected end tag at byte offset 7"),
    "chat_empty": Answer(400, "Bad Request: chat_id is empty"),
    "token": Answer(401, "Unauthorized"),
    "not_found": Answer(404, "Not Found"),
    "conflict": Answer(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
}

SMS = {
    "invalid_phone": Answer(400, "The 'To' number {address} is not a valid phone number.", "21211"),
    "not_mobile": Answer(400, "To number: {address}, is not a mobile number", "21614"),
    "opted_out": Answer(400, "Attempt to send to unsubscribed recipient", "21610"),
    "region": Answer(
        400,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: "
        "{address}",
        "21408",
    ),
    "sender": Answer(
        400, "The 'From' number is not a Twilio phone number or Short Code country mismatch", "21606"
    ),
    "to_missing": Answer(400, "A 'To' phone number is required.", "21604"),
    "from_missing": Answer(400, "A 'From' phone number is required.", "21603"),
    "empty": Answer(400, "Message body is required.", "21602"),
    "too_long": Answer(400, "The concatenated message body exceeds the 1600 character limit", "21617"),
    "validity": Answer(
        400, "The ValidityPeriod is invalid: it must lie between 1 and 36000 seconds", "21624"
    ),
    "token": Answer(401, "Authenticate", "20003"),
    "not_active": Answer(403, "Account is not active", "10001"),
    "suspended": Answer(403, "Account suspended", "30002"),
    "queue_full": Answer(
        429, "This 'From' number has exceeded the maximum number of queued messages", "21611"
    ),
    "not_found": Answer(404, "The requested resource was not found", "20404"),
}

TOKAPP = {
    "malformed": Answer(200, "Petición incompleta", "1"),
    "invalid_phone": Answer(200, "El teléfono no es válido", "2"),
    "no_user": Answer(200, "El teléfono no tiene TokApp", "3"),
    "blocked": Answer(200, "El usuario no admite mensajes de este emisor", "4"),
    "too_long": Answer(200, "El mensaje es demasiado largo", "5"),
    "no_credit": Answer(200, "El emisor no tiene saldo", "6"),
    "unknown": Answer(200, "Error desconocido", "99"),
    "token": Answer(401, "No autorizado", "401"),
    "too_many": Answer(413, "Más de 1000 teléfonos", "413"),
}

EMAIL = {
    "mailbox_unknown": Answer(550, "No such user here", "5.1.1", "rcpt"),
    "mailbox_disabled": Answer(550, "Mailbox disabled", "5.2.1", "rcpt"),
    "not_local": Answer(551, "User not local", "5.1.6", "rcpt"),
    "syntax": Answer(553, "Mailbox name not allowed", "5.1.3", "rcpt"),
    "null_mx": Answer(556, "Domain does not accept mail", "5.1.10", "rcpt"),
    "relay": Answer(554, "Relay access denied", "5.7.1", "rcpt"),
    "mailbox_full": Answer(552, "Mailbox full", "5.2.2", "rcpt"),
    "greylisted": Answer(451, "Greylisted, please try again later", "4.7.1", "rcpt"),
    "busy": Answer(450, "Mailbox busy", "4.2.1", "rcpt"),
    "no_space": Answer(452, "Insufficient system storage", "4.3.1", "data"),
    "too_big": Answer(552, "Message too big for system", "5.3.4", "data"),
    "policy": Answer(554, "Message refused by local policy", "5.7.1", "data"),
    "spam": Answer(550, "Message looks like spam", "5.7.1", "data"),
    "login_needed": Answer(530, "Authentication required", "5.7.0", "rcpt"),
    "login_wrong": Answer(535, "Authentication credentials invalid", "5.7.8", "auth"),
    "banner": Answer(554, "No SMTP service here", "5.3.2", "banner"),
}

PRESETS = {"telegram": TELEGRAM, "sms": SMS, "tokapp": TOKAPP, "email": EMAIL}
DEFAULTS = {
    "telegram": "blocked",
    "sms": "invalid_phone",
    "tokapp": "no_user",
    "email": "mailbox_unknown",
}
