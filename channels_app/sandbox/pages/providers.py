"""How fast the providers take, what they tell afterwards, and what they told last."""

from channels_app.sandbox.pages.doing import PLANS
from channels_app.sandbox.pages.icons import icon
from channels_app.sandbox.pages.render import Html, join, render
from channels_app.sandbox.pages.words import BOUNCES, NEWS, STATUSES, TOLD, Clock, name_of, trouble
from channels_app.sandbox.pages.world import World
from channels_app.sandbox.told import Telling

SHOWN = 20
PLAN_WORDS = {
    "nada": "Nada",
    "entregados": "Enviado y, un segundo después, entregado",
    "perdidos": "Enviado y, un segundo después, no entregado",
}


def providers_sections(world: World, clock: Clock) -> Html:
    """The sections."""
    rates = world.sandbox.rates
    return render(
        "providers",
        per_bot="" if rates.per_bot is None else rates.per_bot,
        per_chat="" if rates.per_chat is None else rates.per_chat,
        plans=join(_plan(world, name) for name in PLANS),
        told=_told(world, clock),
    )


def _plan(world: World, name: str) -> Html:
    chosen = world.twilio.receipts.default.statuses == PLANS[name].statuses
    return render("option", value=name, name=PLAN_WORDS[name], chosen=Html(" selected" if chosen else ""))


def _told(world: World, clock: Clock) -> Html:
    latest = world.sandbox.teller.told()[-SHOWN:][::-1]
    if not latest:
        return render("told_empty", icon=icon("box"))
    return render("told", rows=join(_telling(world, each, clock) for each in latest))


def _telling(world: World, told: Telling, clock: Clock) -> Html:
    well = not told["error"]
    return render(
        "told_row",
        icon=icon({"update": "telegram", "bounce": "email"}.get(told["kind"], "sms")),
        kind=TOLD[told["kind"]],
        whom=name_of(world.sandbox.boxes.phone_of_chat.get(told["address"], told["address"])),
        at=told["at"],
        when=clock.when(told["at"]),
        what={**STATUSES, **BOUNCES, **NEWS}.get(told["what"], told["what"]),
        chip=render(
            "chip",
            kind="info" if well else "mal",
            icon=Html(),
            words="Tomado" if well else trouble(told["error"]),
        ),
    )
