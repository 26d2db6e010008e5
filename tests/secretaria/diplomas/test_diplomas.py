"""Proposals of titles: made, received, told of, collected (requirement E6)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.sms.segments import segments
from notica.cancelling import cancel
from notica.event_words.diplomas import waits_sms
from notica.models import Delivery, Message, Recipient
from plumier.clock import database_now, database_today
from plumier.family_access import children_read_by
from plumier.models import Enrolment, RegisterEdit, Student, User
from plumier.refusals import Refused
from plumier.roles import Role
from secretaria.diplomas.batches import (
    Written,
    add_students,
    change_batch,
    delete_batch,
    make_batch,
    mark_sent,
    remove_diplomas,
    state_of,
)
from secretaria.diplomas.collecting import collect, take_back
from secretaria.diplomas.own_data import diploma_sections
from secretaria.diplomas.receiving import Telling, receive, tell, tell_failed_again
from secretaria.diplomas.telling import own_text, results_of, review, told, usual_text
from secretaria.diplomas.uncollected import sms_marks
from secretaria.models import BatchState, Diploma, DiplomaBatch
from tests.factories.register import (
    make_group,
    make_login,
    make_school,
    make_staff,
    make_student,
    mobile,
)
from tests.notica.results import ACCOUNTS
from tests.notica.stories import outcomes, send_to
from tests.secretaria.diplomas.titles import BACHILLERATO, ids, proposed


class Office:
    """A school with its secretary; Ana is here, Luis has left, Eva has only a landline, Leo's data are protected."""

    def __init__(self) -> None:
        self.school = make_school(name="IES Ribera")
        self.secretary = make_staff(self.school, "Sara Secretaria", Role.SECRETARY)
        self.group = make_group(self.school, "2º BACH A")
        self.ana = self.pupil("Ana Vera", phone_1=mobile())
        self.luis = self.pupil("Luis Gil", phone_1="landline:+34968111222", phone_2=mobile())
        self.eva = self.pupil("Eva Ros", phone_1="landline:+34968111333")
        self.leo = make_student(self.group, "Leo Sanz", contacts={"phone_1": mobile()}, protected=True)
        Enrolment.objects.filter(student=self.luis).update(status="withdrawn", left_on="2026-06-30")

    def pupil(self, name: str, **contacts: str) -> Student:
        return make_student(self.group, name, contacts=contacts)

    def proposed(self, *students: Student, sent: bool = True) -> DiplomaBatch:
        everyone = students or (self.ana, self.luis, self.eva, self.leo)
        return proposed(self.school, self.secretary, everyone, sent=sent)

    def receive(self, batch: DiplomaBatch, key: str = "k", chosen: list[int] | None = None) -> Message | None:
        wanted = ids(batch) if chosen is None else chosen
        return receive(batch, wanted, Telling(key), by=self.secretary, now=database_now()).message


@pytest.fixture
def of(db: None, settings: Any) -> Office:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Office()


def state(batch: DiplomaBatch) -> str:
    return DiplomaBatch.objects.get(pk=batch.pk).state


def test_receiving_tells_every_student_also_who_has_left_and_who_is_protected(of: Office) -> None:
    message = of.receive(of.proposed())
    rows = Recipient.objects.filter(message=message).values_list("person__given_name", "outcome", "reason")
    assert sorted(rows) == [
        ("Ana", "", ""),
        ("Eva", "no_channel", "landline"),
        ("Leo", "", ""),
        ("Luis", "", ""),
    ]
    sent = Delivery.objects.filter(message_id=message.pk if message else 0, state="ready")
    assert sorted(sent.values_list("channel", "address")) == sorted(
        ("sms", one.person.contacts.get(kind="mobile").value) for one in (of.ana, of.luis, of.leo)
    )


def test_other_kinds_still_leave_out_who_is_not_enrolled(of: Office) -> None:
    message = send_to(of.school, of.secretary, to="alumno", way="sms", students=[of.luis])
    assert outcomes(message) == [("Luis Gil", "excluded", "withdrawn")]


def test_receiving_twice_receives_and_sends_once(of: Office) -> None:
    batch = of.proposed()
    first, second = of.receive(batch), of.receive(batch)
    assert first == second
    assert Message.objects.filter(kind="diploma").count() == 1
    with pytest.raises(Refused, match="ya constan como recibidos"):
        of.receive(batch, "another key")


def test_some_received_make_the_proposal_partly_received(of: Office) -> None:
    batch = of.proposed()
    before = state(batch)
    of.receive(batch, chosen=ids(batch)[:1])
    between = state(batch)
    of.receive(batch, "second", ids(batch)[1:])
    assert (before, between, state(batch)) == ("sent", "partly", "received")
    assert sorted(Message.objects.values_list("audience__students", flat=True)) == sorted(
        [[of.ana.pk], sorted([of.luis.pk, of.eva.pk, of.leo.pk])]
    )


def test_what_is_refused_leaves_nothing_received(of: Office) -> None:
    batch = of.proposed()
    with pytest.raises(Refused, match="caben 151"):
        receive(batch, ids(batch), Telling("k", "a" * 152), by=of.secretary, now=database_now())
    assert (state(batch), Diploma.objects.filter(received_at__isnull=False).count()) == ("sent", 0)


