"""A day of the office: fees to a group, payments, the bank's file; and the report of it, once (requirement E8)."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notica.models import InboxEntry
from plumier.importing.actions import Ask, import_file
from plumier.models import User
from secretaria.models import Fee
from tests.database import DatabaseClock
from tests.journeys.conftest import violations
from tests.journeys.staff import be
from tests.providers.sandbox import Sandbox
from tests.secretaria.fees.school import NINE, Office

MIDNIGHT = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)  # in Madrid the 28th


@pytest.fixture
def office(transactional_db: None, sandbox: Sandbox, database_clock: DatabaseClock) -> Office:
    database_clock.set(NINE)
    return Office()


def opened(page: Page, live_server: LiveServer, user: User, name: str) -> Page:
    page.context.clear_cookies()
    be(page.context, live_server, user)
    page.goto(live_server.url + reverse(f"profesores:{name}"))
    return page


def told() -> Counter[str]:
    """How many reports of fees each person has in Notica."""
    rows = InboxEntry.objects.filter(message__kind="fees").select_related("person")
    return Counter(row.person.full_name for row in rows)


def issue_to_the_group(page: Page, live_server: LiveServer, office: Office) -> None:
    opened(page, live_server, office.secretary, "fees")
    page.get_by_role("link", name="Emitir una tasa").first.click()
    page.get_by_label("1º ESO A").check()
    page.get_by_label("Importe").fill("12,50")
    page.get_by_role("button", name="Revisar antes de emitir").click()
    assert violations(page) == []
    page.get_by_role("button", name="Emitir a 2 alumnos").click()
    expect(page.get_by_text("Emitidas 2 tasas de «Seguro escolar».")).to_be_visible()


def pay_a_part(page: Page) -> None:
    page.get_by_role("link", name="Ana Vera").click()
    page.get_by_label("Importe").fill("99")
    page.get_by_role("button", name="Anotar el cobro").click()
    expect(page.get_by_text("De esta tasa solo quedan por pagar 12,50 €.")).to_be_visible()
    page.get_by_label("Importe").fill("2,50")
    page.get_by_label("Forma de pago").select_option("cash")
    page.get_by_role("button", name="Anotar el cobro").click()
    expect(page.get_by_text("Cobro de 2,50 € anotado.")).to_be_visible()
    assert violations(page) == []


def bring_the_bank_s_file(office: Office, folder: Path) -> None:
    fee = Fee.objects.get(student=office.luis)
    file = folder / "banco.csv"
    file.write_text(
        f"Referencia;Importe;Fecha de pago;Operación\n{fee.reference};12,50;27/11/2026;0049-7781\n"
    )
    for _ in range(2):
        report = import_file(school=office.school, content=file.read_bytes(), ask=Ask(), now=NINE)
        assert report.errors == ()


def test_day_of_the_office_is_told_once_with_its_exact_totals_and_the_next_day_is_silent(
    office: Office,
    page: Page,
    live_server: LiveServer,
    sandbox: Sandbox,
    run_engine: Callable[[], None],
    database_clock: DatabaseClock,
    tmp_path: Path,
) -> None:
    issue_to_the_group(page, live_server, office)
    pay_a_part(page)
    bring_the_bank_s_file(office, tmp_path)
    run_engine()
    assert told() == {}
    for later in (timedelta(minutes=6), timedelta(hours=9), timedelta(days=1, hours=9)):
        database_clock.set(MIDNIGHT + later)
        run_engine()
    assert told() == {"Dolores Directora": 1, "Sara Secretaria": 1}
    assert [sandbox.taken(channel) for channel in ("email", "tokapp", "sms")] == [[], [], []]
    opened(page, live_server, office.director, "inbox")
    page.get_by_role("link", name="Informe de tasas").first.click()
    totals = "2 emitidas (25,00 €), 2 cobros (15,00 €)"
    expect(page.get_by_text(f"• Seguro escolar: {totals}")).to_be_visible()
    link = page.get_by_role("link", name="/profesores/secretaria/tasas/movimientos/")
    address = link.get_attribute("href") or ""
    page.goto(live_server.url + address[address.index("/profesores/") :])
    expect(page.get_by_text("viernes 27 de noviembre de 2026.")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Seguro escolar"))
    expect(row).to_contain_text("25,00 € (2)")
    expect(row).to_contain_text("15,00 € (2)")
    expect(page.get_by_role("listitem").filter(has_text="Cobrada")).to_have_count(2)
    assert violations(page) == []
