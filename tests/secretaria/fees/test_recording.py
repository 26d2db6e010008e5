"""Fees issued, paid, taken back and annulled: exact, once, and never more than is owed (requirement E8)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from plumier.models import Guardianship, RegisterEdit
from plumier.refusals import Refused
from secretaria.fees.choices import FeeState
from secretaria.fees.issuing import charged_already, issue
from secretaria.fees.recording import annul, reverse
from secretaria.models import Fee, FeeIssue, FeeMovement
from tests.secretaria.fees.balance import balance_of
from tests.secretaria.fees.school import FRIDAY, NINE, TEN, Office


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def kept(fee: Fee) -> tuple[Decimal, Decimal, FeeState]:
    """What is paid and owed of it, which its movements say too."""
    fee.refresh_from_db()
    found = balance_of(FeeMovement.objects.filter(fee=fee).values_list("kind", "amount"))
    assert (found.issued, found.paid, found.owed) == (fee.amount, fee.paid, fee.owed)
    return fee.paid, fee.owed, fee.state


def test_fee_to_many_has_a_reference_each(office: Office) -> None:
    fees = office.charge(office.ana, office.luis, due_on=date(2026, 12, 15))
    act = FeeIssue.objects.get()
    assert act.number == 2
    assert [(one.student, one.reference) for one in fees] == [
        (office.luis, f"T{act.pk}-0001"),
        (office.ana, f"T{act.pk}-0002"),
    ]
    assert kept(fees[0]) == (0, TEN, FeeState.PENDING)


def test_second_press_is_the_same_act(office: Office) -> None:
    first, second = office.charge(office.ana), office.charge(office.ana)
    assert first == second
    assert FeeMovement.objects.count() == 1


def test_student_of_another_school_is_not_charged_and_nobody_else_is(office: Office) -> None:
    other = Office("30000002")
    with pytest.raises(Refused, match="no se ha emitido nada"):
        office.charge(office.ana, other.ana)
    assert (Fee.objects.count(), FeeIssue.objects.count()) == (0, 0)


def test_student_kept_apart_by_a_court_is_not_hers_to_charge(office: Office) -> None:
    Guardianship.objects.create(
        school=office.school,
        student=office.ana,
        guardian=office.secretary.people.get(),
        relation="mother",
        order=2,
        barred_from=date(2026, 1, 1),
        barred_reference="Auto 1/2026",
    )
    with pytest.raises(Refused, match="ya no está en el centro"):
        office.charge(office.ana)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"students": []}, "Elija al menos un alumno"),
        ({"amount": Decimal(0)}, "El importe no es válido"),
        ({"issued_on": FRIDAY + timedelta(days=1)}, "aún no ha llegado"),
        ({"due_on": FRIDAY - timedelta(days=1)}, "El vencimiento es anterior"),
    ],
)
def test_what_cannot_be_issued_is_refused_in_words(
    office: Office, fields: dict[str, Any], words: str
) -> None:
    order = replace(office.order([office.ana]), **fields)
    with pytest.raises(Refused, match=words):
        issue(office.school, order, by=office.secretary, now=NINE)


def test_who_has_it_already_is_told_apart_from_who_had_it_annulled(office: Office) -> None:
    ana, luis = (office.charge(one, key=str(one.pk))[0] for one in (office.ana, office.luis))
    annul(office.school, luis.pk, "Beca", by=office.secretary, now=NINE)
    both = [office.ana.pk, office.luis.pk]
    assert charged_already(office.concept, both, date(2026, 9, 1)) == {ana.student_id}
    assert charged_already(office.concept, both, FRIDAY + timedelta(days=1)) == set()


def test_fee_is_paid_in_parts_and_a_payment_taken_back_is_owed_again(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    first = office.pay(fee, "4")
    assert kept(fee) == (4, 6, FeeState.PARTLY)
    office.pay(fee, "6")
    assert kept(fee) == (10, 0, FeeState.PAID)
    for _ in range(2):
        reverse(office.school, fee.pk, first.pk, "Recibo devuelto", by=office.secretary, now=NINE)
    assert kept(fee) == (6, 4, FeeState.PARTLY)


def test_more_than_is_owed_is_refused_and_says_how_much_is(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    office.pay(fee, "7.50")
    with pytest.raises(Refused, match=r"solo quedan por pagar 2,50"):
        office.pay(fee, "2.51")
    assert kept(fee)[1] == Decimal("2.50")


def test_database_refuses_more_than_is_owed_whoever_writes_it(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    office.pay(fee, "7")
    with pytest.raises(IntegrityError, match="fee_no_more_than_owed"), transaction.atomic():
        FeeMovement.objects.create(
            school=office.school,
            fee=fee,
            kind="paid",
            amount=4,
            day=FRIDAY,
            at=NINE,
            paid_on=FRIDAY,
            way="cash",
        )
    assert kept(fee) == (7, 3, FeeState.PARTLY)


def test_payment_pressed_twice_or_with_the_same_number_is_one(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    for _ in range(2):
        office.pay(fee, "2", client_key="once", bank_reference="op  77")
    with pytest.raises(Refused, match="misma referencia"):
        office.pay(fee, "2", client_key="again", bank_reference="OP 77")
    assert kept(fee) == (2, 8, FeeState.PARTLY)


def test_annulled_once_with_its_reason_and_takes_no_payment(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    with pytest.raises(Refused, match="Escriba el motivo"):
        annul(office.school, fee.pk, "  ", by=office.secretary, now=NINE)
    for reason in ("Beca", "Otra vez"):
        annul(office.school, fee.pk, reason, by=office.secretary, now=NINE)
    assert kept(fee) == (0, 0, FeeState.ANNULLED)
    assert FeeMovement.objects.get(kind="annulled").reason == "Beca"
    with pytest.raises(Refused, match="está anulada"):
        office.pay(fee, "1")


def test_fee_with_payments_is_annulled_only_after_they_are_taken_back(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    paid = office.pay(fee, "10")
    with pytest.raises(Refused, match="tiene cobros"):
        annul(office.school, fee.pk, "Error", by=office.secretary, now=NINE)
    reverse(office.school, fee.pk, paid.pk, "Error", by=office.secretary, now=NINE)
    annul(office.school, fee.pk, "Error", by=office.secretary, now=NINE)
    assert kept(fee) == (0, 0, FeeState.ANNULLED)


def test_movement_is_never_changed(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        FeeMovement.objects.filter(fee=fee).update(amount=1)


def test_fee_of_another_school_is_not_found(office: Office) -> None:
    other = Office("30000002")
    (fee,) = other.charge(other.ana)
    with pytest.raises(Refused, match="no es de su centro"):
        office.pay(fee, "1")


def test_who_paid_what_before_and_after_is_kept(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    office.pay(fee, "4")
    edits = RegisterEdit.objects.filter(table_name="secretaria_fee", row_id=fee.pk, kind="U")
    assert [(one.school_id, one.before["paid"], one.after["paid"]) for one in edits] == [
        (office.school.pk, 0, 4)
    ]
