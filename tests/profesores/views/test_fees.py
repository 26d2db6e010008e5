"""«Tasas» as the office works with it: the list, a fee, issuing to many, movements and their workbook (E8)."""

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumier.models import Enrolment, Guardianship, RecordAccess, SchoolPolicy, User
from plumier.roles import Role
from secretaria.models import Fee, FeeConcept, FeeMovement
from tests.database import DatabaseClock
from tests.factories.register import make_staff, make_student, make_tutor
from tests.secretaria.fees.school import FRIDAY, Office
from tests.secretaria.fees.school import NINE as NOW


@pytest.fixture
def office(db: None, database_clock: DatabaseClock) -> Office:
    database_clock.freeze(NOW)
    return Office()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(user: User, name: str = "fees", *args: Any, **query: Any) -> Any:
    return client_of(user).get(reverse(f"profesores:{name}", args=args), query)


def post(user: User, name: str, *args: Any, **data: Any) -> Any:
    return client_of(user).post(reverse(f"profesores:{name}", args=args), data)


def listed(user: User, **query: Any) -> list[str]:
    return [one.fee.student.person.given_name for one in get(user, **query).context["page"].lines]


def asked(office: Office, **data: Any) -> dict[str, Any]:
    return {
        "tasa": office.concept.pk,
        "importe": "",
        "emitida": FRIDAY.isoformat(),
        "vence": "",
        "grupos": [office.group.pk],
        "expedientes": "",
        "clave": "k",
        "hacer": "revisar",
        **data,
    }


def test_list_has_what_is_owed_first_and_totals_of_it_and_the_look_is_kept(office: Office) -> None:
    ana, luis = sorted(office.charge(office.ana, office.luis), key=lambda one: one.student_id)
    office.pay(ana, "4")
    office.pay(luis)
    page = get(office.secretary).context["page"]
    assert [one.fee for one in page.lines] == [ana]
    assert [(one.number, one.amount, one.owed) for one in page.totals] == [(1, "10,00\u00a0€", "6,00\u00a0€")]
    assert list(RecordAccess.objects.values_list("person_id", "page")) == [(office.ana.person_id, "fees")]
    assert listed(office.secretary, estado="pagadas") == ["Luis"]
    assert listed(office.secretary, estado="anuladas") == []


def test_list_is_narrowed_by_words_group_concept_and_student(office: Office) -> None:
    fees = office.charge(office.ana, office.luis)
    for query, names in (
        ({"buscar": "véra"}, ["Ana"]),
        ({"buscar": office.luis.expediente}, ["Luis"]),
        ({"buscar": fees[0].reference.lower()}, ["Luis"]),
        ({"grupo": office.group.pk}, ["Ana", "Luis"]),
        ({"concepto": office.concept.pk + 1}, []),
        ({"alumno": office.ana.pk}, ["Ana"]),
        ({"alumno": "x", "despues": "²"}, ["Ana", "Luis"]),
    ):
        assert listed(office.secretary, **query) == names


