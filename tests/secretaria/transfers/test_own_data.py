"""What a family that asks is given of transfers."""

import pytest

from plumier.clock import database_today
from plumier.family_access import children_read_by
from secretaria.transfers.own_data import transfer_sections
from tests.factories.register import make_login
from tests.secretaria.transfers.schools import Schools


@pytest.mark.django_db
def test_family_is_given_every_step_of_its_child_alone() -> None:
    of = Schools()
    of.act(of.offer(note="Se muda."), "accept")
    of.offer(of.student("Luis Otro"), key="c" * 32)
    user = make_login(of.ana.person)
    (section,) = transfer_sections(of.ana.person, children_read_by(user, database_today()))
    assert [(row[0], row[4], row[5], row[6]) for row in section.rows] == [
        ("Ana Vera Gil", "Propone el traslado", "IES Origen", "Se muda."),
        ("Ana Vera Gil", "Acepta el traslado", "IES Destino", ""),
    ]
