"""Properties of the planner over all that a register may hold (A3, B6, B9, B10, B12)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notica.choices import Way, way_channels
from notica.planning import AccountFact, Facts, Holder, Omission, Plan, Point, Reach, Route, Target, make_plan

PHONES = [f"+3460000000{number}" for number in range(4)]
MAILS = [f"{name}@familia.example" for name in "abc"]
CHANNELS = ("telegram", "tokapp", "email", "sms")
ALL = frozenset({"email", "telegram_tokapp", "sms", "notica"})
SLOTS = ("phone_1", "phone_2", "email", "email_official")
ROLES = ("father", "mother", "other")


def points(slot: str) -> st.SearchStrategy[Point | None]:
    if slot.startswith("phone"):
        kinds = st.sampled_from(["mobile", "landline"])
        read = st.builds(Point, st.just(slot), kinds, st.sampled_from(PHONES))
    else:
        read = st.builds(Point, st.just(slot), st.just("email"), st.sampled_from(MAILS))
    return st.one_of(st.none(), st.just(Point(slot, "unreadable", "")), read)


def families() -> st.SearchStrategy[tuple[Holder, ...]]:
    found = st.tuples(*(points(slot) for slot in SLOTS))
    return st.lists(found, min_size=1, max_size=3).map(_family)


def _family(members: list[tuple[Point | None, ...]]) -> tuple[Holder, ...]:
    return tuple(
        Holder(number, ROLES[number - 1], tuple(point for point in found if point is not None))
        for number, found in enumerate(members, start=1)
    )


REACHES = [
    None,
    None,
    Reach("linked", "chat"),
    Reach("linked"),
    Reach("blocked"),
    Reach("inactive"),
    Reach("suppressed"),
]
KEYS = [(channel, phone) for channel in ("telegram", "tokapp", "sms") for phone in PHONES]
KEYS += [("email", mail) for mail in MAILS]


def all_facts() -> st.SearchStrategy[Facts]:
    """Accounts missing or unconfigured, and every state of every address, from two numbers (fast)."""
    return st.builds(
        _facts, st.integers(0, 5 ** len(CHANNELS) - 1), st.integers(0, len(REACHES) ** len(KEYS) - 1)
    )


def _facts(accounts: int, reaches: int) -> Facts:
    known, reach = {}, {}
    for number, name in enumerate(CHANNELS, start=1):
        accounts, state = divmod(accounts, 5)
        if state:
            known[name] = AccountFact(number, state > 1, needs_activation=name == "telegram")
    for key in KEYS:
        reaches, state = divmod(reaches, len(REACHES))
        if (found := REACHES[state]) is not None:
            reach[key] = found
    return Facts(known, reach)


ROUTES = st.builds(
    Route,
    way=st.sampled_from([way.value for way in Way]),
    email_after=st.booleans(),
    email_slots=st.sampled_from([("email",), ("email_official", "email")]),
    allowed=st.frozensets(st.sampled_from(sorted(ALL))).map(lambda ways: ways | {"notica"}),
)
PLANS = (families(), ROUTES, all_facts())


def targets_of(plan: Plan) -> list[Target]:
    return [target for step in plan.steps for target in step]


@given(*PLANS)
def test_target_is_a_mobile_or_a_readable_mailbox(
    holders: tuple[Holder, ...], route: Route, facts: Facts
) -> None:
    wanted = {"telegram": "mobile", "tokapp": "mobile", "sms": "mobile", "email": "email"}
    own = {holder.person_id: {(point.kind, point.value) for point in holder.points} for holder in holders}
    for target in targets_of(make_plan(holders, route, facts)):
        assert (wanted[target.channel], target.address) in own[target.person_id]


@given(*PLANS)
def test_target_goes_out_by_a_usable_account_to_an_address_that_takes_it(
    holders: tuple[Holder, ...], route: Route, facts: Facts
) -> None:
    for target in targets_of(make_plan(holders, route, facts)):
        account = facts.accounts[target.channel]
        reach = facts.reach.get((target.channel, target.address), Reach("unknown"))
        assert (account.account_id, account.configured) == (target.account_id, True)
        assert reach.state in ("unknown", "linked")
        assert target.endpoint == (reach.endpoint or target.address)
        assert reach.endpoint or not account.needs_activation


@given(*PLANS)
def test_channels_are_those_of_the_way_and_email_only_if_asked(
    holders: tuple[Holder, ...], route: Route, facts: Facts
) -> None:
    after = {"email"} if route.email_after and route.way != "notica" else set()
    used = {target.channel for target in targets_of(make_plan(holders, route, facts))}
    assert used <= {*way_channels(route.way), *after}
    if route.way not in route.allowed:
        assert used <= after
    if "email" not in route.allowed:
        assert "email" not in used


@given(*PLANS)
def test_steps_go_phone_by_phone_holder_by_holder_and_mail_last(
    holders: tuple[Holder, ...], route: Route, facts: Facts
) -> None:
    plan = make_plan(holders, route, facts)
    order = {holder.person_id: number for number, holder in enumerate(holders)}
    ranks = [
        (step[0].channel == "email", order[step[0].person_id], step[0].reason.endswith("phone_2"))
        for step in plan.steps
    ]
    assert all(before < after for before, after in pairwise(ranks))


@given(*PLANS)
def test_step_has_a_target_and_a_phone_s_channels_are_tried_at_once(
    holders: tuple[Holder, ...], route: Route, facts: Facts
) -> None:
    plan = make_plan(holders, route, facts)
    for step in plan.steps:
        assert len({target.channel for target in step}) == len(step) > 0
        assert len({(target.address, target.person_id, target.reason) for target in step}) == 1
    addresses = [step[0].address for step in plan.steps]
    assert len(set(addresses)) == len(addresses)


@given(*PLANS)
def test_channel_and_address_stand_once(holders: tuple[Holder, ...], route: Route, facts: Facts) -> None:
    pairs = [(target.channel, target.address) for target in targets_of(make_plan(holders, route, facts))]
    assert len(set(pairs)) == len(pairs)


@given(*PLANS)
def test_every_way_of_every_holder_is_a_target_or_has_an_omission(
    holders: tuple[Holder, ...], route: Route, facts: Facts
) -> None:
    if route.way == "notica":
        return
    plan = make_plan(holders, route, facts)
    reached = {(target.person_id, target.channel) for target in targets_of(plan)}
    explained = {(one.person_id, one.channel) for one in plan.omitted}
    for holder in holders:
        channels = [*way_channels(route.way), *(["email"] if route.email_after else [])]
        for channel in channels:
            said = {(holder.person_id, channel), (holder.person_id, route.way)}
            assert (holder.person_id, channel) in reached or said & explained
    assert bool(plan.steps) != bool(plan.reason)


@given(*PLANS)
def test_every_phone_of_the_way_is_a_target_or_has_an_omission(
    holders: tuple[Holder, ...], route: Route, facts: Facts
) -> None:
    if route.way not in route.allowed or not way_channels(route.way) or route.way == "email":
        return
    plan = make_plan(holders, route, facts)
    for holder in holders:
        for slot in ("phone_1", "phone_2"):
            mine = f"{holder.role}_{slot}"
            tried = {target.channel for target in targets_of(plan) if target.reason == mine}
            omitted = {
                one.channel for one in plan.omitted if one.person_id == holder.person_id and one.slot == slot
            }
            assert route.way in omitted or tried | omitted == set(way_channels(route.way))


ROUTE = Route("telegram_tokapp", False, ("email",), ALL)
FACTS = Facts(
    {name: AccountFact(number, True, name == "telegram") for number, name in enumerate(CHANNELS)},
    {("telegram", PHONES[0]): Reach("linked", "101")},
)
MOTHER = Holder(
    1,
    "mother",
    (
        Point("phone_1", "mobile", PHONES[0]),
        Point("phone_2", "mobile", PHONES[1]),
        Point("email", "email", MAILS[0]),
    ),
)


def steps(plan: Plan) -> list[list[tuple[str, str]]]:
    return [[(target.channel, target.address) for target in step] for step in plan.steps]


def test_telegram_and_tokapp_are_one_step() -> None:
    plan = make_plan((MOTHER,), ROUTE, FACTS)
    assert steps(plan) == [[("telegram", PHONES[0]), ("tokapp", PHONES[0])], [("tokapp", PHONES[1])]]
    assert plan.omitted == (Omission("never_linked", 1, channel="telegram", slot="phone_2"),)


def test_family_sms_tries_all_phones_before_any_mail() -> None:
    father = Holder(2, "father", (Point("phone_1", "mobile", PHONES[2]), Point("email", "email", MAILS[1])))
    plan = make_plan((father, MOTHER), replace(ROUTE, way="sms", email_after=True), FACTS)
    assert steps(plan) == [
        [("sms", PHONES[2])],
        [("sms", PHONES[0])],
        [("sms", PHONES[1])],
        [("email", MAILS[1])],
        [("email", MAILS[0])],
    ]


def test_address_shared_by_both_parents_is_tried_once_and_said_so() -> None:
    father = Holder(2, "father", (Point("phone_1", "mobile", PHONES[0]),))
    plan = make_plan((father, MOTHER), replace(ROUTE, way="sms"), FACTS)
    assert steps(plan) == [[("sms", PHONES[0])], [("sms", PHONES[1])]]
    assert Omission("repeated", 1, channel="sms", slot="phone_1") in plan.omitted


def test_second_mailbox_is_taken_when_the_first_is_suppressed() -> None:
    staff = Holder(
        1, "staff", (Point("email_official", "email", MAILS[0]), Point("email", "email", MAILS[1]))
    )
    route = replace(ROUTE, way="email", email_slots=("email_official", "email"))
    facts = replace(FACTS, reach={("email", MAILS[0]): Reach("suppressed")})
    plan = make_plan((staff,), route, facts)
    assert steps(plan) == [[("email", MAILS[1])]]
    assert [one.reason for one in plan.omitted] == ["suppressed"]


def test_linked_without_a_chat_is_not_written_to_by_phone_number() -> None:
    facts = replace(FACTS, reach={("telegram", PHONES[0]): Reach("linked")})
    assert steps(make_plan((MOTHER,), ROUTE, facts))[0] == [("tokapp", PHONES[0])]


@pytest.mark.parametrize("way", ["telegram_tokapp", "sms", "email"])
def test_way_that_the_school_does_not_use_is_said_once_a_holder(way: str) -> None:
    plan = make_plan((MOTHER,), replace(ROUTE, way=way, allowed=frozenset({"notica"})), FACTS)
    assert (plan.steps, [one.reason for one in plan.omitted], plan.reason) == ((), ["way_off"], "way_off")


def test_plan_as_json_holds_codes_and_no_endpoint() -> None:
    made = make_plan((MOTHER,), ROUTE, FACTS).as_json()
    assert made["steps"][1] == [
        {"channel": "tokapp", "address": PHONES[1], "person": 1, "reason": "mother_phone_2"}
    ]
    assert made["omitted"] == [
        {"channel": "telegram", "person": 1, "slot": "phone_2", "reason": "never_linked", "params": {}}
    ]


def test_whom_no_chat_reaches_is_told_apart_where_the_text_has_no_room_in_an_sms() -> None:
    holder = Holder(1, "mother", (Point("phone_1", "mobile", "+84912000001"),))
    route = replace(ROUTE, no_sms=True)
    assert make_plan((holder,), route, Facts({})).reason == "no_room_in_sms"
    assert make_plan((Holder(2, "mother", ()),), route, Facts({})).reason == "no_phone"