def test_pages_follow_each_other_by_key(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profesores.fees_page.PAGE", 1)
    office.charge(office.ana, office.luis)
    first = get(office.secretary).context["page"]
    second = get(office.secretary, despues=first.after).context["page"]
    assert [one.fee.student for page in (first, second) for one in page.lines] == [office.ana, office.luis]
    assert second.after == 0


@pytest.mark.parametrize("name", ["fees", "fees_day"])
def test_list_costs_the_same_queries_for_one_and_for_thirty(office: Office, name: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert get(office.secretary, name).status_code == 200
        return len(found)

    office.charge(office.ana)
    one = queries()
    office.charge(*(make_student(office.group, f"Alumno {n}") for n in range(29)), key="many")
    assert queries() == one


def test_office_and_finance_have_the_pages_and_nobody_else(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    finance = make_staff(office.school, "Tài Chính", Role.FINANCE)
    for user, status in (
        (office.director, 200),
        (finance, 200),
        (make_tutor(office.group), 404),
        (make_staff(office.school, "Olga Orientadora", Role.COUNSELLOR), 404),
        (Office("30000002").secretary, 404),
    ):
        assert get(user, "fee", fee.pk).status_code == status
    SchoolPolicy.objects.update(procedures=[])
    assert get(office.director).status_code == 404


def test_student_kept_apart_by_a_court_is_on_no_page_of_hers(office: Office) -> None:
    fees = office.charge(office.ana, office.luis)
    Guardianship.objects.create(
        school=office.school,
        student=office.ana,
        guardian=office.director.people.get(),
        relation="mother",
        order=2,
        barred_from="2026-01-01",
        barred_reference="Auto 1/2026",
    )
    assert listed(office.director) == ["Luis"]
    assert get(office.director, "fee", fees[1].pk).status_code == 404
    day = get(office.director, "fees_day").context["page"]
    assert [one.movement.fee.student for one in day.shown] == [office.luis]
    assert day.sums[0].cells[0] == (1, "10,00\u00a0€")


def test_issuing_is_looked_at_with_its_number_before_it_is_done_once(office: Office) -> None:
    looked = post(office.secretary, "fees_issue", **asked(office, importe="12,50"))
    review = looked.context["review"]
    assert (review.number, review.amount, review.total) == (2, "12,50\u00a0€", "25,00\u00a0€")
    assert Fee.objects.count() == 0
    for _ in range(2):
        done = post(
            office.secretary,
            "fees_issue",
            **asked(office, importe="12,50", hacer="emitir", visto=review.seen),
        )
    assert (done.status_code, Fee.objects.count()) == (303, 2)


def test_issuing_is_looked_at_again_if_there_are_others_meanwhile(office: Office) -> None:
    looked = post(office.secretary, "fees_issue", **asked(office)).context["review"].seen
    Enrolment.objects.filter(student=office.luis).update(status="withdrawn", left_on="2026-01-01")
    make_student(office.group, "Otra Alumna")
    answer = post(office.secretary, "fees_issue", **asked(office, hacer="emitir", visto=looked))
    assert (answer.context["review"].number, answer.context["changed"], Fee.objects.count()) == (2, True, 0)


def test_issuing_is_looked_at_again_if_the_amount_of_the_concept_changed_meanwhile(office: Office) -> None:
    looked = post(office.secretary, "fees_issue", **asked(office)).context["review"].seen
    FeeConcept.objects.update(amount=1_000)
    answer = post(office.secretary, "fees_issue", **asked(office, hacer="emitir", visto=looked))
    assert (answer.context["changed"], Fee.objects.count()) == (True, 0)


def test_who_has_it_already_is_left_out_unless_it_is_asked_for(office: Office) -> None:
    office.charge(office.ana)
    review = post(office.secretary, "fees_issue", **asked(office)).context["review"]
    assert (review.number, review.left_out) == (1, 1)
    review = post(office.secretary, "fees_issue", **asked(office, otra="on")).context["review"]
    assert (review.number, review.left_out) == (2, 0)


def test_pasted_expedientes_are_charged_and_unknown_ones_said_at_the_field(office: Office) -> None:
    words = f"{office.ana.expediente}; {office.ana.expediente}\n40x7"
    answer = post(office.secretary, "fees_issue", **asked(office, grupos=[], expedientes=words))
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"expedientes": ["No es de nadie del centro: 40x7. Corríjalo o quítelo."]},
    )
    assert "40x7" in answer.content.decode()
    answer = post(office.secretary, "fees_issue", **asked(office, grupos=[], expedientes=words[:-5]))
    assert answer.context["review"].number == 1


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"importe": "diez"}, "importe", "No se entiende el importe: escríbalo como 25,50."),
        ({"emitida": "2026-11-28"}, "emitida", "La fecha de emisión aún no ha llegado."),
        ({"vence": "2026-11-26"}, "vence", "El vencimiento es anterior a la emisión."),
        ({"grupos": []}, "expedientes", "Elija al menos un grupo o pegue algún expediente."),
    ],
)
def test_what_is_wrong_with_an_issue_is_said_at_its_field(
    office: Office, data: dict[str, Any], field: str, words: str
) -> None:
    answer = post(office.secretary, "fees_issue", **asked(office, **data))
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [words])


