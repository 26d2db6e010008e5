"""The installed application: what its manifest says, what its worker keeps, and that nothing of anybody is in them."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.factories.register import Parent, make_group, make_login, make_school, make_student

MANIFEST, WORKER, OFFLINE = (reverse(f"mirador:{name}") for name in ("manifest", "worker", "offline"))


def size_of(png: Path) -> tuple[int, int]:
    head = png.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def found(address: str) -> Path:
    path = finders.find(address.removeprefix("/static/"))
    assert isinstance(path, str)
    return Path(path)


def test_manifest_opens_the_notices_within_mirador() -> None:
    response = Client().get(MANIFEST)
    said = json.loads(response.content)
    assert response["Content-Type"] == "application/manifest+json"
    places = [urljoin(MANIFEST, said[name]) for name in ("scope", "start_url")]
    assert (places, said["display"]) == (["/mirador/", "/mirador/avisos/"], "standalone")


def test_icons_are_there_in_the_sizes_that_are_said() -> None:
    icons = json.loads(Client().get(MANIFEST).content)["icons"]
    sizes = [(icon["sizes"], icon["purpose"]) for icon in icons]
    assert sizes == [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")]
    assert ["{}x{}".format(*size_of(found(icon["src"]))) for icon in icons] == [
        one for one, _purpose in sizes
    ]
    assert size_of(found("/static/icons/mirador-180.png")) == (180, 180)


def test_colours_are_those_of_the_light_pages() -> None:
    style = (Path(project.BASE_DIR) / "static" / "plumier.css").read_text()
    light = dict(re.findall(r"--(paper|sheet): light-dark\((#\w+),", style))
    said = json.loads(Client().get(MANIFEST).content)
    assert {"sheet": said["theme_color"], "paper": said["background_color"]} == light


@pytest.mark.parametrize("language", ["es", "vi", "en"])
def test_language_is_the_one_that_the_address_asks_for(language: str) -> None:
    client = Client(headers={"accept-language": "en"})
    said = json.loads(client.get(MANIFEST, {"idioma": language}).content)
    page = client.get(OFFLINE, {"idioma": language}).content.decode()
    worker = client.get(WORKER, {"idioma": language}).content.decode()
    assert (said["lang"], f'<html lang="{language}">' in page) == (language, True)
    assert f'const PAGE = "{OFFLINE}?idioma={language}";' in worker


def test_workers_of_two_languages_keep_apart_what_they_keep() -> None:
    names = {
        re.findall(r"PREFIX \+ (\S+);", Client().get(WORKER, {"idioma": one}).content.decode())[0]
        for one in ("es", "en")
    }
    assert len(names) == 2


def test_worker_is_a_script_that_browsers_ask_for_anew() -> None:
    response = Client().get(WORKER)
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"


def test_worker_keeps_the_offline_page_and_public_files_alone() -> None:
    script = Client().get(WORKER).content.decode()
    files = json.loads(re.findall(r"const FILES = (.*);", script)[0])
    assert [file for file in files if not file.startswith("/static/")] == []
    assert all(found(file).is_file() for file in files)
    assert script.count(".addAll(") + script.count(".put(") + script.count(".add(") == 1


def test_offline_page_is_the_same_whoever_is_logged_in(db: None) -> None:
    student = make_student(make_group(make_school()), "Luis Gil", [Parent("Marta Ros")])
    client = Client()
    before = client.get(OFFLINE)
    client.force_login(make_login(student.guardians.get()))
    after = client.get(OFFLINE)
    assert (after.content, after.cookies.output()) == (before.content, "")


def test_offline_page_needs_only_what_the_worker_keeps() -> None:
    files = json.loads(re.findall(r"const FILES = (.*);", Client().get(WORKER).content.decode())[0])
    page = Client().get(OFFLINE).content.decode()
    asked = re.findall(r'(?:href|src)="(/[^"]+)"', page)
    assert set(asked) <= set(files)
    style = found("/static/plumier.css").read_text()
    assert {f"/static/{font}" for font in re.findall(r'url\("(fonts/[^"]+)"\)', style)} <= set(files)


def test_every_page_of_mirador_registers_it_and_no_page_of_the_staff(db: None) -> None:
    student = make_student(make_group(make_school()), "Luis Gil", [Parent("Marta Ros")])
    client = Client()
    client.force_login(make_login(student.guardians.get()))
    page = client.get(reverse("mirador:board"))
    assert f'data-worker="{WORKER}?idioma=' in page.content.decode()
    assert "worker-src 'self'" in page["Content-Security-Policy"]
    assert "mirador.js" not in client.get(reverse("notica:summary")).content.decode()
