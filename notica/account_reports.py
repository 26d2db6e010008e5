"""How each account stands, in figures: for machines that may read them. No school's name, no person, no address."""

from typing import Any, Final

from django.core.cache import cache

from channels_app import registry
from channels_app.models import ChannelAccount
from channels_app.reasons import reason_text
from notica.channel_cards import Standing
from notica.channel_figures import figures_of
from plumier.clock import database_now

KEPT: Final = 5  # seconds, however many ask
_KEY: Final = "account-reports"


def account_reports() -> list[dict[str, Any]]:
    """Of every account that is set up: circuit, pause, what waits and how long, rates, the last error. Times in UTC."""
    found: list[dict[str, Any]] | None = cache.get(_KEY)
    if found is None:
        found = _read()
        cache.set(_KEY, found, KEPT)
    return found


def _read() -> list[dict[str, Any]]:
    accounts = ChannelAccount.objects.filter(channel__in=registry.channel_names()).order_by(
        "channel", "owner"
    )
    rows = {row.pk: row for row in accounts}
    figures, now = figures_of(rows), database_now()
    standings = [Standing(row, figures[pk], now) for pk, row in rows.items()]
    return [_report(one) for one in standings if one.configured]


def _report(one: Standing) -> dict[str, Any]:
    account, figures = one.account, one.figures
    allowed = account.rate if account.rate is not None else one.channel.capabilities.rate
    return {
        "channel": account.channel,
        "owner": account.owner,
        "state": one.word,
        "circuit": account.circuit_reason,
        "circuit_until": account.circuit_open_until,
        "paused_until": account.paused_until if one.paused else None,
        "due": figures.queue.due,
        "later": figures.queue.later,
        "oldest_due_seconds": figures.queue.oldest,
        "sending": figures.sending,
        "uncertain": figures.uncertain,
        "rate": round(figures.rate, 2),
        "rate_allowed": allowed,
        "last_success": figures.last_success,
        "last_error_at": figures.last_error_at,
        "last_error": figures.last_error,
        "last_error_words": reason_text(figures.last_error) if figures.last_error else "",
    }
