"""A family proposes a change of its own contacts: once in a school, looked at by the school."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumier.clock import database_now, database_today
from plumier.models import Contact, ContactProposal, Guardianship, Person, User
from plumier.proposals.access import deals_with_contacts
from plumier.proposals.applying import apply
from plumier.proposals.own import (
    MOST_A_DAY,
    OwnRecord,
    latest_own,
    open_own,
    own_proposals,
    own_records,
    propose_own,
)
from plumier.proposals.proposing import HandedIn
from plumier.proposals.reading import Problems
from plumier.proposals.reviewing import return_
from plumier.refusals import Refused
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_login, make_student

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return make_story()


@pytest.fixture
def father(story: Story) -> User:
    return make_login(story.father)


def only(user: User) -> OwnRecord:
    (record,) = own_records(user, database_today())
    return record


def form(record: OwnRecord, **typed: str) -> dict[str, str]:
    """What the page posts: everything as it was shown, but for what was typed."""
    row = record.row()
    assert row is not None
    data = {f"{record.key}-{cell.name}": cell.value for cell in row.cells}
    data |= {f"{record.key}-registered": "on"} if row.registered else {}
    return data | {f"{record.key}-{name}": text for name, text in typed.items()} | {"shown": record.shown}


def propose(user: User, **typed: str) -> tuple[HandedIn, Problems]:
    record = only(user)
    found, _typed, problems = propose_own(record, form(record, **typed), by=user, now=database_now())
    return found, problems


def test_change_is_handed_in_as_the_familys_and_waits(story: Story, father: User) -> None:
    found, problems = propose(father, phone_2="0912345678")
    (one,) = found.proposals
    assert problems == {}
    assert (one.state, one.guardian, one.batch.source) == ("proposed", story.father, "family")
    assert [(c.slot, c.value) for c in one.contacts.all()] == [("phone_2", "+84912345678")]
    assert not Contact.objects.filter(value="+84912345678").exists()
    (line,) = latest_own(father, database_today())
    assert (line.mark.word, line.by) == ("Por revisar", story.father.full_name)


def test_applied_by_the_office_it_is_hers(story: Story, father: User) -> None:
    found, _problems = propose(father, phone_2="0912345678")
    apply(found.proposals[0], by=story.office, now=database_now())
    assert Contact.objects.get(person=story.father, slot="phone_2").value == "+84912345678"
    assert open_own(father, database_today()).count() == 0


def test_returned_it_shows_the_reason(story: Story, father: User) -> None:
    found, _problems = propose(father, phone_2="0912345678")
    return_([found.proposals[0].pk], story.school, "No contesta", by=story.office, now=database_now())
    (line,) = latest_own(father, database_today())
    assert (line.mark.word, line.proposal.reason) == ("Devuelto", "No contesta")


def test_what_cannot_be_read_is_said_beside_it_and_not_handed_in(father: User) -> None:
    found, problems = propose(father, email="no es un correo")
    assert (found.batch, problems) == (None, {"email": "No se entiende como correo."})
    assert ContactProposal.objects.count() == 0


def test_second_change_takes_the_place_of_the_first(father: User) -> None:
    propose(father, phone_2="0912345678")
    propose(father, phone_2="0912345679")
    states = ContactProposal.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "proposed"]


def test_nothing_changed_is_nothing_handed_in(father: User) -> None:
    found, problems = propose(father)
    assert (found.batch, found.taken_back, problems) == (None, 0, {})


def test_two_children_have_one_change_and_it_stays_with_its_child(story: Story, father: User) -> None:
    second = make_student(story.group, "Mai Nguyễn")
    Guardianship.objects.create(
        school=story.school, student=second, guardian=story.father, relation="father", order=1
    )
    propose(father, phone_2="0912345678")
    propose(father, phone_2="0912345679")
    assert ContactProposal.objects.filter(state="proposed").count() == 1
    story.student.enrolments.update(status="withdrawn")
    propose(father, phone_2="0912345670")
    assert ContactProposal.objects.filter(state="proposed").count() == 1


def test_other_parents_row_is_not_read_from_what_is_posted(story: Story, father: User) -> None:
    record = only(father)
    stranger = f"g{story.student.pk}-{story.mother.pk}"
    data = {
        **form(record),
        f"{stranger}-name": "Otra",
        f"{stranger}-phone_1": "0912345678",
        "n0-name": "Nueva",
    }
    found, _typed, problems = propose_own(record, data, by=father, now=database_now())
    assert (found.batch, problems, ContactProposal.objects.count()) == (None, {}, 0)


def test_barred_parent_has_no_form_and_sees_no_child(story: Story, father: User) -> None:
    found, _problems = propose(father, phone_2="0912345678")
    assert found.proposals
    Guardianship.objects.filter(guardian=story.father).update(
        barred_from=date(2026, 1, 1), barred_reference="Auto 1"
    )
    record = only(father)
    assert (record.ties, record.known, record.row()) == ([], None, None)
    assert own_proposals(father, database_today()).count() == 0
    with pytest.raises(Refused):
        propose_own(record, {}, by=father, now=database_now())


def test_student_sees_hers_and_has_no_form(story: Story) -> None:
    story.student.person.contacts.create(
        school=story.school, slot="email_alt", kind="email", value="an@alu.example"
    )
    record = only(make_login(story.student.person))
    assert (record.student, record.known) == (True, None)
    assert [str(one) for one in record.contacts] == ["an@alu.example"]


def test_day_has_five_changes(father: User) -> None:
    for number in range(MOST_A_DAY):
        propose(father, phone_2=f"091234567{number}")
    with pytest.raises(Refused, match="5 cambios"):
        propose(father, phone_2="0912345677")


def test_familys_change_opens_none_of_the_staffs_pages(father: User) -> None:
    propose(father, phone_2="0912345678")
    assert deals_with_contacts(father, database_today()) is False


def test_other_parent_sees_none_of_it(story: Story, father: User) -> None:
    propose(father, phone_2="0912345678")
    mother = make_login(story.mother)
    record = only(mother)
    assert latest_own(mother, database_today()) == []
    assert {one.person_id for one in record.contacts} <= {story.mother.pk}
    row = record.row()
    assert row is not None
    assert all("912345678" not in cell.value for cell in row.cells)


def test_records_cost_the_same_for_many_children(story: Story, father: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            own_records(father, database_today())
        return len(queries)

    first = cost()
    for name in ("Mai Trần", "Lan Trần", "Hoa Trần"):
        make_student(story.group, name, [Parent("x", person=Person.objects.get(pk=story.father.pk))])
    assert len(only(father).ties) == 4
    assert cost() == first
