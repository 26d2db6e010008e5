import pytest

from benchmarks import messages
from benchmarks.messages import Measured, choice_of, rows_of, shortfall, wait_for_end, write_out
from benchmarks.population import Made
from benchmarks.sandbox import SandboxProcess
from notica.delivery import drain
from notica.models import Delivery, Message
from plumier.clock import database_now


def nothing() -> None:
    return None


def test_measured_has_its_rate() -> None:
    assert Measured(300, 1.5).rate == 200.0


def test_choice_is_the_groups_that_hold_so_many(made: Made) -> None:
    assert choice_of(made, 24).groups == (made.first_group,)
    assert (choice_of(made, 25).groups, choice_of(made, 25).everyone) == ((), True)


@pytest.mark.parametrize(("channel", "rows"), [("tokapp", 25), ("email", 25), ("sms", 21)])
def test_write_out_makes_a_row_for_each_and_sends_nothing(
    channel: str, rows: int, made: Made, bench_sandbox: SandboxProcess
) -> None:
    message_id = write_out(made, channel, choice_of(made, 25))
    deliveries = Delivery.objects.filter(message_id=message_id)
    assert sorted(rows_of(message_id)) == sorted(deliveries.values_list("pk", flat=True))
    assert set(deliveries.values_list("channel", "state")) == {(channel, "ready")}
    assert (deliveries.count(), bench_sandbox.taken().total()) == (rows, 0)


def test_wait_for_end_gives_the_last_record(made: Made, bench_sandbox: SandboxProcess) -> None:
    message_id = write_out(made, "tokapp", choice_of(made, 25))
    before = database_now()
    drain("tokapp", linger=False)
    ended = wait_for_end(message_id, nothing, settled=True)
    assert before < ended <= database_now()
    assert Message.objects.get(pk=message_id).state == "finished"
    assert shortfall(bench_sandbox) == (25, 25, 0)


def test_wait_for_end_says_when_it_does_not_end(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    message_id = write_out(made, "tokapp", choice_of(made, 25))
    monkeypatch.setattr(messages, "LONGEST_SECONDS", 0.0)
    with pytest.raises(messages.NotDone, match="rows are open after 0 s"):
        wait_for_end(message_id, nothing, settled=False)


def test_shortfall_sees_a_row_that_nobody_took_and_one_taken_twice(
    made: Made, bench_sandbox: SandboxProcess
) -> None:
    message_id = write_out(made, "tokapp", choice_of(made, 25))
    drain("tokapp", linger=False)
    one, other = Delivery.objects.filter(message_id=message_id)[:2]
    Delivery.objects.filter(pk=one.pk).update(endpoint="+34699999999", address="+34699999999")
    Delivery.objects.filter(pk=other.pk).update(state="failed")
    assert shortfall(bench_sandbox) == (24, 25, 3)
