"""What the tour prints."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from demo.seeding import Login
from notica.choices import channel_word
from notica.models import Message
from notica.previewing import Preview
from notica.reasons import sentence
from notica.reporting import report
from notica.tables import totals_table


def show_plans(console: Console, previews: Iterable[Preview]) -> None:
    """The plans in brief: how many by first step, and why some have none."""
    for found in previews:
        table = Table(_("Primer paso o motivo"), _("Número"), title=_title(found.message))
        counted: dict[str, int] = {}
        for one in found.prepared:
            steps = one.plan.steps
            words = (
                " + ".join(channel_word(target.channel) for target in steps[0])
                if steps
                else sentence(one.reason)
            )
            counted[words] = counted.get(words, 0) + 1
        for words, number in sorted(counted.items(), key=lambda row: -row[1]):
            table.add_row(words, str(number))
        console.print(table)


def show_results(console: Console, messages: Iterable[Message]) -> None:
    """What came of each message, by outcome, channel and reason."""
    for message in messages:
        table = totals_table(report(message))
        table.title = _title(message)
        console.print(table)


def show_pages(
    console: Console,
    web: str,
    sandbox: str,
    messages: Iterable[Message],
    logins: Mapping[str, Iterable[Login]],
) -> None:
    """Where to begin: the address, who can log in and what each tries, and what came of the tour's messages."""
    said: list[str | Table] = [
        "",
        _("Abra %(address)s en el navegador y entre como una de estas personas:") % {"address": f"{web}/"},
        *(_who(school, people) for school, people in logins.items()),
        _("Los tres primeros envíos de arriba, persona por persona (entre como directora):"),
    ]
    said += [
        f"  {_title(message)}: {web}{reverse('notica:message', args=[message.token])}" for message in messages
    ]
    if sandbox:
        said.append(
            _("Lo que recibe cada teléfono y cada buzón: %(address)s (nada sale de esta máquina)")
            % {"address": f"{sandbox}/"}
        )
    said.append(_("Ctrl-C para terminar."))
    for line in said:
        console.print(line, soft_wrap=isinstance(line, str), markup=False, highlight=False)


def _who(school: str, logins: Iterable[Login]) -> Table:
    """Who logs in to a school."""
    who = Table(
        _("Usuario"),
        _("Contraseña"),
        _("Quién es"),
        _("Por dónde empezar"),
        title=school,
        title_justify="left",
        box=SIMPLE,
    )
    for login in logins:
        who.add_row(*astuple(login))
    return who


def waiting_words(waiting: Iterable[tuple[Message, datetime]]) -> list[str]:
    """A sentence for each message that waits for its hour."""
    return [
        _("Espera hasta el %(when)s (hora de %(school)s): %(title)s")
        % {
            "when": date_format(at.astimezone(ZoneInfo(message.school.time_zone)), "SHORT_DATETIME_FORMAT"),
            "school": message.school,
            "title": _title(message),
        }
        for message, at in waiting
    ]


def _title(message: Message) -> str:
    return f"{message.get_way_display()} · {message.subject or message.body[:40]}"
