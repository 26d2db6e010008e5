"""What stands between a plan and its way out: the school's ways, its quiet hours, the accounts that send."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from channels_app.accounts import UsableAccount, accounts_for
from channels_app.models import ChannelAccount
from channels_app.reasons import reason_text
from notica.choices import Way, channel_word, way_channels
from notica.diagnosis.facts import Check
from notica.routing import quiet_hours_of
from plumier.models import School, SchoolPolicy, User


def way_checks(school: School, now: datetime) -> Iterator[Check]:
    """The school's ways, the account of each, and the hour."""
    policy = SchoolPolicy.objects.get(school=school)
    used = [Way(way) for way in policy.channels]
    words = ", ".join(str(way.label) for way in used)
    yield Check(_("Vías que usa el centro"), bool(used), words or _("ninguna"), _("Elíjalas en Centros."))
    accounts = accounts_for(school.code)
    rows = ChannelAccount.objects.in_bulk([account.account_id for account in accounts.values()])
    for way in used:
        yield from _account_checks(way, accounts, rows, now)
    yield _hour_check(school, policy, now)


def account_check(user: User | None) -> Check:
    """Whether she can read in Mirador and Notica; messages go out to her without it, so it never fails."""
    found = _("ninguno: los mensajes le llegan, pero no puede leerlos en Plumier")
    if user is not None:
        entered = _("nunca ha entrado")
        if user.last_login is not None:
            day = date_format(localtime(user.last_login), "SHORT_DATE_FORMAT")
            entered = _("entró el %(day)s") % {"day": day}
        found = f"{user.username} · {entered}"
    return Check(_("Usuario para entrar"), True, found, inside=True)


def _account_checks(
    way: Way, accounts: dict[str, UsableAccount], rows: dict[int, ChannelAccount], now: datetime
) -> Iterator[Check]:
    configured = [accounts[name] for name in way_channels(way) if accounts[name].configured]
    if not configured:
        title = _("Cuenta de %(channel)s") % {"channel": channel_word(way)}
        found = _("sin configurar en el servidor")
        yield Check(title, False, found, _("Avise a quien administra el servidor."))
    for account in configured:
        yield _standing(rows[account.account_id], now)


def _standing(row: ChannelAccount, now: datetime) -> Check:
    title = _("Cuenta de %(channel)s") % {"channel": channel_word(row.channel)}
    if row.circuit_open_until is not None:
        found = _("cortada: %(why)s") % {"why": reason_text(row.circuit_reason)}
        fix = _(
            "Se prueba sola cada minuto; lo que espera sale cuando vuelva. Avise a quien administra el servidor."
        )
        return Check(title, False, found, fix)
    if row.paused_until is not None and row.paused_until > now:
        until = time_format(localtime(row.paused_until), "TIME_FORMAT")
        found = _("en pausa hasta las %(hour)s") % {"hour": until}
        return Check(title, False, found, _("Lo que espera sale después."))
    return Check(title, True, _("funciona"))


def _hour_check(school: School, policy: SchoolPolicy, now: datetime) -> Check:
    quiet = quiet_hours_of(school, policy)
    found = _("ninguna")
    if policy.quiet_from is not None and policy.quiet_until is not None:
        found = f"{time_format(policy.quiet_from)} – {time_format(policy.quiet_until)}"
    if quiet.holds(now):
        leaves = localtime(quiet.next_allowed(now), ZoneInfo(school.time_zone))
        found += " · " + _("ahora lo son: sale a las %(hour)s") % {"hour": time_format(leaves.time())}
    return Check(_("Horas de silencio"), True, found)
