"""Which rule acts on which address."""

import pytest

from channels_app.sandbox.presets import Answer
from channels_app.sandbox.rules import RuleError, Rules, parse

PEOPLE = [f"+346{number:08d}" for number in range(2000)]


def test_pick_first_rule_that_fits_wins() -> None:
    rules = Rules()
    rules.add({"channel": "sms", "address": "+34600000001", "action": "hang"})
    rules.add({"channel": "sms", "action": "error"})
    picked = [rules.pick("sms", address) for address in ("+34600000001", "+34600000002")]
    assert [rule and rule.action for rule in picked] == ["hang", "error"]


def test_pick_other_channel_and_operation_are_left_alone() -> None:
    rules = Rules()
    rules.add({"channel": "tokapp", "operation": "activations", "action": "error"})
    assert rules.pick("tokapp", "+34600000001") is None
    assert rules.pick("sms", "", "list") is None
    assert rules.peek("tokapp", "", "activations") is not None


def test_pick_times_ends_the_rule() -> None:
    rules = Rules()
    rules.add({"channel": "telegram", "action": "throttle", "times": 2})
    picked = [rules.pick("telegram", str(chat)) is not None for chat in range(4)]
    assert picked == [True, True, False, False]


def test_pick_times_each_counts_every_address() -> None:
    rules = Rules()
    rules.add({"channel": "email", "action": "refuse", "preset": "greylisted", "times_each": 1})
    picked = [rules.pick("email", address) is not None for address in ("a@x", "b@x", "a@x", "b@x")]
    assert picked == [True, True, False, False]


def test_pick_share_is_stable_and_near_its_size() -> None:
    rules, others = Rules(), Rules()
    for each in (rules, others):
        each.add({"channel": "sms", "action": "lose", "share": 0.25})
    chosen = {phone for phone in PEOPLE if rules.pick("sms", phone)}
    assert {phone for phone in PEOPLE if others.pick("sms", phone)} == chosen
    assert abs(len(chosen) - 500) < 80


def test_pick_shares_of_two_rules_are_not_the_same_people() -> None:
    rules = Rules()
    rules.add({"channel": "sms", "action": "hang", "share": 0.5})
    rules.add({"channel": "sms", "action": "error", "share": 0.5})
    picked = [rules.pick("sms", phone) for phone in PEOPLE]
    assert {rule.action if rule else "" for rule in picked} == {"hang", "error", ""}


def test_answer_words_of_the_rule_go_over_those_of_the_preset() -> None:
    rule = parse({"channel": "sms", "action": "refuse", "preset": "invalid_phone", "code": 21421}, 1)
    assert rule.answer("+34600") == Answer(
        400, "The 'To' number +34600 is not a valid phone number.", "21421"
    )


def test_parse_email_address_whatever_its_case() -> None:
    rules = Rules()
    rules.add({"channel": "email", "address": "Ana@Example.es", "action": "hang"})
    assert rules.pick("email", "ana@example.es") is not None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"channel": "fax", "action": "hang"}, "channel: one of telegram, sms, tokapp, email"),
        ({"channel": "sms", "action": "hang", "adress": "x"}, "unknown parameters: adress"),
        ({"channel": "sms", "action": "hang", "share": 2}, "share: a number from 0 to 1"),
        ({"channel": "sms", "action": "hang", "times": 0}, "times: a whole number from 1"),
        ({"channel": "sms", "action": "slow", "seconds": "2"}, "seconds: a number from 0"),
        ({"channel": "sms", "action": "hang", "taken": "yes"}, "taken: true or false"),
        (
            {"channel": "sms", "action": "cut_before_dot"},
            "action: one of cut, cut_after, error, hang, lose, receipt, refuse, slow, throttle",
        ),
        (
            {"channel": "tokapp", "action": "hang", "operation": "getMe"},
            "operation: one of activations, send",
        ),
        (
            {"channel": "sms", "action": "refuse", "stage": "data"},
            "stage, of an email: one of auth, banner, data, rcpt",
        ),
    ],
)
def test_parse_rule_that_cannot_be_says_why(given: dict[str, object], message: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse(given, 1)
    assert str(raised.value) == message


@pytest.mark.parametrize(("action", "preset"), [("refuse", "mailbox_full"), ("hang", "opted_out")])
def test_parse_preset_only_of_the_channel_and_of_a_refusal(action: str, preset: str) -> None:
    with pytest.raises(RuleError, match="preset, with the action refuse: one of invalid_phone"):
        parse({"channel": "sms", "action": action, "preset": preset}, 1)
