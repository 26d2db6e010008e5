from pathlib import Path

from benchmarks import page
from benchmarks.results import Results
from tests.benchmarks.samples import results


def test_write_leaves_the_page_and_its_chart(tmp_path: Path) -> None:
    page.write(results(), tmp_path)
    text = (tmp_path / "benchmarks.md").read_text()
    assert "**engine / rq: 125× (TokApp, 0 ms)**" in text
    assert "](pictures/benchmarks.svg)" in text
    assert "- Machine: 2 cores" in text
    assert "| TokApp   |     0 ms |" in text
    assert (tmp_path / "pictures" / "benchmarks.svg").read_text().startswith("<svg")


def test_page_without_deliveries_has_no_picture(tmp_path: Path) -> None:
    page.write(Results(facts={"Machine": "2 cores"}), tmp_path)
    assert "pictures/" not in (tmp_path / "benchmarks.md").read_text()
    assert not (tmp_path / "pictures" / "benchmarks.svg").exists()


def test_screen_ends_with_the_line_that_matters() -> None:
    shown = page.screen(results())
    assert shown.splitlines()[0] == "Machine: 2 cores"
    assert shown.splitlines()[-1] == "engine / rq: 125× (TokApp, 0 ms)"
