"""Pages are opened as their readers, and those that are not there are left out."""

import pytest

from benchmarks import pages
from benchmarks.messages import NotDone, choice_of, write_out
from benchmarks.pages import Page, Place
from benchmarks.population import Made
from notica.models import Message
from plumier.clock import database_today
from plumier.models import Enrolment
from profesores.picking.my_students import MyStudents


@pytest.fixture
def place(made: Made, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(pages, "ROUNDS", 2)
    message = write_out(made, "tokapp", choice_of(made, 25))
    return pages._place(made, Message.objects.get(pk=message))


def test_every_page_that_there_is_opens(place: Place) -> None:
    there = [page for page in pages.PAGES if pages._address(page, place) is not None]
    assert [len(pages._times(page, place)) for page in there] == [2] * len(there)
    assert {"notica:messages", "notica:message", "notica:channels", "profesores:write"} <= {
        page.name for page in there
    }


def test_teacher_opens_her_own_students(place: Place) -> None:
    picker = MyStudents(place.teacher, place.made.school, database_today())
    of_groups = Enrolment.objects.filter(group__in=range(place.made.first_group, place.made.first_group + 5))
    assert picker.people().count() == of_groups.count() > 0
    assert len(picker.tutored) == 1


def test_draft_is_to_many_families(place: Place) -> None:
    assert len(place.draft.students) == min(pages.WRITTEN_TO, place.made.counts.students)


def test_page_that_is_not_there_has_no_address(place: Place) -> None:
    assert pages._address(Page("notica:nothing"), place) is None


def test_page_that_is_not_shown_fails_the_measurement(place: Place) -> None:
    with pytest.raises(NotDone, match="answered 404"):
        pages._times(Page("notica:message", lambda _place: ["none"]), place)
