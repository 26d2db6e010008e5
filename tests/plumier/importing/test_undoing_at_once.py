"""What somebody else writes while an import is taken back is not lost: a court's order least of all."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from plumier.clock import database_now
from plumier.importing import undoing
from plumier.importing.applying import work
from plumier.importing.runs import ask_to_undo
from plumier.models import Guardianship
from tests.factories.register import make_director, make_school
from tests.plumier.importing.test_runs import FIRST, SECOND, applied


@pytest.mark.django_db(transaction=True)
def test_bar_written_while_an_import_is_undone_stays(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    school = make_school()
    director = make_director(school)
    applied(school, director, FIRST)
    run = applied(school, director, SECOND)
    tie = Guardianship.objects.filter(student__expediente="1").earliest("pk")
    reverse, writers = undoing._reverse, []

    def bar() -> None:
        Guardianship.objects.filter(pk=tie.pk).update(barred_from="2026-11-01", barred_reference="Auto 1/26")
        connections.close_all()

    def late(*given: Any) -> None:
        writers.append(threading.Thread(target=bar))
        writers[0].start()
        writers[0].join(0.5)
        reverse(*given)

    monkeypatch.setattr(undoing, "_reverse", late)
    ask_to_undo(run, by=director, now=database_now())
    work(run.pk)
    writers[0].join()
    tie.refresh_from_db()
    assert tie.barred_reference == "Auto 1/26"
