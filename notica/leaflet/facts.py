"""What a school's leaflet is made of: its settings and its ways out. Nothing of anybody is in it."""

from dataclasses import dataclass
from datetime import time

from django.conf import settings
from django.urls import reverse

from channels_app import environment
from channels_app.registry import channel_class, channel_names
from notica.choices import Way
from notica.leaflet.bot import bot_username
from plumier.models import School, SchoolPolicy


@dataclass(frozen=True, slots=True)
class Facts:
    """A school as its families are told of it. `bot` is empty where its name is not known.

    `tokapp_sends` says that messages go out by TokApp from here; a school with its own account may only use it there.
    """

    school: School
    policy: SchoolPolicy
    telegram: bool
    tokapp: bool
    tokapp_sends: bool
    email: bool
    sms: bool
    bot: str
    page: str  # where this leaflet is on the web
    login: str  # where Mirador is entered

    @property
    def chats(self) -> bool:
        """Whether messages go out by Telegram or TokApp."""
        return self.telegram or self.tokapp_sends

    @property
    def quiet(self) -> tuple[time, time] | None:
        """From when until when nothing goes out."""
        if self.policy.quiet_from is None or self.policy.quiet_until is None:
            return None
        return self.policy.quiet_from, self.policy.quiet_until


def facts_of(school: School) -> Facts:
    """A way is told of where the school uses it and something is there to send with.

    A school with an account of its own has TokApp even where nothing is sent through it from here.
    """
    policy = SchoolPolicy.objects.get(school=school)
    telegram = Way.TELEGRAM_TOKAPP in policy.channels and _configured("telegram", school)
    tokapp = _tokapp_sends(policy, school)
    return Facts(
        school,
        policy,
        telegram=telegram,
        tokapp=has_tokapp(policy, school),
        tokapp_sends=tokapp,
        email=Way.EMAIL in policy.channels and _configured("email", school),
        sms=Way.SMS in policy.channels and _configured("sms", school),
        bot=bot_username(school.code) if telegram else "",
        page=f"{settings.LINK_ROOT}{reverse('notica:leaflet', args=[school.code])}",
        login=f"{settings.LINK_ROOT}{reverse('account_login')}",
    )


def has_tokapp(policy: SchoolPolicy, school: School) -> bool:
    """Whether its families use TokApp, be it that messages come by it or that the school has it for itself."""
    return policy.tokapp_own_account or _tokapp_sends(policy, school)


def _tokapp_sends(policy: SchoolPolicy, school: School) -> bool:
    return Way.TELEGRAM_TOKAPP in policy.channels and _configured("tokapp", school)


def _configured(channel: str, school: School) -> bool:
    return channel in channel_names() and environment.is_configured(channel_class(channel), school.code)
