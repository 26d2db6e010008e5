"""Mails that came back, from their mailbox to what becomes of a send."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import django_rq
import pytest
import redis
from django.core.cache import cache
from django.core.management import call_command
from django.db import DataError, OperationalError, connection
from rq.timeouts import JobTimeoutException

from channels_app.email.mailbox import Mailbox, MailboxAway
from channels_app.models import Strike, Suppression
from channels_app.receipts import Receipt as Told
from notica import bounces, late_facts
from notica.bounces import JOB, Reading, read, wake_reading
from notica.models import Delivery, Message, Receipt
from plumier.clock import database_now
from plumier.models import School
from tests.channels_app.email import dialects
from tests.channels_app.email.dialects import ANA, path_of
from tests.channels_app.email.imap_server import ImapServer, serving_imap
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import ACCEPTED, CONFIGURED, answer
from tests.notica.rows import elsewhere, make_account, make_delivery
from tests.notica.stories import outcomes, send_to
from tests.notica.telling import states


@pytest.fixture
def box(tmp_path: Path, settings: Any) -> Path:
    """An empty Maildir that the settings name."""
    for part in ("tmp", "new", "cur"):
        (tmp_path / part).mkdir()
    settings.CHANNEL_ENVIRONMENT = {**CONFIGURED, "BOUNCE_MAILBOX": f"maildir:{tmp_path}"}
    return tmp_path


def put(box: Path, *mails: bytes) -> None:
    for data in mails:
        number = sum(1 for _ in box.rglob("*.host*")) + 1
        (box / "new" / f"{number:05}.host").write_bytes(data)


def where(box: Path) -> list[str]:
    return sorted(str(path.relative_to(box)) for path in box.rglob("*.host*"))


def sent(address: str = ANA, **fields: Any) -> Delivery:
    """A mail that its server took at the second try."""
    account = make_account("email")
    state = {"state": "accepted", "tries": 2, **fields}
    return make_delivery(account, channel="email", address=address, endpoint=address, **state)


def bounce_of(delivery: Delivery, dialect: dialects.Dialect = dialects.postfix, to: str = "") -> bytes:
    return dialect(path_of(delivery.pk), to or delivery.address)


def test_bounce_makes_its_send_undelivered_and_the_address_dead(db: None, box: Path) -> None:
    delivery = sent()
    put(box, bounce_of(delivery))
    assert read() == Reading(told=1)
    assert (states(), where(box)) == (["undelivered"], ["cur/00001.host:2,S"])
    assert list(Suppression.objects.values_list("address", "reason")) == [(ANA, "smtp.5.1.1")]
    assert read() == Reading()


@pytest.mark.parametrize(
    ("dialect", "to"),
    [(dialects.qmail, ""), (dialects.postfix, "ana@trabajo.example")],
    ids=["own words", "forwarded"],
)
def test_doubtful_bounces_make_an_address_dead_on_the_second_day(
    database_clock: DatabaseClock, box: Path, dialect: dialects.Dialect, to: str
) -> None:
    for suppressed in (0, 1):
        put(box, bounce_of(sent(), dialect, to))
        read()
        assert Suppression.objects.count() == suppressed
        database_clock.advance(timedelta(days=1))
    assert (states(), Strike.objects.count()) == (["undelivered"] * 2, 2)


def test_full_box_is_written_to_again_the_next_day(db: None, box: Path) -> None:
    account = make_account("email")
    delivery = sent(recipient_id=1)
    put(box, bounce_of(delivery, dialects.full))
    assert read() == Reading(told=1)
    receipt = Receipt.objects.get()
    assert (receipt.reason, receipt.again_after, receipt.suppress) == ("smtp.5.2.2", 86400.0, False)
    assert Suppression.objects.filter(account=account).count() == 0


@pytest.mark.parametrize("name", dialects.NOTHING)
def test_other_answers_change_nothing(db: None, box: Path, name: str) -> None:
    put(box, bounce_of(sent(), dialects.NOTHING[name]))
    assert read() == Reading(nothing=1)
    assert (states(), Receipt.objects.count(), where(box)) == (["accepted"], 0, ["cur/00001.host:2,S"])


def test_forged_bounces_change_nothing_and_are_logged_without_an_address(
    db: None, box: Path, caplog: pytest.LogCaptureFixture
) -> None:
    delivery, other = sent(), sent("otra@familia.example")
    stolen = path_of(delivery.pk).replace(f"+{delivery.pk}.", f"+{other.pk}.")
    put(box, dialects.postfix(stolen, other.address), dialects.postfix(dialects.BOX, ANA))
    assert read() == Reading(unsigned=2)
    assert (states(), Receipt.objects.count()) == (["accepted"] * 2, 0)
    assert [record.getMessage() for record in caplog.records] == [
        "BOUNCE_MAILBOX: 2 mails without our mark, 0 too old, 0 unreadable"
    ]


def test_bounce_is_believed_while_its_send_is_young(database_clock: DatabaseClock, box: Path) -> None:
    young, old = bounce_of(sent()), bounce_of(sent("b@familia.example"))
    database_clock.advance(bounces.BELIEVED - timedelta(minutes=1))
    put(box, young)
    assert read() == Reading(told=1)
    database_clock.advance(timedelta(minutes=2))
    put(box, old)
    assert read() == Reading(old=1)
    assert (states(), Receipt.objects.count()) == (["undelivered", "accepted"], 1)
    assert list(Suppression.objects.values_list("address", flat=True)) == [ANA]
    assert where(box) == ["cur/00001.host:2,S", "cur/00002.host:2,S"]


def test_age_of_a_send_is_its_last_try_s_or_its_end_s(db: None, box: Path) -> None:
    long_ago, now = database_now() - timedelta(days=8), database_now()
    put(
        box,
        bounce_of(sent("a@familia.example", claimed_at=now, ended_at=long_ago)),
        bounce_of(sent("b@familia.example", claimed_at=long_ago, ended_at=now)),
        bounce_of(sent("c@familia.example", claimed_at=None, ended_at=now)),
        bounce_of(sent("d@familia.example", claimed_at=None)),
    )
    assert read() == Reading(told=2, old=2)
    assert states() == ["undelivered", "accepted", "undelivered", "accepted"]


def test_reading_whose_time_is_over_sets_no_mail_aside(
    db: None, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(_data: bytes) -> Any:
        raise JobTimeoutException

    put(box, bounce_of(sent()))
    with monkeypatch.context() as slow:
        slow.setattr(bounces, "read_mail", late)
        with pytest.raises(JobTimeoutException):
            read()
    assert where(box) == ["new/00001.host"]
    assert read() == Reading(told=1)


def test_reading_whose_time_is_over_at_the_mailbox_ends(
    db: None, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(_mailbox: Mailbox) -> Any:
        raise JobTimeoutException

    monkeypatch.setattr("channels_app.email.maildir.Maildir.unread", late)
    with pytest.raises(JobTimeoutException):
        read()


def test_bounce_read_twice_is_one(db: None, box: Path) -> None:
    mail = bounce_of(sent())
    put(box, mail, mail)
    assert read() == Reading(told=2)
    put(box, b"Received: from here\n" + mail)
    assert read() == Reading(told=1)
    assert (Receipt.objects.count(), states()) == (1, ["undelivered"])


def test_bounce_of_an_earlier_try_leaves_the_later_alone(db: None, box: Path) -> None:
    put(box, bounce_of(sent(tries=3)))
    assert read() == Reading(told=1)
    assert states() == ["accepted"]


def test_bounce_of_what_is_not_known_any_more_stops_nothing(db: None, box: Path) -> None:
    put(box, dialects.postfix(path_of(999_999), ANA), bounce_of(sent()))
    assert read() == Reading(told=2)
    assert (states(), Suppression.objects.count()) == (["undelivered"], 1)


def test_unreadable_mails_are_set_aside_and_stop_no_other(
    db: None, box: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = sent(), sent("b@familia.example")
    put(box, b"", bounce_of(one), b"\xff\xfe no mail", bounce_of(two))
    whole = bounces.read_mail

    def stumble(data: bytes) -> Any:
        if b"b@familia.example" in data:
            raise RuntimeError("b@familia.example")
        return whole(data)

    monkeypatch.setattr(bounces, "read_mail", stumble)
    assert read() == Reading(told=1, unreadable=3)
    assert where(box) == [
        *(f".unreadable/new/0000{number}.host" for number in (1, 3, 4)),
        "cur/00002.host:2,S",
    ]
    assert states() == ["undelivered", "accepted"]
    assert "familia.example" not in caplog.text


def test_nothing_is_marked_before_its_facts_are_committed(
    db: None, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_channel: str, _receipts: Sequence[Told]) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(late_facts, "take", away)
        put(box, bounce_of(sent()), b"")
        with pytest.raises(OperationalError):
            read()
    assert where(box) == ["new/00001.host", "new/00002.host"]
    assert read() == Reading(told=1, unreadable=1)


def test_fact_that_the_database_does_not_take_stops_no_other(
    db: None, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = sent(), sent("b@familia.example")
    take = late_facts.take

    def refuse(channel: str, receipts: Sequence[Told]) -> None:
        if any(one.delivery_id == bad.pk for one in receipts):
            raise DataError
        take(channel, receipts)

    monkeypatch.setattr(late_facts, "take", refuse)
    put(box, bounce_of(bad), bounce_of(good))
    assert read() == Reading(told=1, unreadable=1)
    assert where(box) == [".unreadable/new/00001.host", "cur/00002.host:2,S"]
    assert states() == ["undelivered", "accepted"]


def test_many_are_committed_a_few_hundred_at_once(
    db: None, box: Path, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(bounces, "BATCH", 3)
    taken: list[int] = []
    monkeypatch.setattr(late_facts, "take", lambda channel, receipts: taken.append(len(receipts)))
    put(box, *(bounce_of(sent(f"p{number}@familia.example")) for number in range(7)))
    with django_assert_num_queries(
        2 + 3 * 2
    ):  # the lock; for each batch whom it was written to, and the time
        assert read() == Reading(told=7)
    assert taken == [3, 3, 1]


def test_mailbox_that_is_away_stops_no_other(
    db: None, box: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CHANNEL_ENVIRONMENT = {
        "BOUNCE_MAILBOX": "imap://ana:secreta@127.0.0.1:1/INBOX",
        "BOUNCE_MAILBOX__A": "nonsense:secreta",
        "BOUNCE_MAILBOX__B": f"maildir:{box}",
    }
    put(box, bounce_of(sent()))
    assert read() == Reading(told=1, away=2)
    assert [record.getMessage() for record in caplog.records] == [
        "the mailbox of BOUNCE_MAILBOX cannot be read: ConnectionRefusedError",
        "BOUNCE_MAILBOX__A names no mailbox",
    ]


def test_mailbox_that_breaks_off_is_begun_again(db: None, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(box, bounce_of(sent()))

    def away(self: Mailbox, keys: Sequence[str]) -> None:
        raise MailboxAway("disk")

    with monkeypatch.context() as broken:
        broken.setattr("channels_app.email.maildir.Maildir.mark_read", away)
        assert read() == Reading(told=1, away=1)
    assert (states(), where(box)) == (["undelivered"], ["new/00001.host"])
    assert read() == Reading(told=1)
    assert (Receipt.objects.count(), where(box)) == (1, ["cur/00001.host:2,S"])


def test_imap_mailbox_is_read_and_marked(db: None, settings: Any) -> None:
    with serving_imap(ImapServer()) as server:
        box = f"imap://devueltos%40plumier.example:cla%20%22ve%22%20%5C%201@127.0.0.1:{server.port}"
        settings.CHANNEL_ENVIRONMENT = {"BOUNCE_MAILBOX": box}
        server.add(bounce_of(sent()), b"")
        assert read() == Reading(told=1, unreadable=1)
        assert read() == Reading()
    assert states() == ["undelivered"]
    assert server.flags() == [{"\\Seen"}]
    assert list(server.folders.values()) == [[b""]]


def test_two_never_read_at_once(transactional_db: None, box: Path) -> None:
    put(box, bounce_of(sent()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashint8(0))", [bounces.LOCK_CLASS])
        assert elsewhere(read) is None
        cursor.execute("SELECT pg_advisory_unlock(%s, hashint8(0))", [bounces.LOCK_CLASS])
    assert where(box) == ["new/00001.host"]
    assert elsewhere(read) == Reading(told=1)


@pytest.fixture
def slow(queue_store: redis.Redis) -> Iterator[Any]:
    cache.clear()
    yield django_rq.get_queue("slow")
    cache.clear()


def test_clock_asks_for_a_reading_once_a_minute(slow: Any, box: Path) -> None:
    for _ in range(3):
        wake_reading()
    assert [(job.func_name, job.args) for job in slow.jobs] == [(JOB, [])]


def test_clock_adds_no_second_job_while_one_waits(transactional_db: None, slow: Any, box: Path) -> None:
    wake_reading()
    cache.delete(bounces._WOKEN)
    wake_reading()
    assert slow.count == 1
    read()
    cache.delete(bounces._WOKEN)
    wake_reading()
    assert slow.count == 2


def test_clock_asks_for_nothing_without_a_mailbox(slow: Any, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    wake_reading()
    assert slow.count == 0


def test_lost_redis_is_said_and_stops_neither_clock_nor_reading(
    db: None, box: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_arguments: Any) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(cache, "add", away, raising=False)
    monkeypatch.setattr(cache, "delete", away, raising=False)
    wake_reading()
    assert read() == Reading()
    assert [record.getMessage() for record in caplog.records] == [
        "no wake-up for notica.bounces.read: ConnectionError; the clock asks again",
        "the next wake-up for notica.bounces.read may be late: ConnectionError",
    ]


def command() -> tuple[str, int]:
    out, code = StringIO(), 0
    try:
        call_command("read_bounces", stdout=out, stderr=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return out.getvalue(), code


def test_command_says_what_it_found(db: None, box: Path, settings: Any) -> None:
    put(box, bounce_of(sent()), b"", bounce_of(sent(), dialects.vacation), dialects.postfix(ANA, ANA))
    put(box, bounce_of(sent(claimed_at=database_now() - timedelta(days=8))))
    settings.CHANNEL_ENVIRONMENT["BOUNCE_MAILBOX__A"] = "maildir:/nowhere"
    said, code = command()
    assert code == 1
    assert said == (
        "Dicen qué fue de un envío: 1\n"
        "No dicen nada de un envío: 1\n"
        "De envíos demasiado antiguos, no se les hace caso: 1\n"
        "Sin nuestra firma, no se les hace caso: 1\n"
        "Ilegibles, apartados en la carpeta «unreadable»: 1\n"
        "Buzones que no se han podido leer: 1. El registro dice por qué.\n"
    )


def test_command_says_that_there_is_no_mailbox(db: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    assert command() == ("No hay ningún buzón de devueltos: indíquelo en BOUNCE_MAILBOX.\n", 0)


def test_command_says_that_another_reads(db: None, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notica.management.commands.read_bounces.read", lambda: None)
    assert command() == ("Otro proceso los está leyendo ahora.\n", 0)


@pytest.fixture
def message(transactional_db: None, box: Path) -> Message:
    """To Marta, by e-mail; its server took it."""
    school: School = make_school()
    group = make_group(school)
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts={"email": ANA})])
    message = send_to(school, make_director(school), groups=[group], way="email")
    answer("email", ACCEPTED)
    return message


def test_whoever_was_reached_is_not_when_the_mail_comes_back(message: Message, box: Path) -> None:
    assert outcomes(message) == [("Marta Gil", "reached", "")]
    delivery = Delivery.objects.get(message_id=message.pk)
    put(box, dialects.exchange(path_of(delivery.pk, delivery.tries), ANA))
    assert read() == Reading(told=1)
    assert outcomes(message) == [("Marta Gil", "failed", "smtp.5.1.1")]


def test_full_box_makes_the_send_wait_for_the_next_day(message: Message, box: Path) -> None:
    delivery = Delivery.objects.get(message_id=message.pk)
    put(box, dialects.full(path_of(delivery.pk, delivery.tries), ANA))
    assert read() == Reading(told=1)
    assert (states()[0], outcomes(message)[0][1]) == ("ready", "")
