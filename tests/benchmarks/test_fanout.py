from benchmarks import fanout
from benchmarks.population import Made
from notica.models import Message


def test_work_writes_every_row_and_tells_its_memory(made: Made) -> None:
    message_id = fanout.sent(made)
    said = fanout.prepare(message_id, index=0)()
    assert fanout.counted(message_id) == [25, 25, 33, 25]
    assert said["seconds"] > 0
    assert 1 < said["peak_mb"] < 10_000
    assert Message.objects.get(pk=message_id).state == "sending"
