"""The visit finds what is wrong: a matrix that could not fail would prove nothing."""

import pytest

from tests.matrix.visiting import Page, visit

OPEN, SHOWING = "/entrar/", "/entrar/?next=/Qamarca1/"
CLOSED = "/profesores/"


def page(address: str, *, hers: bool = True, elsewhere: bool = False, own: bool = True) -> Page:
    return Page(address, hers=hers, elsewhere=elsewhere, own=own, may_break=False)


@pytest.mark.django_db
def test_visit_tells_each_thing_that_is_wrong_by_its_address() -> None:
    sound = [page(OPEN), page(CLOSED, hers=False), page(CLOSED, elsewhere=True, own=False)]
    assert visit(None, sound, frozenset()).__dict__ == {
        "seen": set(),
        "leaks": [],
        "wrong": [],
        "elsewhere": [],
        "taken": [],
    }
    # The same address once as a page of hers, once as what is another school's, once as what is not hers.
    found = visit(None, [page(SHOWING), page(SHOWING, elsewhere=True), page(OPEN, hers=False)], frozenset())
    assert found.__dict__ == {
        "seen": {"Qamarca1"},
        "leaks": [(SHOWING, {"Qamarca1"})],
        "wrong": [(OPEN, 200)],
        "elsewhere": [(SHOWING, 200), (SHOWING, 200)],  # read and written to
        "taken": [(OPEN, 200)],
    }
    assert visit(None, [page(SHOWING)], frozenset({"Qamarca1"})).leaks == []
