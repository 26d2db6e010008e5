"""Plans and results as tables for a terminal, made with rich."""

from typing import Any

from django.utils.translation import gettext as _
from rich.table import Table

from notica.choices import DeliveryState, Outcome, channel_word
from notica.reasons import sentence


def plan_table(report: dict[str, Any]) -> Table:
    """A row for each recipient: its steps in order, or why there is none."""
    table = Table(_("Destinatario"), _("Alumnos"), _("Pasos"), _("Por qué no"), expand=False)
    for row in report["recipients"]:
        table.add_row(
            row["recipient"], ", ".join(row["about"]), _steps(row["plan"]), sentence(row["excluded"] or "")
        )
    return table


def result_table(report: dict[str, Any]) -> Table:
    """A row for each recipient with what came of it."""
    table = Table(_("Destinatario"), _("Alumnos"), _("Resultado"), _("Entregas"), expand=False)
    for row in report["recipients"]:
        outcome = str(Outcome(row["outcome"] or "").label)
        reason = sentence(row["excluded"] or "")
        table.add_row(
            row["recipient"],
            ", ".join(row["about"]),
            f"{outcome} · {reason}" if reason else outcome,
            "\n".join(_tried(delivery) for delivery in row["deliveries"]),
        )
    return table


def totals_table(report: dict[str, Any]) -> Table:
    """How many recipients by outcome, and the deliveries by channel, state and reason."""
    table = Table(_("Resultado"), _("Canal"), _("Motivo"), _("Número"), expand=False)
    for outcome in Outcome:
        number = report["totals"][outcome.value or "open"]
        if number:
            table.add_row(str(outcome.label), "", "", str(number))
    counted: dict[tuple[str, str, str], int] = {}
    for row in report["recipients"]:
        if row["excluded"]:
            key = (str(Outcome(row["outcome"]).label), "", sentence(row["excluded"]))
            counted[key] = counted.get(key, 0) + 1
        for delivery in row["deliveries"]:
            state = str(DeliveryState(delivery["state"]).label)
            key = (state, channel_word(delivery["channel"]), sentence(delivery["reason"] or ""))
            counted[key] = counted.get(key, 0) + 1
    table.add_section()
    for (state, channel, reason), number in sorted(counted.items()):
        table.add_row(state, channel, reason, str(number))
    return table


def _steps(plan: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{target['step']}. {channel_word(target['channel'])} {target['address']} ({sentence(target['reason'])})"
        for target in plan
    )


def _tried(delivery: dict[str, Any]) -> str:
    state = str(DeliveryState(delivery["state"]).label)
    reason = sentence(delivery["reason"] or "")
    words = f"{channel_word(delivery['channel'])} {delivery['address']}: {state}"
    return f"{words} · {reason}" if reason else words
