"""The pages in a real browser: used from end to end, and fit for everybody."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.channels_app.sandbox.asking import bot, sms
from tests.channels_app.sandbox.receiver import Receiver, Request
from tests.channels_app.sandbox.test_bounces import ADDRESS, send
from tests.journeys.conftest import violations
from tests.providers.sandbox import Sandbox

PHONE, USED = "+34622000222", "+34622000333"
VIEWS = [(1280, "light"), (390, "dark"), (320, "light")]
SHARE = {
    "keyboard": [[{"text": "📱 Compartir mi teléfono", "request_contact": True}], [{"text": "Ahora no"}]]
}
YES = {"text": "Sí, darme de baja", "callback_data": "baja"}
SURE = {"inline_keyboard": [[YES, {"text": "No", "callback_data": "no"}]]}


def answer(request: Request) -> tuple[int, bytes]:
    """A bot that asks for the phone, and then whether one is sure."""
    update = request.json
    if "message" not in update:
        return 200, b""
    contact = "contact" in update["message"]
    said = {
        "method": "sendMessage",
        "chat_id": update["message"]["chat"]["id"],
        "text": "Conectado.\n¿Quiere darse de baja?"
        if contact
        else "Bienvenida. Comparta su teléfono con el botón.",
        "reply_markup": SURE if contact else SHARE,
    }
    return 200, json.dumps(said).encode()


@pytest.fixture
def school(provider: Sandbox, receiver: Receiver) -> Sandbox:
    """A bot that answers, and a phone and a mailbox that were written to."""
    receiver.answer = answer
    bot(provider, "setWebhook", url=receiver.url)
    provider.control("tokapp", {"phone": PHONE, "active": True})
    text, callback = "Su hija no ha venido a clase hoy. " * 6, f"{receiver.url}/avisos/sms/7.1.a/"
    for phone in (PHONE, USED):
        sms(provider, phone, Body=text, StatusCallback=callback)
    send(provider, ADDRESS)
    return provider


def shoot(page: Page, name: str) -> None:
    """A picture for those who look, where PLUMIER_SHOTS says."""
    if folder := os.environ.get("PLUMIER_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_phone_is_used_with_the_mouse_alone(school: Sandbox, receiver: Receiver, page: Page) -> None:
    page.goto(school.url)
    page.get_by_label("Abrir un teléfono").fill("622 000 333")
    page.get_by_role("button", name="Abrir").click()
    page.get_by_text("Qué más puede hacer esta persona").click()
    page.get_by_label("Abrir el bot, con un enlace o sin él").fill("https://t.me/plumier_1000_bot?start=abc")
    page.locator("#telegram").get_by_role("button", name="Abrir").click()
    expect(page.get_by_role("status")).to_have_text("El bot ha contestado.")
    page.get_by_role("button", name="📱 Compartir mi teléfono").click()
    expect(page.get_by_text("¿Quiere darse de baja?")).to_be_visible()
    page.get_by_role("button", name="Sí, darme de baja").click()
    expect(page.get_by_role("status")).to_contain_text("El bot lo tiene")
    page.get_by_role("button", name="No entregar").last.click()
    expect(page.get_by_text("No entregado · 30003")).to_be_visible()
    page.get_by_role("button", name="STOP").click()
    expect(page.get_by_text("De baja", exact=True)).to_be_visible()
    kinds = [
        next(iter(request.json.keys() - {"update_id"}))
        for request in receiver.requests
        if request.path == "/"
    ]
    assert kinds == ["message", "message", "callback_query"]
    assert [one["what"] for one in school.told() if one["kind"] != "update"] == ["undelivered", "STOP"]


def test_mail_is_sent_back(school: Sandbox, page: Page) -> None:
    page.goto(f"{school.url}/mailbox/{ADDRESS}")
    page.get_by_label("Devolver este correo").first.select_option("full")
    page.get_by_role("button", name="Rebotar").first.click()
    expect(page.get_by_role("status")).to_have_text("El correo ha vuelto al buzón de rebotes.")
    assert [one["what"] for one in school.told("bounce")] == ["full"]


@pytest.mark.parametrize("visitor", VIEWS, indirect=True, ids=str)
def test_pages_are_fit_for_everybody(school: Sandbox, page: Page, request: pytest.FixtureRequest) -> None:
    for do in ("start", "share"):
        school.control("telegram", {"phone": PHONE, "do": do})
    bot(school, "sendMessage", chat_id=PHONE[1:], text="Puede compartir otro:", reply_markup=SHARE)
    school.refuse("sms", "not_mobile", address=PHONE)
    sms(school, PHONE)
    school.control("rules", method="DELETE")
    school.rule("sms", "receipt", statuses=["sent"], times=1)
    school.bounce(ADDRESS)
    found, name = {}, request.node.name.partition("[")[2].strip("]")
    for path in (
        "/",
        f"/phone/{PHONE}",
        "/phone/+34622999888",
        "/phone/1001",
        f"/mailbox/{ADDRESS}",
        "/control",
    ):
        page.goto(f"{school.url}{path}?dicho=hecho")
        for summary in page.locator("summary").all():
            summary.click()
        found[path] = violations(page)
        shoot(page, f"{name}{path.replace('/', '_')}")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
