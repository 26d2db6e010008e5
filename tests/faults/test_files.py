"""A large file to many: read, encoded and held once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from notica.delivery import drain
from notica.files import keep
from notica.models import Delivery, Message
from plumier.models import Group, School, User
from tests.factories.crowds import make_families
from tests.faults import oracle
from tests.notica.stories import send_to
from tests.providers.sandbox import Sandbox

MEGABYTES = 50
ENCODED = MEGABYTES * 4 / 3  # megabytes of one mail, with its line ends a little more


@pytest.fixture
def large_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "fotos.bin"
    with path.open("wb") as file:
        for _ in range(MEGABYTES):
            file.write(os.urandom(1 << 20))
    yield path
    path.unlink()


def peak_megabytes(channel: str) -> float:
    """What a process of its own needed at most while it drained a channel."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            drain(channel, linger=False)
        finally:
            os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0
    return usage.ru_maxrss / 1024


def test_large_file_is_in_memory_once_however_many_get_it(
    school: School, director: User, group: Group, sandbox: Sandbox, large_file: Path
) -> None:
    kept = keep(large_file)
    make_families(group, 1, "email")
    one = _send(school, director, group, kept)
    for_one = peak_megabytes("email")
    make_families(group, 11, "email")
    many = _send(school, director, group, kept)
    for_many = peak_megabytes("email")
    for message, number in ((one, 1), (many, 12)):
        assert Delivery.objects.filter(message_id=message.pk, state="accepted").count() == number
        oracle.check_one(message, sandbox.log())
    assert min(entry["size"] for entry in sandbox.taken("email")) > ENCODED * (1 << 20)
    assert for_many - for_one < ENCODED


def _send(school: School, director: User, group: Group, kept: object) -> Message:
    return send_to(school, director, groups=[group], way="email", files=(kept,))
