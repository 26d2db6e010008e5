"""Amounts of money as people and banks write them. Pure; never a float's arithmetic."""

import re
from decimal import Decimal
from typing import Final

from plumier.money import decimals_of

MOST: Final = Decimal(10) ** 11  # below this; what is more is a mistake
# What stands round a number: spaces of every kind, and the currencies.
_AROUND: Final = re.compile(r"[\s\u00a0\u202f]|€|\$|₫|US|USD|EUR|VND|đ", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d{1,15}(\.\d+)?", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:([.,'])\d{3})(?:\1\d{3})*", re.ASCII)


def read_amount(typed: str, currency: str) -> Decimal | None:
    """What was written: «25», «25,5 €», «1.234,50», «1,234.50», «150.000 ₫». None for what is no amount above nothing.

    One point or comma before three digits parts thousands: no currency here has three decimals.
    """
    plain = _AROUND.sub("", typed).replace("'", "")
    if not plain:
        return None
    point, comma = plain.rfind("."), plain.rfind(",")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", "")
    elif comma > point:
        plain = plain.replace(".", "").replace(",", ".") if plain.count(",") == 1 else ""
    elif point > comma >= 0:
        plain = plain.replace(",", "") if plain.count(".") == 1 else ""
    if not _DIGITS.fullmatch(plain):
        return None
    amount = Decimal(plain)
    exact = amount.quantize(Decimal(1).scaleb(-decimals_of(currency)))
    return exact if exact == amount and 0 < amount < MOST else None
