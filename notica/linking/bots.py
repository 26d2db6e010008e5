"""The bots that there are: everybody's, and those of schools that have one of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from channels_app import environment, registry
from channels_app.base import Channel
from channels_app.models import ChannelAccount
from plumier.models import School

CHANNEL: Final = "telegram"


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot: its account's row, the code of the school whose own it is (empty: everybody's), its values."""

    account_id: int
    owner: str
    environment: Mapping[str, str]

    @property
    def secret(self) -> str:
        """What its webhook must carry; empty if there is none."""
        return self.environment.get("TELEGRAM_WEBHOOK_SECRET", "")

    @property
    def words(self) -> str:
        """What it is called in logs and by commands."""
        return self.owner or "shared"


def bot_class() -> type[Channel] | None:
    """The channel's class; None where the settings have no such channel."""
    return registry.channel_class(CHANNEL) if CHANNEL in registry.channel_names() else None


def bot_of(owner: str) -> Bot | None:
    """Everybody's bot for an empty owner, a school's own for its code; None if there is none."""
    kind = bot_class()
    if kind is None or not environment.is_configured(kind, owner):
        return None
    if owner:
        own = environment.has_own_account(kind, owner)
        if not own or not School.objects.filter(code=owner).exists():
            return None
    account, _made = ChannelAccount.objects.get_or_create(channel=CHANNEL, owner=owner)
    return Bot(account.pk, owner, environment.values(kind, owner))


def bot_with(account_id: int) -> Bot | None:
    """The bot of an account, as long as it is configured."""
    account = ChannelAccount.objects.filter(pk=account_id, channel=CHANNEL).first()
    return bot_of(account.owner) if account is not None else None


def all_bots() -> list[Bot]:
    """Everybody's first, then the schools' own."""
    kind = bot_class()
    if kind is None:
        return []
    owners = [*([""] if environment.is_configured(kind) else []), *_owners(kind)]
    rows = _rows(owners)
    return [Bot(rows[owner].pk, owner, environment.values(kind, owner)) for owner in owners]


def accounts_of(schools: Iterable[School]) -> dict[int, ChannelAccount]:
    """By school's key, the account of the bot that serves it; those that none serves are left out."""
    kind = bot_class()
    if kind is None:
        return {}
    owners = {
        school.pk: school.code if environment.has_own_account(kind, school.code) else "" for school in schools
    }
    served = {pk: owner for pk, owner in owners.items() if environment.is_configured(kind, owner)}
    rows = _rows(set(served.values()))
    return {pk: rows[owner] for pk, owner in served.items()}


def suffixes() -> list[str]:
    """The codes, in capitals, of the schools that have a bot of their own: everybody's does not serve them."""
    kind = bot_class()
    return sorted(environment.own_suffixes(kind)) if kind else []


def problems(bots: Iterable[Bot]) -> list[str]:
    """Sentences about what keeps the bots from working, each with the bot's name."""
    kind = bot_class()
    found: list[str] = []
    first: dict[str, str] = {}
    for bot in bots:
        said = environment.problems(kind, bot.owner) if kind else []
        other = first.setdefault(bot.environment["TELEGRAM_TOKEN"], bot.words)
        if other != bot.words:
            said = [
                *said,
                _("Es el mismo bot que el de %(other)s: cada cuenta lleva el suyo.") % {"other": other},
            ]
        found += [f"{bot.words}: {sentence}" for sentence in said]
    return found


def takes_webhook(bot: Bot) -> bool:
    """Whether Telegram could bring its updates: we are reached by https, and it has a secret to show."""
    return settings.PUBLIC_URL.startswith("https://") and bool(bot.secret)


def needs_polling() -> bool:
    """Whether some bot's updates must be fetched, since no webhook can be set."""
    return any(not takes_webhook(bot) for bot in all_bots())


def _owners(kind: type[Channel]) -> list[str]:
    named = School.objects.annotate(ending=Upper("code"))
    found = named.filter(ending__in=environment.own_suffixes(kind))
    return list(found.order_by("code").values_list("code", flat=True))


def _rows(owners: Iterable[str]) -> dict[str, ChannelAccount]:
    wanted = set(owners)
    rows = ChannelAccount.objects.filter(channel=CHANNEL, owner__in=wanted)
    found = {row.owner: row for row in rows}
    if missing := sorted(wanted - found.keys()):
        new = [ChannelAccount(channel=CHANNEL, owner=owner) for owner in missing]
        ChannelAccount.objects.bulk_create(new, ignore_conflicts=True)
        found = {row.owner: row for row in rows.all()}
    return found
