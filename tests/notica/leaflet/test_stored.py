"""A leaflet on paper is drawn once for the same content."""

from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from notica.leaflet import stored
from notica.leaflet.stored import digest_of, printed
from plumier.models import School
from tests.notica.leaflet.schools import of, rules


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The languages of those drawn."""
    made: list[str] = []

    def draw(leaflet: Any) -> bytes:
        made.append(leaflet.language)
        return f"{leaflet.school} {leaflet.language}".encode()

    monkeypatch.setattr(stored, "draw", draw)
    return made


def names(settings: Any) -> list[str]:
    return sorted(path.name for path in (settings.DATA_DIR / "leaflets").iterdir())


def test_same_content_is_drawn_once(school: School, drawn: list[str], settings: Any) -> None:
    contents = {printed(school.code, of(school)) for _ in range(2)}
    assert (contents, drawn) == ({b"IES Ribera de los Molinos es"}, ["es"])
    assert names(settings) == [f"{school.code}-es-{digest_of(of(school))}.pdf"]


def test_changed_settings_are_drawn_again_and_the_old_one_goes(
    school: School, drawn: list[str], settings: Any
) -> None:
    printed(school.code, of(school))
    with override("en"):
        printed(school.code, of(school))
    rules(school, school_phone="968 00 00 00")
    printed(school.code, of(school))
    assert drawn == ["es", "en", "es"]
    assert [name.split("-")[1] for name in names(settings)] == ["en", "es"]


def test_one_that_cannot_be_kept_is_given_all_the_same(
    school: School, drawn: list[str], settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DATA_DIR = tmp_path / "file"
    settings.DATA_DIR.write_text("")
    assert printed(school.code, of(school)) == b"IES Ribera de los Molinos es"
    assert "could not be kept" in caplog.text
