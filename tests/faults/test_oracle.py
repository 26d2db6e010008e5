"""The oracle sees what is broken."""

import pytest

from notica.delivery import drain
from notica.models import Delivery
from tests.faults import oracle
from tests.faults.oracle import Copies, Row
from tests.faults.stories import Write, finished
from tests.providers.sandbox import Sandbox

pytestmark = pytest.mark.short


@pytest.mark.parametrize(
    ("state", "uncertain", "taken", "right"),
    [
        ("accepted", 0, 1, True),
        ("accepted", 1, 2, True),
        ("sent_unconfirmed", 2, 0, True),
        ("sent_unconfirmed", 2, 2, True),
        ("failed", 0, 0, True),
        ("accepted", 0, 0, False),
        ("accepted", 0, 2, False),
        ("accepted", 1, 3, False),
        ("sent_unconfirmed", 2, 3, False),
        ("failed", 0, 1, False),
        ("cancelled", 0, 1, False),
    ],
)
def test_copies_are_held_against_the_mark(state: str, uncertain: int, taken: int, right: bool) -> None:
    copies = Copies([Row(1, 1, "tokapp", "+34600000001", state, uncertain)], taken)
    assert (copies.wrong() == []) is right


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "failed"},
        {"state": "ready"},
        {"state": "sent_unconfirmed"},
        {"message_id": 0},
    ],
    ids=["taken and said to have failed", "left open", "not marked", "not known"],
)
def test_row_that_lies_is_found(write: Write, sandbox: Sandbox, lie: dict[str, object]) -> None:
    message = write(3)
    drain("tokapp", linger=False)
    assert finished(message)
    oracle.check_one(message, sandbox.log())
    Delivery.objects.filter(pk=Delivery.objects.filter(message_id=message.pk).earliest("pk").pk).update(**lie)
    with pytest.raises(AssertionError, match=r"taken|is ready"):
        oracle.check_one(message, sandbox.log())


def test_missing_acuse_is_found(write: Write, sandbox: Sandbox) -> None:
    message = write(3)
    drain("tokapp", linger=False)
    message.refresh_from_db()
    type(message).objects.filter(kind="acuse").delete()
    with pytest.raises(AssertionError, match="0 acuses, 1 promised"):
        oracle.check(message, sandbox.log())
