"""A school that charges: a group, its pupils, a concept, and its secretary."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from plumier.clock import database_now, day_in
from plumier.models import School, Student, User
from plumier.roles import Role
from secretaria.fees.issuing import Order, issue
from secretaria.fees.recording import Payment, pay
from secretaria.models import Fee, FeeConcept, FeeMovement
from tests.factories.register import Parent, make_director, make_group, make_school, make_staff, make_student

MADRID = ZoneInfo("Europe/Madrid")
FRIDAY = date(2026, 11, 27)
NINE = datetime(2026, 11, 27, 9, 30, tzinfo=MADRID)
TEN = Decimal("10.00")


def make_fee(student: Student, by: User, concept: str = "Seguro escolar") -> Fee:
    """A fee of ten euros issued today, of which four are paid."""
    now, school = database_now(), student.school
    made, _new = FeeConcept.objects.get_or_create(school=school, name=concept, defaults={"amount": TEN})
    today = day_in(school, now)
    order = Order(made, TEN, today, None, [student.pk], f"fee-{student.pk}")
    fee = issue(school, order, by=by, now=now).fees.get()
    pay(school, fee.pk, Payment(Decimal(4), today, "cash"), by=by, now=now)
    return fee


class Office:
    """1º ESO A with Ana and Luis, whose secretary is Sara; «Seguro escolar» costs 10 euros."""

    def __init__(self, code: str = "30000001", **fields: Any) -> None:
        self.school: School = make_school(code, **fields)
        self.group = make_group(self.school, "1º ESO A")
        self.director = make_director(self.school)
        self.secretary = make_staff(self.school, "Sara Secretaria", Role.SECRETARY)
        self.ana = make_student(self.group, "Ana Vera", [Parent("Eva Ros")])
        self.luis = make_student(self.group, "Luis Gil")
        self.concept = FeeConcept.objects.create(school=self.school, name="Seguro escolar", amount=TEN)

    def order(self, students: Iterable[Student], key: str = "k", **fields: Any) -> Order:
        values: dict[str, Any] = {
            "concept": self.concept,
            "amount": TEN,
            "issued_on": FRIDAY,
            "due_on": None,
            "students": [one.pk for one in students],
            "client_key": key,
            **fields,
        }
        return Order(**values)

    def charge(self, *students: Student, now: datetime = NINE, key: str = "k", **fields: Any) -> list[Fee]:
        """The fees of one act."""
        act = issue(self.school, self.order(students, key, **fields), by=self.secretary, now=now)
        return list(act.fees.order_by("pk"))

    def pay(self, fee: Fee, amount: str = "10", now: datetime = NINE, **fields: Any) -> FeeMovement:
        values: dict[str, Any] = {"paid_on": FRIDAY, "way": "cash", **fields}
        return pay(self.school, fee.pk, Payment(Decimal(amount), **values), by=self.secretary, now=now)
