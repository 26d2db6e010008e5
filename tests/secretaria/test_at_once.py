"""What is made by a form that is pressed twice at the same instant is made once, and both presses find it."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection

from plumier.clock import database_now
from plumier.refusals import Refused
from plumier.roles import Role
from secretaria.bodies.writing import make_draft
from secretaria.diplomas.batches import make_batch
from tests.factories.register import make_school, make_staff
from tests.secretaria.bodies.rooms import Committee, written
from tests.secretaria.diplomas.titles import BACHILLERATO
from tests.secretaria.transfers.schools import Schools


def _proposal() -> Callable[[], Any]:
    school = make_school()
    office = make_staff(school, "Sara Secretaria", Role.SECRETARY)
    return lambda: make_batch(school, BACHILLERATO, [], client_key="k", by=office, now=database_now())


def _meeting() -> Callable[[], Any]:
    of, now = Committee(), database_now()
    call = written(starts_at=now + timedelta(days=5), second_at=None)
    return lambda: make_draft(of.body, call, "k", by=of.director, now=now)


def _transfer() -> Callable[[], Any]:
    return Schools().offer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("made", [_proposal, _meeting, _transfer])
def test_two_presses_at_once_make_one(made: Callable[[], Callable[[], Any]]) -> None:
    make, barrier = made(), Barrier(2)
    found: list[Any] = []

    def press() -> None:
        barrier.wait(10)
        try:
            found.append(make().pk)
        except (IntegrityError, Refused) as error:
            found.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(found), len(set(found)), isinstance(found[0], int)) == (2, 1, True)
