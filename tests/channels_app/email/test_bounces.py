"""What mails mean that came back, in the dialects of the world's servers."""

import time
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels_app.base import Fault, Outcome, OutcomeClass
from channels_app.email.bounces import READ_OF_A_MAIL, Bounce, NoNews, read_mail, receipt_of
from channels_app.email.errors import NEXT_DAY
from channels_app.receipts import Receipt, Unreadable
from tests.channels_app.email import dialects
from tests.channels_app.email.dialects import (
    ANA,
    DOUBTFUL,
    NOTHING,
    SURE,
    Dialect,
    block,
    dsn,
    path_of,
    plain,
)

DEAD = Outcome(OutcomeClass.PERMANENT, "", Fault.ADDRESS, suppress=True)
PERHAPS = Outcome(OutcomeClass.PERMANENT, "", Fault.ADDRESS, strikes=2)


def told(data: bytes, address: str = ANA) -> Receipt:
    bounce = read_mail(data)
    assert isinstance(bounce, Bounce)
    return receipt_of(bounce, address)


def said(data: bytes, address: str = ANA) -> Outcome | None:
    """The outcome without the other server's sentence."""
    outcome = told(data, address).outcome
    return outcome and replace(outcome, detail="")


@pytest.mark.parametrize("name", SURE)
def test_standard_bounce_of_no_such_box_makes_the_address_dead(name: str) -> None:
    dialect, code = SURE[name]
    receipt = told(dialect(path_of(), ANA))
    assert (receipt.delivery_id, receipt.try_no, receipt.state) == (7, 2, "undelivered")
    assert said(dialect(path_of(), ANA)) == replace(DEAD, code=code)


@pytest.mark.parametrize("name", DOUBTFUL)
def test_bounce_in_a_server_s_own_words_is_a_strike_and_never_more(name: str) -> None:
    dialect, code = DOUBTFUL[name]
    receipt = told(dialect(path_of(), ANA))
    assert (receipt.delivery_id, receipt.try_no, receipt.state) == (7, 2, "undelivered")
    assert said(dialect(path_of(), ANA)) == replace(PERHAPS, code=code)


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_bounce_tells_nothing(name: str) -> None:
    assert read_mail(NOTHING[name](path_of(), ANA)) is NoNews.NOTHING


@pytest.mark.parametrize("dialect", [each for each, _ in (SURE | DOUBTFUL).values()])
def test_unsigned_bounce_is_not_believed(dialect: Dialect) -> None:
    forged = path_of().replace("+7.", "+8.")
    for path in (forged, dialects.BOX, ANA):
        assert read_mail(dialect(path, ANA)) is NoNews.UNSIGNED


def test_full_box_is_tried_again_the_next_day() -> None:
    full = Outcome(OutcomeClass.NOT_PROCESSED, "smtp.5.2.2", Fault.ADDRESS, retry_after=NEXT_DAY)
    assert said(dialects.full(path_of(), ANA)) == full
    own_words = plain(path_of(), f"Hi. This is the qmail-send program.\n\n<{ANA}>:\nOver quota. (#5.2.2)\n")
    assert said(own_words) == full


def test_bounce_by_policy_makes_nobody_s_address_dead() -> None:
    policy = Outcome(OutcomeClass.PERMANENT, "smtp.5.7.1", Fault.CONTENT)
    assert said(dialects.policy(path_of(), ANA)) == policy
    assert said(dialects.policy(path_of(), ANA), "otra@familia.example") == policy


def test_bounce_of_another_address_than_hers_is_a_strike() -> None:
    forwarded = dialects.postfix(path_of(), "ana@trabajo.example")
    receipt = told(forwarded)
    assert said(forwarded) == replace(PERHAPS, code="smtp.5.1.1")
    assert receipt.payload["forwarded"] is True
    assert said(forwarded, "") == replace(PERHAPS, code="smtp.5.1.1")


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("Ana.Gil@FAMILIA.example", ANA),
        (f"<{ANA}>", ANA),
        ("ana@xn--u-qga.example", "ana@ñu.example"),
        ("ana@ñu.example", "ana@xn--u-qga.example"),
    ],
)
def test_her_address_is_known_however_it_is_written(named: str, address: str) -> None:
    assert said(dialects.postfix(path_of(), named), address) == replace(DEAD, code="smtp.5.1.1")


def test_international_address_is_known_in_either_writing() -> None:
    for named in ("utf-8; pe\\x{F1}a@familia.example", "utf-8; peña@familia.example"):
        fields = f"Final-Recipient: {named}\nAction: failed\nStatus: 5.1.1\n"
        assert said(dsn(path_of(), fields), "peña@familia.example") == replace(DEAD, code="smtp.5.1.1")


def test_of_several_recipients_hers_counts() -> None:
    other = block("otra@familia.example", "5.1.1", "550 5.1.1 unknown")
    hers = block(ANA, "2.0.0", "250 2.0.0 ok", "delivered")
    assert told(dsn(path_of(), other, hers)).state == "delivered"
    assert told(dsn(path_of(), hers, other), "x@y.example").state == "undelivered"


@pytest.mark.parametrize(
    ("action", "state"),
    [("delivered", "delivered"), ("relayed", "accepted"), ("Delivered (to box)", "delivered")],
)
def test_success_says_no_more_than_it_proves(action: str, state: str) -> None:
    receipt = told(dsn(path_of(), block(ANA, "2.0.0", "250 ok", action)))
    assert (receipt.state, receipt.outcome) == (state, None)