def test_draft_is_not_received_before_it_was_sent(of: Office) -> None:
    with pytest.raises(Refused, match="aún no se ha enviado"):
        of.receive(of.proposed(sent=False))


def test_who_was_received_without_an_sms_is_told_later_and_nobody_twice(of: Office) -> None:
    batch, now = of.proposed(), database_now()
    receive(batch, ids(batch)[:2], None, by=of.secretary, now=now)
    of.receive(batch, chosen=ids(batch)[2:])
    message = tell(batch, ids(batch), Telling("late"), by=of.secretary, now=now)
    assert message.audience["students"] == sorted([of.ana.pk, of.luis.pk])
    with pytest.raises(Refused, match="No queda nadie por avisar"):
        tell(batch, ids(batch), Telling("later"), by=of.secretary, now=now)


def test_sms_that_was_taken_back_can_be_sent_anew(of: Office) -> None:
    batch = of.proposed(of.ana)
    first = of.receive(batch)
    assert first is not None
    assert told(batch.diplomas.all()) == set(ids(batch))
    cancel(first, by=of.secretary, now=database_now())
    Recipient.objects.filter(message=first).update(outcome="cancelled", closed_at=database_now())
    assert told(batch.diplomas.all()) == set()
    assert tell(batch, ids(batch), Telling("again"), by=of.secretary, now=database_now()) != first


def test_failed_ones_are_sent_again_and_the_newest_result_counts(of: Office) -> None:
    batch = of.proposed(of.ana, of.leo)
    message = of.receive(batch)
    assert message is not None
    Recipient.objects.filter(message=message, person=of.ana.person).update(
        outcome="failed", reason="x", closed_at=database_now()
    )
    Recipient.objects.filter(message=message, person=of.leo.person).update(
        outcome="reached", closed_at=database_now()
    )
    now = database_now()
    Message.objects.filter(pk=message.pk).update(state="finished", finished_at=now, fanned_out_at=now)
    (again,) = tell_failed_again(batch, by=of.secretary, now=now)
    assert list(Recipient.objects.filter(message=again).values_list("person", flat=True)) == [
        of.ana.person_id
    ]
    found = results_of(batch.diplomas.select_related("student"))
    assert sorted((one.message_id, one.outcome) for one in found.values()) == [
        (message.pk, "reached"),
        (again.pk, ""),
    ]
    with pytest.raises(Refused, match="No hay fallidos"):
        tell_failed_again(batch, by=of.secretary, now=now)


def test_sent_again_only_to_those_whose_title_still_waits(of: Office) -> None:
    batch = of.proposed(of.ana, of.leo)
    message, now = of.receive(batch), database_now()
    Recipient.objects.filter(message=message).update(outcome="failed", reason="x", closed_at=now)
    Message.objects.filter(kind="diploma").update(state="finished", finished_at=now, fanned_out_at=now)
    collect(batch, [batch.diplomas.get(student=of.ana).pk], "", by=of.secretary, now=now)
    (again,) = tell_failed_again(batch, by=of.secretary, now=now)
    assert outcomes(again) == [("Leo Sanz", "", "")]


def test_list_of_those_who_wait_says_what_came_of_the_sms(of: Office) -> None:
    batch = of.proposed(of.ana, of.eva, of.leo)
    of.receive(batch, chosen=ids(batch)[:2])
    receive(batch, ids(batch)[2:], None, by=of.secretary, now=database_now())
    marks = sms_marks(batch.diplomas.select_related("student"))
    assert {pk: mark.word for pk, mark in marks.items()} == {
        ids(batch)[0]: "En curso",
        ids(batch)[1]: "Sin canal",
    }


def test_review_says_how_many_who_not_and_what_it_costs(of: Office) -> None:
    of.school.policy.sms_price = "0.05"
    of.school.policy.save()
    batch = DiplomaBatch.objects.select_related("school__policy").get(pk=of.proposed().pk)
    students = [one.student_id for one in batch.diplomas.all()]
    found = review(batch, students, "", by=of.secretary, now=database_now())
    assert (found.reached, found.cost.replace("\xa0", " ")) == (3, "3 SMS · 0,15 €")
    assert [(one.name, one.reason) for one in found.missed] == [("Ros, Eva", "Solo teléfono fijo")]
    assert Message.objects.count() == 0


def test_text_that_is_the_usual_one_goes_in_each_language(of: Office) -> None:
    batch = of.proposed()
    assert own_text(batch, f" {usual_text(batch)} ") == ""
    assert own_text(batch, "Venga el lunes.") == "Venga el lunes."


@given(school=st.text(min_size=1, max_size=200), title=st.text(min_size=1, max_size=120))
def test_usual_sms_is_one_whatever_the_names(school: str, title: str) -> None:
    text = waits_sms(school, title)
    assert len(text) <= 151
    assert segments(text) == 1 or not text.isascii()


