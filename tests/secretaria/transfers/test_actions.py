"""A transfer's acts: what they lead to, whom they tell, and what they refuse."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from notica.files import KeptFile
from notica.models import Message
from plumier.models import Enrolment, RegisterEdit, SchoolPolicy
from plumier.refusals import Refused
from plumier.roles import Role
from secretaria.models import Transfer, TransferStep
from secretaria.transfers.actions import MOST_ASKED
from secretaria.transfers.refusals import AtField, StepTaken
from secretaria.transfers.written import Asked
from tests.factories.register import make_group, make_school, make_staff, make_student
from tests.secretaria.transfers.schools import ASKED, WAY, Schools, told


@pytest.fixture
def of(db: None) -> Schools:
    return Schools()


def test_proposal_goes_its_way_and_each_step_tells_the_office_that_must_act(of: Schools) -> None:
    row = of.offer()
    for action in WAY:
        row = of.act(row, action)
    assert (row.state, row.turn, row.due_on) == ("closed", None, None)
    assert told(of.destination) == [
        ("offered", "Dori Destino"),
        ("sent", "Dori Destino"),
        ("withdrawn", "Dori Destino"),
        ("closed", "Dori Destino"),
    ]
    assert told(of.origin) == [
        ("accepted", "Olga Origen"),
        ("received", "Olga Origen"),
        ("enrolled", "Olga Origen"),
    ]
    steps = [(step.action, step.school.code, step.told) for step in row.steps.order_by("number")]
    assert [action for action, *_rest in steps] == ["offer", *WAY]
    assert {told for *_rest, told in steps} == {1}


def test_message_is_of_the_school_that_is_told_and_names_nobody_of_the_other(of: Schools) -> None:
    of.offer()
    message = Message.objects.get(kind="transfer")
    assert (message.school, message.sender, message.sender_person, message.student) == (
        of.destination,
        None,
        None,
        None,
    )
    assert message.params == {
        "transfer": Transfer.objects.get().pk,
        "state": "offered",
        "student": "Ana Vera Gil",
        "nre": "1234567",
        "origin": "IES Origen",
        "destination": "IES Destino",
        "due": Transfer.objects.get().due_on.isoformat(),  # type: ignore[union-attr]
        "from": "IES Origen",
    }


def test_returned_proposal_is_corrected_and_goes_on(of: Schools) -> None:
    row = of.offer()
    with pytest.raises(AtField) as refused:
        of.act(row, "return")
    assert (refused.value.field, Transfer.objects.get().state) == ("note", "offered")
    row = of.act(row, "return", "Falta el domicilio.")
    assert (row.state, row.turn) == ("offered_back", of.origin)
    row = of.act(row, "resend", "Va con el padrón.")
    assert (row.state, row.turn) == ("offered", of.destination)
    notes = list(TransferStep.objects.order_by("number").values_list("note", flat=True))
    assert notes == ["", "Falta el domicilio.", "Va con el padrón."]


def test_incomplete_file_goes_back_to_who_sends_it(of: Schools) -> None:
    row = of.act(of.until("sent"), "incomplete", "Falta el historial.")
    assert (row.state, row.turn) == ("accepted", of.origin)


def test_same_press_twice_is_one_step_and_one_message(of: Schools) -> None:
    row, again = of.offer(), of.offer()
    assert row.pk == again.pk
    for _press in (1, 2):
        of.act(row, "accept", seen=1, school=of.destination)
    assert (TransferStep.objects.count(), Message.objects.filter(kind="transfer").count()) == (2, 2)


def test_stale_form_does_nothing_and_says_what_has_happened(of: Schools) -> None:
    row = of.offer()
    colleague = make_staff(of.destination, "Pepe Pas", Role.PAS)
    of.act(row, "return", "No hay plazas.", by=colleague)
    with pytest.raises(StepTaken) as refused:
        of.act(row, "accept", seen=1, school=of.destination)
    assert (refused.value.step.action, Transfer.objects.get().state) == ("return", "offered_back")
    assert "Lo devuelve" in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_two_of_an_office_at_once_take_one_step() -> None:
    of = Schools()
    row = of.offer()
    people = [of.receiver, make_staff(of.destination, "Pepe Pas", Role.PAS)]
    barrier, found = Barrier(2), []

    def take(by: Any, action: str) -> None:
        barrier.wait(10)
        try:
            of.act(row, action, "Motivo", by=by, seen=1, school=of.destination)
            found.append("done")
        except StepTaken:
            found.append("taken")
        finally:
            connection.close()

    threads = [Thread(target=take, args=pair) for pair in zip(people, ("accept", "return"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (sorted(found), TransferStep.objects.count()) == (["done", "taken"], 2)


def test_step_of_the_other_side_is_refused(of: Schools) -> None:
    row = of.offer()
    with pytest.raises(Refused, match="no le toca"):
        of.act(row, "accept", school=of.origin)
    assert Transfer.objects.get().state == "offered"


def test_who_began_it_takes_it_back_and_the_other_is_told(of: Schools) -> None:
    row = of.act(of.until("accepted"), "annul", "Se queda en el centro.", school=of.origin)
    assert (row.state, row.turn, told(of.destination)[-1]) == ("annulled", None, ("annulled", "Dori Destino"))


def test_student_has_one_open_transfer_and_another_once_it_ended(of: Schools) -> None:
    row = of.offer()
    third = make_school("30000003", name="IES Tercero")
    of.destination, first = third, of.destination
    with pytest.raises(AtField) as refused:
        of.offer(key="c" * 32)
    assert (refused.value.field, "IES Destino" in str(refused.value)) == ("student", True)
    of.destination = first
    of.act(row, "annul", "Error", school=of.origin)
    assert of.offer(key="d" * 32).pk != row.pk


def test_request_finds_its_student_when_the_origin_says_who_she_is(of: Schools) -> None:
    row = of.ask(Asked(" 123 4567 ", "ana", "vera", ""))
    assert (row.student, row.nre, row.state, row.turn) == (None, "1234567", "asked", of.origin)
    with pytest.raises(AtField) as refused:
        of.act(row, "accept", expediente="no-hay")
    assert refused.value.field == "expediente"
    row = of.act(row, "accept", expediente=of.ana.expediente)
    assert (row.student, row.full_name, row.stage, row.turn) == (of.ana, "Ana Vera Gil", "eso", of.origin)


def test_request_is_answered_alike_whether_or_not_there_is_such_a_student(of: Schools) -> None:
    of.offer()  # she has an open one already: nor does that show
    third = make_school("30000003", name="IES Tercero")
    of.destination, of.receiver = third, make_staff(third, "Tina Tercero", Role.SECRETARY)
    known, unknown = of.ask(), of.ask(Asked("999", "Nadie", "Nunca", "eso"), key="c" * 32)
    for row in (known, unknown):
        assert (row.student, row.state, row.turn, row.steps.get().told) == (None, "asked", of.origin, 1)


def test_request_returned_is_corrected(of: Schools) -> None:
    row = of.act(of.ask(), "return", "No consta.")
    row = of.act(row, "resend", "Era otro NRE.", asked=Asked("777", "Ana", "Vera Gil", "eso"))
    assert (row.nre, row.state) == ("777", "asked")


@pytest.mark.parametrize("field", ["nre", "given_name", "surname"])
def test_request_names_its_student_whole(of: Schools, field: str) -> None:
    values = {"nre": "1", "given_name": "Ana", "surname": "Vera", "stage": "", field: " "}
    with pytest.raises(AtField) as refused:
        of.ask(Asked(**values))
    assert (refused.value.field, Transfer.objects.count()) == (field, 0)


def test_school_that_asks_too_often_waits_until_tomorrow(of: Schools) -> None:
    for number in range(MOST_ASKED):
        of.ask(Asked(str(number), "Ana", "Vera", ""), key=f"{number:032}")
    with pytest.raises(AtField, match="mañana"):
        of.ask(key="f" * 32)
    assert Transfer.objects.count() == MOST_ASKED


def test_second_open_request_for_the_same_nre_is_refused(of: Schools) -> None:
    of.ask()
    with pytest.raises(AtField) as refused:
        of.ask(ASKED, key="c" * 32)
    assert (refused.value.field, Transfer.objects.count()) == ("nre", 1)


def test_school_that_keeps_no_transfers_gets_none(of: Schools) -> None:
    SchoolPolicy.objects.filter(school=of.destination).update(procedures=[])
    with pytest.raises(AtField) as refused:
        of.offer()
    assert (refused.value.field, Transfer.objects.count()) == ("other", 0)


def test_student_of_another_school_is_not_proposed(of: Schools) -> None:
    theirs = make_student(make_group(of.destination), "Luis Otro")
    with pytest.raises(AtField) as refused:
        of.offer(theirs)
    assert refused.value.field == "student"


@pytest.mark.parametrize(("ticked", "status"), [(True, "withdrawn"), (False, "active")])
def test_register_says_that_she_left_only_if_asked(of: Schools, ticked: bool, status: str) -> None:
    row = of.act(of.until("received"), "withdraw", register=ticked)
    enrolment = Enrolment.objects.get(student=of.ana)
    assert (enrolment.status, enrolment.left_on is not None) == (status, ticked)
    assert row.steps.get(action="withdraw").registered is ticked
    edits = RegisterEdit.objects.filter(table_name="plumier_enrolment", cause="transfer")
    assert list(edits.values_list("actor_id", flat=True)) == [of.sender.pk] * ticked


def test_files_of_a_step_are_kept_with_it(of: Schools) -> None:
    file = KeptFile("historial.pdf", "application/pdf", 12, "0" * 64)
    row = of.offer(files=(file,))
    (kept,) = row.steps.get().files.all()
    assert (kept.name, kept.size, kept.school) == ("historial.pdf", 12, of.origin)


def test_history_of_a_transfer_is_kept(of: Schools) -> None:
    of.act(of.offer(), "accept")
    edits = RegisterEdit.objects.filter(table_name="secretaria_transfer").order_by("id")
    assert [(edit.kind, edit.school_id, edit.actor_id, edit.cause) for edit in edits] == [
        ("I", of.origin.pk, of.sender.pk, "transfer"),
        ("U", of.origin.pk, of.receiver.pk, "transfer"),
    ]