def test_fee_is_paid_taken_back_and_annulled_on_its_page(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    paid = {"hacer": "pagar", "importe": "10,00", "pagada": "2026-11-26", "via": "cash", "clave": "p"}
    assert post(office.secretary, "fee", fee.pk, **paid).status_code == 303
    payment = FeeMovement.objects.get(kind="paid")
    answer = post(office.secretary, "fee", fee.pk, hacer="devolver", cobro=payment.pk, motivo="")
    assert (answer.status_code, answer.context["forms"]["devolver"].errors["motivo"]) == (
        422,
        ["Este campo es obligatorio."],
    )
    for doing in ({"hacer": "devolver", "cobro": payment.pk}, {"hacer": "anular"}):
        assert post(office.secretary, "fee", fee.pk, motivo="Error", **doing).status_code == 303
    assert list(FeeMovement.objects.order_by("pk").values_list("kind", "by")) == [
        (kind, office.secretary.pk) for kind in ("issued", "paid", "reversed", "annulled")
    ]


def test_payment_that_is_too_much_is_said_at_its_field_and_stays_typed(office: Office) -> None:
    (fee,) = office.charge(office.ana)
    paid = {"hacer": "pagar", "importe": "10,01", "pagada": "2026-11-27", "via": "cash", "clave": "p"}
    answer = post(office.secretary, "fee", fee.pk, **paid)
    assert answer.status_code == 422
    assert answer.context["forms"]["pagar"].errors["importe"] == [
        "De esta tasa solo quedan por pagar 10,00 €."
    ]
    assert 'value="10,01"' in answer.content.decode()


def test_movements_of_days_are_a_workbook_whose_amounts_are_numbers(office: Office) -> None:
    first, second = office.charge(office.ana, office.luis)
    office.pay(first, "4.10")
    answer = get(office.secretary, "fees_workbook", desde="2026-11-27")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))  # type: ignore[union-attr]
    assert [(row[1], row[5], row[7], row[8]) for row in rows] == [
        ("Emitida", first.reference, 10, "EUR"),
        ("Emitida", second.reference, 10, "EUR"),
        ("Cobrada", first.reference, 4.1, "EUR"),
    ]
    empty = get(office.secretary, "fees_workbook", desde="2026-11-26")
    assert len(list(openpyxl.load_workbook(io.BytesIO(empty.content)).active.rows)) == 1  # type: ignore[union-attr]


def test_list_is_a_workbook_of_what_its_filters_find(office: Office) -> None:
    first, second = office.charge(office.ana, office.luis)
    office.pay(first)
    office.pay(second, "4.10")
    answer = get(office.secretary, "fees_list")
    (row,) = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(  # type: ignore[union-attr]
        min_row=2, values_only=True
    )
    assert (row[0], row[2], row[7:10], row[11]) == (
        *(second.reference, "Ana Vera", (10, 4.1, 5.9)),
        "Pagada en parte",
    )


def test_days_without_movement_and_filters_without_any_are_told_apart(office: Office) -> None:
    office.charge(office.ana)
    for query, words in (
        ({"hasta": "2026-11-26"}, "Sin movimientos en esos días"),
        ({"que": "annulled"}, "Ningún movimiento cumple lo que busca"),
    ):
        assert words in get(office.secretary, "fees_day", **query).content.decode()
    assert get(office.secretary, "fees_day", desde="2026-11-27", hasta="2026-11-26").status_code == 404