def test_expanded_alias_is_no_news() -> None:
    assert read_mail(dsn(path_of(), block(ANA, "2.0.0", "250 ok", "expanded"))) is NoNews.NOTHING


def test_copies_of_a_bounce_are_one_event_and_two_bounces_are_two() -> None:
    first = dialects.postfix(path_of(), ANA)
    copy = b"Received: by another.example; Thu, 26 Nov 2026 10:00:00 +0100\n" + first
    events = [told(data).event for data in (first, copy, first.replace(b"<dsn-1@", b"<dsn-2@"))]
    assert events[0] == events[1] != events[2]
    nameless = [data.replace(b"Message-ID: <dsn-1@relay.example>\n", b"") for data in (first, copy)]
    events = [told(data).event for data in nameless]
    assert events[0] == events[1]
    assert told(dialects.postfix(path_of(8), ANA)).event != told(first).event


def test_other_server_s_words_are_kept_without_addresses() -> None:
    receipt = told(dialects.postfix(path_of(), ANA))
    assert receipt.payload == {
        "action": "failed",
        "status": "5.1.1",
        "said": "550 5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table",
        "forwarded": False,
    }
    assert receipt.outcome is not None
    assert receipt.outcome.detail == receipt.payload["said"]


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To", "To"])
def test_return_path_is_found_where_servers_leave_it(header: str) -> None:
    path = path_of().upper()
    assert told(dsn(f"Avisos <{path}>", block(ANA, "5.1.1", "550"), delivered_to=header)).delivery_id == 7


def test_first_header_that_is_signed_counts() -> None:
    data = dsn(path_of(7), block(ANA, "5.1.1", "550"), extra=f"X-Original-To: {path_of(9)}\n")
    assert told(b"Delivered-To: maria@plumier.example\n" + data).delivery_id == 7


def test_address_is_dead_only_where_the_mail_was_brought_to_it() -> None:
    """Postfix names whom an alias was for beside the address that it was brought to."""
    aliased = dsn(
        path_of(),
        f"Original-Recipient: rfc822;{ANA}\n{block('ana@trabajo.example', '5.1.1', '550 5.1.1 unknown')}",
    )
    assert said(aliased) == replace(PERHAPS, code="smtp.5.1.1")
    assert told(aliased).payload["forwarded"] is True


def test_of_several_brought_elsewhere_the_one_that_was_hers_counts() -> None:
    other = f"Original-Recipient: rfc822;b@x.example\n{block('b@y.example', '5.1.1', '550 5.1.1 no')}"
    hers = f"Original-Recipient: rfc822;{ANA}\n{block('a@y.example', '2.0.0', '250 ok', 'delivered')}"
    assert told(dsn(path_of(), other, hers)).state == "delivered"


def test_full_box_elsewhere_has_hers_not_written_to_again() -> None:
    elsewhere = Outcome(OutcomeClass.PERMANENT, "smtp.5.2.2", Fault.MESSAGE)
    assert said(dialects.full(path_of(), "ana@trabajo.example")) == elsewhere
    assert said(dialects.full(path_of(), ANA), "") == elsewhere
    assert said(plain(path_of(), "Undeliverable\n552 5.2.2 quota")) == elsewhere


def test_notification_inside_the_returned_mail_is_not_believed() -> None:
    quoted = dialects.postfix(path_of(), ANA).replace(b"=_b", b"=_c")
    data = dsn(path_of(), block(ANA, "4.4.1", "later", "delayed"))
    assert read_mail(data.replace(dialects.RETURNED.format(to=ANA).encode(), quoted)) is NoNews.NOTHING
    inside = plain(path_of(), "x", sender=ANA).replace(b"text/plain; charset=utf-8", b"message/rfc822")
    assert read_mail(inside.replace(b"\nx\n", b"\n" + quoted)) is NoNews.NOTHING


def test_large_mail_is_understood_by_its_beginning() -> None:
    data = dialects.postfix(path_of(), ANA).replace(b"Luis no", b"x" * 2 * READ_OF_A_MAIL)
    assert said(data[:READ_OF_A_MAIL]) == replace(DEAD, code="smtp.5.1.1")


@pytest.mark.parametrize("data", [b"", b"\0\xff\xfe", b"no mail at all\n\nreally none\n"])
def test_what_is_no_mail_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_mail(data)


@given(
    st.binary(max_size=300),
    st.sampled_from([each for each, _ in (SURE | DOUBTFUL).values()]),
    st.integers(0, 900),
)
@example(noise=b"\x80", dialect=dialects.vietnamese_plain, at=174)
def test_damaged_bounce_breaks_nothing(noise: bytes, dialect: Dialect, at: int) -> None:
    data = dialect(path_of(), ANA)
    with suppress(Unreadable):
        assert isinstance(read_mail(data[:at] + noise + data[at:]), Bounce | NoNews)


def test_hostile_lines_are_cut_before_any_pattern_sees_them() -> None:
    began = time.process_time()
    assert read_mail(plain(path_of(), "<" + "a@" * 400_000, subject="x")) is NoNews.NOTHING
    assert time.process_time() - began < 5
