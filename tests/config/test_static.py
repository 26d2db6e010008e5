"""Production serves static files by the names of their contents: all that the pages ask for must be there."""

import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command

WANTED = {
    "django_htmx/htmx-2.min.js",
    "plumier.js",
    "plumier.css",
    "administration.css",
    "fonts/source-sans-3-latin.woff2",
    "fonts/source-sans-3-vietnamese.woff2",
    "icon.svg",
}


def test_files_are_collected_under_names_of_their_contents(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": f"{ManifestStaticFilesStorage.__module__}.{ManifestStaticFilesStorage.__name__}"
        },
    }
    call_command("collectstatic", "--no-input", verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert {*WANTED} - {*paths} == set()
    assert all((tmp_path / paths[name]).is_file() for name in WANTED)
    assert paths["fonts/source-sans-3-latin.woff2"] in (tmp_path / paths["plumier.css"]).read_text()
