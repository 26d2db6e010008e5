"""What the tour prints."""

from collections.abc import Iterable
from dataclasses import asdict

from django.urls import reverse
from django.utils.translation import gettext as _
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
    console: Console, web: str, sandbox: str, messages: Iterable[Message], logins: Iterable[Login]
) -> None:
    """Addresses and log-ins."""
    said = [f"{_('Administración')}: {web}{reverse('admin:index')}"]
    said += [
        f"{_title(message)}: {web}{reverse('notica:message', args=[message.token])}" for message in messages
    ]
    if sandbox:
        said.append(f"{_('Teléfonos y buzones del simulador')}: {sandbox}/")
    who = _("Usuario %(username)s, contraseña %(password)s (%(words)s)")
    said += [who % asdict(login) for login in logins]
    said.append(_("Ctrl-C para terminar."))
    for line in said:
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _title(message: Message) -> str:
    return f"{message.get_way_display()} · {message.subject or message.body[:40]}"
