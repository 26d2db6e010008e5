"""What the sandbox was told to do otherwise than take a message and say so.

A rule is for one channel, for one address, or a share of them, or all. The first one that fits
wins. A share picks addresses by a hash, so an address behaves the same every time, and two
different rules pick different addresses.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from channels_app.sandbox.plans import BouncePlan, ReceiptPlan
from channels_app.sandbox.presets import DEFAULTS, EMAIL, PRESETS, Answer

SEND = "send"
RECEIPT = "receipt"
BANNER = "banner"
AUTH = "auth"
EVERYWHERE = frozenset(
    {"refuse", "slow", "hang", "cut", "cut_after", "lose", "throttle", "error"},
)
BOUNCE = "bounce"
ONLY = {
    "email": frozenset({"cut_before_dot", "cut_after_dot", BOUNCE}),
    "sms": frozenset({RECEIPT}),
}
TAKING = frozenset({"slow", "lose", "cut_after", "cut_after_dot", BOUNCE, RECEIPT})
LATER: dict[str, Callable[[Mapping[str, Any]], object]] = {RECEIPT: ReceiptPlan.read, BOUNCE: BouncePlan.read}
LATER_FIELDS = ("statuses", "error_code", "after", "repeat", "shuffle", "kind", "dialect")
OPERATIONS = {
    "telegram": frozenset({SEND, "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"}),
    "sms": frozenset({SEND, "list", "get"}),
    "tokapp": frozenset({SEND, "activations"}),
    "email": frozenset({SEND}),
}
STAGES = frozenset({BANNER, AUTH, "rcpt", "data"})
ANSWER_FIELDS = ("status", "code", "description", "stage")
NUMBERS = ("seconds", "retry_after", "status", "bytes")
KNOWN = frozenset(
    {"channel", "address", "share", "times", "times_each", "operation", "action", "preset", "taken"}
    | set(ANSWER_FIELDS)
    | set(LATER_FIELDS)
    | set(NUMBERS),
)


class RuleError(ValueError):
    """A rule that cannot be; its text says why."""


@dataclass(slots=True)
class Rule:
    """One rule in force.

    `times` is how often it acts in all, `times_each` how often for each address; None is always.
    `parameters` are the action's own: `seconds` (slow), `retry_after` in seconds (throttle),
    `status` (error), `bytes` of the body read before `cut_before_dot`, the words of a refusal.
    """

    number: int
    channel: str
    action: str
    operation: str = SEND
    address: str | None = None
    share: float | None = None
    times: int | None = None
    times_each: int | None = None
    preset: str = ""
    taken: bool | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    acted: int = 0
    acted_for: Counter[str] = field(default_factory=Counter)

    @property
    def label(self) -> str:
        """What the log calls it: its preset, or else its action."""
        return self.preset or self.action

    @property
    def takes(self) -> bool:
        """Whether the provider keeps the message although the sender may hear nothing of it."""
        return self.action in TAKING if self.taken is None else self.taken

    @property
    def spent(self) -> bool:
        """Whether it has acted as often as it was told to."""
        return self.times is not None and self.acted >= self.times

    def answer(self, address: str) -> Answer:
        """The refusal: the preset's words, with what the rule says otherwise."""
        words = PRESETS[self.channel][self.preset or DEFAULTS[self.channel]]
        said = {name: self.parameters[name] for name in ANSWER_FIELDS if name in self.parameters}
        if "code" in said:
            said["code"] = str(said["code"])
        if "status" in said:
            said["status"] = int(said["status"])
        answer = replace(words, **said)
        return replace(answer, description=answer.description.replace("{address}", address))

    def number_of(self, name: str, default: float) -> float:
        """One of its numbers (`seconds`, `retry_after`, `status`, `bytes`)."""
        return float(self.parameters.get(name, default))

    def fits(self, operation: str, address: str) -> bool:
        """Whether it is for this request."""
        if self.operation != operation or self.spent:
            return False
        if self.address is not None and self.address != address:
            return False
        if self.times_each is not None and self.acted_for[address] >= self.times_each:
            return False
        return self.share is None or self._fraction(address) < self.share

    def act(self, address: str) -> None:
        """Count that it acted."""
        self.acted += 1
        if self.times_each is not None:
            self.acted_for[address] += 1

    def shown(self) -> dict[str, Any]:
        """The rule as the control pages give it."""
        return {
            "number": self.number,
            "channel": self.channel,
            "operation": self.operation,
            "address": self.address,
            "share": self.share,
            "times": self.times,
            "times_each": self.times_each,
            "action": self.action,
            "preset": self.preset,
            "taken": self.takes,
            "acted": self.acted,
            **self.parameters,
        }

    def _fraction(self, address: str) -> float:
        salt = f"{self.channel}:{self.action}:{self.preset}:{address}"
        return int.from_bytes(blake2b(salt.encode(), digest_size=8).digest(), "big") / 2**64


