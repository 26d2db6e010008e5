"""A NUL in an address is the visitor's fault, not ours."""

import pytest
from django.test import Client

from plumier.models import User
from tests.factories.register import make_director, make_school


@pytest.fixture
def as_director(db: None, client: Client) -> Client:
    director: User = make_director(make_school())
    client.force_login(director)
    return client


@pytest.mark.parametrize("address", ["/envios/?buscar=%00", "/envios/?buscar=a%00b", "/envios/%00/"])
def test_nul_is_refused(as_director: Client, address: str) -> None:
    assert as_director.get(address).status_code == 400


def test_other_signs_are_not(as_director: Client) -> None:
    assert as_director.get("/envios/", {"buscar": "100 % '\"\\"}).status_code == 200
