import pytest
from django.core.mail import get_connection

from benchmarks.contenders.delivering import deliver, deliver_mail
from benchmarks.messages import TEXT, choice_of, rows_of, shortfall, write_out
from benchmarks.population import Made
from benchmarks.sandbox import SandboxProcess
from notica.models import Delivery


@pytest.mark.parametrize("channel", ["tokapp", "email", "sms"])
def test_deliver_sends_one_and_saves_it(channel: str, made: Made, bench_sandbox: SandboxProcess) -> None:
    first, *others = rows_of(write_out(made, channel, choice_of(made, 24)))
    deliver(first)
    sent = Delivery.objects.get(pk=first)
    assert (sent.state, sent.tries, sent.ended_at is not None) == ("accepted", 1, True)
    assert bench_sandbox.taken() == {(channel, sent.endpoint): 1}
    assert set(Delivery.objects.filter(pk__in=others).values_list("state", flat=True)) == {"ready"}
    assert shortfall(bench_sandbox) == (1, 1, 0)


def test_deliver_names_the_child_and_keeps_the_provider_s_id(
    made: Made, bench_sandbox: SandboxProcess
) -> None:
    first = rows_of(write_out(made, "tokapp", choice_of(made, 24)))[0]
    deliver(first)
    (entry,) = bench_sandbox.entries()
    assert "Sobre: Alumna Número 0" in entry["text"]
    assert TEXT in entry["text"]
    assert Delivery.objects.get(pk=first).provider_id == entry["provider_id"]


def test_deliver_mail_goes_over_the_connection_given(made: Made, bench_sandbox: SandboxProcess) -> None:
    ids = rows_of(write_out(made, "email", choice_of(made, 24)))[:3]
    connection = get_connection()
    connection.open()
    for delivery in Delivery.objects.filter(pk__in=ids):
        deliver_mail(delivery, connection)
    connection.close()
    assert shortfall(bench_sandbox) == (3, 3, 0)
