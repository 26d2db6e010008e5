"""The rules in force, and how to give others."""

from channels_app.sandbox import presets
from channels_app.sandbox.pages.frame import frame
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import ACTIONS, CHANNELS, PRESETS, count, decimal, name_of, reason
from channels_app.sandbox.rules import SEND, Rule
from channels_app.sandbox.state import Sandbox

NUMBERS = {"seconds": "segundos", "retry_after": "segundos de espera", "status": "código", "bytes": "bytes"}


def rules_page(sandbox: Sandbox) -> Html:
    """The page."""
    rules = sandbox.rules.listed()
    content = render(
        "rules",
        rules=render("rule_list", rules=join(_rule(rule) for rule in rules))
        if rules
        else render("rules_empty", icon=icon("box")),
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
    if rule.operation != SEND:
        return f"cuando se pide {rule.operation}"
    people = "todos" if rule.address is None else name_of(rule.address)
    return people if rule.share is None else f"{rule.share:.0%} de {people}".replace("%", " %")


def _what(rule: Rule) -> str:
    numbers = [
        f"{decimal(rule.parameters[name])} {words}"
        for name, words in NUMBERS.items()
        if name in rule.parameters
    ]
    return ", ".join([reason(rule.label), *numbers])


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
