"""The rules in force, and how to give others."""

from channels_app.sandbox import presets
from channels_app.sandbox.pages.frame import frame, said
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.providers import providers_sections
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import (
    ACTIONS,
    BOUNCES,
    CHANNELS,
    PRESETS,
    STATUSES,
    Clock,
    count,
    decimal,
    name_of,
    reason,
)
from channels_app.sandbox.pages.world import World
from channels_app.sandbox.rules import RECEIPT, SEND, Rule

NUMBERS = {"seconds": "segundos", "retry_after": "segundos de espera", "status": "código", "bytes": "bytes"}


def rules_page(world: World, clock: Clock, told: str = "") -> Html:
    """The page; `told` is the word for what was just done."""
    sandbox = world.sandbox
    rules = sandbox.rules.listed()
    content = render(
        "rules",
        rules=render("rule_list", rules=join(_rule(rule) for rule in rules))
        if rules
        else render("rules_empty", icon=icon("box")),
        said=said(told),
        clear=render("clear_rules") if rules else Html(),
        providers=providers_sections(world, clock),
        tokapp="todos" if sandbox.tokapp_phones is None else str(len(sandbox.tokapp_phones)),
        actions=join(render("fact_code", name=name, value=words) for name, words in ACTIONS.items()),
        presets=join(_presets(channel) for channel in CHANNELS),
    )
    return frame("Reglas", content, here="/control")


def _rule(rule: Rule) -> Html:
    return render(
        "rule",
        spent=" gastada" if rule.spent else "",
        icon=icon(rule.channel),
        channel=CHANNELS[rule.channel],
        whom=_whom(rule),
        what=_what(rule),
        often=_often(rule),
        acted=f"ha actuado {count(rule.acted, 'vez', 'veces')}" if rule.acted else "aún no ha actuado",
    )


def _whom(rule: Rule) -> str:
    if rule.operation not in (SEND, RECEIPT):
        return f"cuando se pide {rule.operation}"
    people = "todos" if rule.address is None else name_of(rule.address)
    return people if rule.share is None else f"{rule.share:.0%} de {people}".replace("%", " %")


def _what(rule: Rule) -> str:
    numbers = [
        f"{decimal(rule.parameters[name])} {words}"
        for name, words in NUMBERS.items()
        if name in rule.parameters
    ]
    return ", ".join([reason(rule.label), *_later(rule), *numbers])


def _later(rule: Rule) -> list[str]:
    """What is told of an SMS, or how a mail comes back."""
    if rule.action == RECEIPT:
        return [STATUSES[status].lower() for status in rule.parameters.get("statuses", ())] or ["ninguno"]
    return [BOUNCES[rule.parameters["kind"]].lower()] if "kind" in rule.parameters else []


def _often(rule: Rule) -> str:
    if rule.spent:
        return "agotada"
    if rule.times is not None:
        return f"solo {count(rule.times, 'vez', 'veces')}"
    if rule.times_each is not None:
        return f"solo {count(rule.times_each, 'vez', 'veces')} por dirección"
    return "siempre"


def _presets(channel: str) -> Html:
    rows = join(
        render("fact_code", name=name, value=PRESETS.get(name, name)) for name in presets.PRESETS[channel]
    )
    return render("presets", icon=icon(channel), channel=CHANNELS[channel], rows=rows)