def test_collecting_is_noted_undone_and_kept(of: Office) -> None:
    batch = of.proposed(of.ana)
    of.receive(batch)
    assert collect(batch, ids(batch), "Rosa Vera", by=of.secretary, now=database_now()) == 1
    assert collect(batch, ids(batch), "Otra", by=of.secretary, now=database_now()) == 0
    noted = Diploma.objects.get(batch=batch)
    assert (state(batch), noted.collected_to, noted.collected_by) == ("collected", "Rosa Vera", of.secretary)
    assert take_back(batch, ids(batch), by=of.secretary, now=database_now()) == 1
    assert state(batch) == "received"
    edits = RegisterEdit.objects.filter(table_name="secretaria_diploma", kind="U").order_by("id")
    assert [one["collected_to"] for one in edits.values_list("after", flat=True)][-2:] == ["Rosa Vera", ""]


def test_title_that_has_not_come_is_not_collected(of: Office) -> None:
    batch = of.proposed(of.ana)
    with pytest.raises(Refused, match="aún no se ha recibido"):
        collect(batch, ids(batch), "", by=of.secretary, now=database_now())


def test_same_key_makes_one_proposal_and_a_number_is_used_once(of: Office) -> None:
    first = of.proposed(of.ana)
    assert of.proposed(of.ana) == first
    with pytest.raises(Refused, match="con ese número"):
        make_batch(of.school, BACHILLERATO, [], client_key="x", by=of.secretary, now=database_now())
    assert DiplomaBatch.objects.count() == 1


def test_students_are_of_the_school_and_each_once(of: Office) -> None:
    batch, now = of.proposed(of.ana), database_now()
    assert add_students(batch, [of.ana.pk, of.leo.pk], by=of.secretary, now=now) == 1
    stranger = make_student(make_group(make_school("30000002")), "Otra Alumna")
    with pytest.raises(Refused, match="no es de este centro"):
        add_students(batch, [stranger.pk], by=of.secretary, now=now)
    assert batch.diplomas.count() == 2


def test_received_titles_stay_in_the_proposal(of: Office) -> None:
    batch, now = of.proposed(of.ana, of.leo), database_now()
    of.receive(batch, chosen=ids(batch)[:1])
    with pytest.raises(Refused, match="ya se ha recibido"):
        remove_diplomas(batch, ids(batch), by=of.secretary, now=now)
    assert remove_diplomas(batch, ids(batch)[1:], by=of.secretary, now=now) == 1
    assert state(batch) == "received"


def test_sent_proposal_is_not_emptied_nor_deleted_and_a_draft_is(of: Office) -> None:
    batch, now = of.proposed(of.ana), database_now()
    with pytest.raises(Refused, match="no se queda sin títulos"):
        remove_diplomas(batch, ids(batch), by=of.secretary, now=now)
    with pytest.raises(Refused, match="no se borra"):
        delete_batch(batch, by=of.secretary, now=now)
    draft = make_batch(of.school, Written("ESO", "2026"), [], client_key="d", by=of.secretary, now=now)
    delete_batch(draft, by=of.secretary, now=now)
    assert list(DiplomaBatch.objects.all()) == [batch]


def test_proposal_is_sent_on_a_day_that_has_come_and_with_students(of: Office) -> None:
    batch, now = of.proposed(of.ana, sent=False), database_now()
    with pytest.raises(Refused, match="no ha llegado"):
        mark_sent(batch, database_today() + timedelta(days=2), by=of.secretary, now=now)
    empty = make_batch(of.school, Written("ESO", "2026"), [], client_key="d", by=of.secretary, now=now)
    with pytest.raises(Refused, match="no tiene alumnos"):
        mark_sent(empty, database_today(), by=of.secretary, now=now)


def test_title_of_which_somebody_was_told_is_not_renamed(of: Office) -> None:
    batch = of.proposed(of.ana)
    of.receive(batch)
    with pytest.raises(Refused, match="no se puede cambiar"):
        change_batch(batch, Written("ESO", "2026"), by=of.secretary, now=database_now())
    assert change_batch(batch, Written("Bachillerato", "2026"), by=of.secretary, now=database_now()).year == (
        "2026"
    )


@given(titles=st.integers(1, 9), received=st.integers(0, 9), collected=st.integers(0, 9))
def test_state_follows_from_the_titles(titles: int, received: int, collected: int) -> None:
    received = min(received, titles)
    collected = min(collected, received)
    found = state_of(sent=True, titles=titles, received=received, collected=collected)
    assert (found == BatchState.COLLECTED) == (collected == titles)
    assert (found == BatchState.SENT) == (received == 0)
    assert (found == BatchState.PARTLY) == (0 < received < titles)
    assert state_of(sent=False, titles=titles, received=0, collected=0) == BatchState.DRAFT


def test_copy_of_what_is_held_has_the_students_own_title(of: Office) -> None:
    batch = of.proposed(of.ana, of.leo)
    of.receive(batch)
    collect(batch, ids(batch)[:1], "", by=of.secretary, now=database_now())
    user: User = make_login(of.ana.person)
    (section,) = diploma_sections(of.ana.person, children_read_by(user, database_today()))
    assert [(row[0], row[1], row[6]) for row in section.rows] == [("Ana Vera", "Bachillerato", "Ana Vera")]