class Rules:
    """The rules in force, in the order they came."""

    def __init__(self) -> None:
        self._last = 0
        self._by_channel: dict[str, list[Rule]] = {channel: [] for channel in PRESETS}

    def add(self, given: Mapping[str, Any]) -> Rule:
        """Append a rule; RuleError if it cannot be."""
        rule = parse(given, self._last + 1)
        self._last = rule.number
        self._by_channel[rule.channel].append(rule)
        return rule

    def clear(self) -> None:
        """Forget them all."""
        for rules in self._by_channel.values():
            rules.clear()

    def of(self, channel: str) -> list[Rule]:
        """Those of one channel, in the order they came."""
        return self._by_channel[channel]

    def listed(self) -> list[Rule]:
        """All of them, in the order they came."""
        every = (rule for rules in self._by_channel.values() for rule in rules)
        return sorted(every, key=lambda rule: rule.number)

    def pick(self, channel: str, address: str, operation: str = SEND) -> Rule | None:
        """The first that fits, counted as having acted."""
        rule = self.peek(channel, address, operation)
        if rule is not None:
            rule.act(address)
        return rule

    def peek(self, channel: str, address: str, operation: str = SEND) -> Rule | None:
        """The first that fits, not counted."""
        for rule in self._by_channel[channel]:
            if rule.fits(operation, address):
                return rule
        return None


def parse(given: Mapping[str, Any], number: int) -> Rule:
    """Read a rule; RuleError says what is wrong in it."""
    unknown = sorted(set(given) - KNOWN)
    if unknown:
        raise RuleError(f"unknown parameters: {', '.join(unknown)}")
    channel, action = given.get("channel"), given.get("action")
    _check_names(given)
    meant_later = [name for name in LATER_FIELDS if name in given and action not in LATER]
    if meant_later:
        raise RuleError(f"only with the actions {' and '.join(LATER)}: {', '.join(meant_later)}")
    address = given.get("address")
    if channel == "email" and isinstance(address, str):
        address = address.casefold()
    return Rule(
        number=number,
        channel=str(channel),
        action=str(action),
        operation=_operation(given),
        address=None if address is None else str(address),
        share=_number(given, "share", 1),
        times=_whole(given, "times"),
        times_each=_whole(given, "times_each"),
        preset=given.get("preset") or "",
        taken=given.get("taken"),
        parameters=_parameters(given),
    )


def _check_names(given: Mapping[str, Any]) -> None:
    channel, action = given.get("channel"), given.get("action")
    if channel not in PRESETS:
        raise RuleError(f"channel: one of {', '.join(PRESETS)}")
    allowed = EVERYWHERE | ONLY.get(channel, frozenset())
    if action not in allowed:
        raise RuleError(f"action: one of {', '.join(sorted(allowed))}")
    preset = given.get("preset")
    if preset and (action != "refuse" or preset not in PRESETS[channel]):
        raise RuleError(f"preset, with the action refuse: one of {', '.join(PRESETS[channel])}")
    if given.get("operation", SEND) not in OPERATIONS[channel]:
        raise RuleError(f"operation: one of {', '.join(sorted(OPERATIONS[channel]))}")
    if "stage" in given and (channel != "email" or given["stage"] not in STAGES):
        raise RuleError(f"stage, of an email: one of {', '.join(sorted(STAGES))}")
    if given.get("taken") not in (None, True, False):
        raise RuleError("taken: true or false")


def _operation(given: Mapping[str, Any]) -> str:
    """What the rule is about; a mail server's banner and log-in come before any address, receipts after all."""
    if given["action"] == RECEIPT:
        return RECEIPT
    if given["channel"] == "email" and given["action"] == "refuse":
        words = EMAIL.get(given.get("preset") or "")
        stage = given.get("stage") or (words.stage if words else "")
        return stage if stage in (BANNER, AUTH) else SEND
    return str(given.get("operation") or SEND)


def _parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    action = str(given["action"])
    wanted = LATER_FIELDS if action in LATER else ()
    if action in LATER:
        LATER[action](given)
    names = {*ANSWER_FIELDS, *NUMBERS, *wanted} & {name for name, value in given.items() if value is not None}
    for name in names & set(NUMBERS):
        _number(given, name)
    return {name: given[name] for name in sorted(names)}


def _number(given: Mapping[str, Any], name: str, most: float | None = None) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise RuleError(f"{name}: a number from 0")
    if most is not None and value > most:
        raise RuleError(f"{name}: a number from 0 to {most}")
    return float(value)


def _whole(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RuleError(f"{name}: a whole number from 1")
    return value
