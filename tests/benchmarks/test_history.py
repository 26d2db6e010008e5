"""A past holds what the engine would have left."""

from benchmarks.history import add_past, add_staff
from benchmarks.population import Made
from notica.consistency import orphans
from notica.models import Delivery, InboxEntry, Message, Recipient, RecipientAbout
from notica.progress import totals
from plumier.models import Staff


def test_past_adds_up(made: Made) -> None:
    assert add_past(made, 60) == 3
    assert [
        model.objects.count() for model in (Message, Recipient, RecipientAbout, Delivery, InboxEntry)
    ] == [
        3,
        75,
        75,
        75,
        6,
    ]
    assert totals(*Message.objects.values_list("pk", flat=True)) == {"reached": 72, "failed": 3}
    assert orphans() == []


def test_staff_work_there(made: Made) -> None:
    add_staff(made, 5)
    assert Staff.objects.filter(school=made.school, active=True).count() == 6
