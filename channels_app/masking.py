"""Addresses kept out of what is logged, stored as detail, or shown."""

import re

DETAIL_LENGTH = 200
MASK = "…"

_EMAIL = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:]+")
# Seven digits or more, however they are grouped: shorter runs are the providers' own codes.
_DIGITS = re.compile(r"\+?\d(?:[ ().\-/]{0,2}\d){6,}")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")


def masked_address(address: str) -> str:
    """The last three characters of a phone or a chat, or the domain of an e-mail address."""
    _, at, domain = address.rpartition("@")
    return f"{MASK}@{domain}" if at else f"{MASK}{address[-3:]}"


def clean_detail(sentence: str, address: str = "") -> str:
    """A provider's sentence in one line, without addresses, at most `DETAIL_LENGTH` characters.

    `address` is the one written to: it, and the part of it before the @, are taken out however
    they are written.
    """
    sentence = _BLANKS.sub(" ", sentence).strip()
    local = address.rpartition("@")[0]
    for secret in (address, local):
        if len(secret) > 1:
            sentence = re.sub(re.escape(secret), MASK, sentence, flags=re.IGNORECASE)
    sentence = _DIGITS.sub(MASK, _EMAIL.sub(MASK, sentence))
    return sentence if len(sentence) <= DETAIL_LENGTH else f"{sentence[: DETAIL_LENGTH - 1]}…"
