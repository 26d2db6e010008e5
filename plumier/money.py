"""Amounts of money as people read them, in the language in force."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.formats import get_format
from django.utils.numberformat import format as written
from django.utils.translation import gettext as _

from plumier.models import Currency

_SYMBOLS: Final[Mapping[str, str]] = {Currency.EURO: "€", Currency.DOLLAR: "US$", Currency.DONG: "₫"}
_DECIMALS: Final[Mapping[str, int]] = {Currency.DONG: 0}
_USUAL_DECIMALS: Final = 2
_LEAST_DECIMALS: Final = 4  # of a price, and so of what rounds to nothing


def money(amount: Decimal, currency: str) -> str:
    """An amount as the language in force writes it; one that would round to nothing keeps its decimals."""
    decimals = decimals_of(currency)
    if amount and not _rounded(amount, decimals):
        decimals = _LEAST_DECIMALS
    symbol = _SYMBOLS.get(currency, currency)
    return _("%(amount)s %(symbol)s") % {"amount": number_words(amount, decimals), "symbol": symbol}


def decimals_of(currency: str) -> int:
    """How many a currency has."""
    return _DECIMALS.get(currency, _USUAL_DECIMALS)


def number_words(value: Decimal, decimals: int) -> str:
    """In groups of three in every language: Django has none for Vietnamese, whose amounts are long."""
    return written(
        _rounded(value, decimals),
        get_format("DECIMAL_SEPARATOR"),
        decimals,
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
