"""Twilio's requests to us: what became of a message, and answers by SMS.

Each is signed with the account's token over the address that Twilio was told and the form that it sends
(https://www.twilio.com/docs/usage/webhooks/webhooks-security).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from django.utils.datastructures import MultiValueDict
from twilio.request_validator import RequestValidator

from channels_app.receipts import Callback, Consent, Forged, Receipt, Unreadable
from channels_app.sms.keywords import wants_none
from channels_app.sms.statuses import SID, Said, receipt_of
from channels_app.tags import read_tag

SALT: Final = "sms"
OPTED_OUT: Final = "sms.21610"
OPTED_IN: Final = "sms.opted_in"
_FIELDS_AT_MOST: Final = 1000
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")
_CODE: Final = re.compile(r"\d{1,6}")
_DATE: Final = re.compile(r"\d{1,20}")
Form = MultiValueDict[str, str]


def read(environment: Mapping[str, str], callback: Callback) -> Sequence[Receipt | Consent]:
    """What one request says; Forged or Unreadable if it is not Twilio's word to this account, or is no word."""
    form = _signed_form(environment, callback)
    if not callback.tag:
        return _consents(form)
    tried = read_tag(SALT, callback.tag)
    if tried is None:
        raise Forged("the tag is not ours")
    receipt = receipt_of(*tried, _said(form))
    return [] if receipt is None else [receipt]


def _signed_form(environment: Mapping[str, str], callback: Callback) -> Form:
    """The form, once it is known to be Twilio's and for this account."""
    account = environment.get("TWILIO_ACCOUNT_SID", "")
    token = environment.get("TWILIO_AUTH_TOKEN", "")
    if not account or not token:  # an empty key would sign anything for anybody
        raise Forged("this account signs nothing")
    form = _form(callback.body)
    signature = callback.headers.get("x-twilio-signature", "")
    if not RequestValidator(token).validate(callback.url, form, signature):
        raise Forged("the signature is not Twilio's")
    if _first(form, "AccountSid") != account:
        raise Forged("it is for another account")
    return form


def _form(body: bytes) -> Form:
    """Twilio signs what it wrote in UTF-8: what is not can carry no signature of its."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_AT_MOST
        )
    except ValueError as error:
        raise Forged("it is no form") from error
    form: Form = MultiValueDict()
    for name, value in pairs:
        form.appendlist(name, value)
    return form


def _said(form: Form) -> Said:
    code, done = _first(form, "ErrorCode"), _first(form, "RawDlrDoneDate")
    return Said(
        sid=_first(form, "MessageSid", "SmsSid"),
        status=_first(form, "MessageStatus", "SmsStatus"),
        code=int(code) if _CODE.fullmatch(code) else 0,
        done=done if _DATE.fullmatch(done) else "",
    )


def _consents(form: Form) -> list[Receipt | Consent]:
    """What an answer by SMS wishes, if it is a wish: nobody reads the others."""
    none_wanted = wants_none(_first(form, "Body"), _first(form, "OptOutType"))
    phone = _first(form, "From")
    if none_wanted is None or _PHONE.fullmatch(phone) is None:
        return []
    sid = _first(form, "MessageSid", "SmsSid")
    if SID.fullmatch(sid) is None:
        raise Unreadable("no message")
    code = OPTED_OUT if none_wanted else OPTED_IN
    return [Consent(f"{sid}:{'STOP' if none_wanted else 'START'}", phone, not none_wanted, code)]


def _first(form: Form, *names: str) -> str:
    """The first of these that is given."""
    return next((value for name in names for value in form.getlist(name) if value), "")
