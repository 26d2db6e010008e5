import pytest

from benchmarks.results import Rate, Results
from benchmarks.tables import Table, against, fanout_growth, figure, headline, tables
from tests.benchmarks.samples import deliveries, results


def rows_of(title: str) -> list[tuple[str, ...]]:
    return next(list(table.rows) for table in tables(results()) if table.title.startswith(title))


def test_markdown_is_aligned() -> None:
    table = Table("T", ("way", "a second"), (("RQ", "84"), ("engine", "15,900")))
    assert table.markdown().splitlines() == [
        "| way    | a second |",
        "| ------ | -------: |",
        "| RQ     |       84 |",
        "| engine |   15,900 |",
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (15_900.4, "15,900"), (10.0, "10"), (8.34, "8.3"), (0.512, "0.51")]
)
def test_figure_has_the_places_it_can_bear(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_against_marks_an_aim_kept_or_missed() -> None:
    assert against(0.5, 0.5, "0.50") == "0.50 (≥ 0.5: ✓)"
    assert against(0.49, 0.5, "0.49") == "0.49 (≥ 0.5: ✗ missed)"
    assert against(2.0, 2.0, "2.00", at_most=True) == "2.00 (≤ 2: ✓)"
    assert against(2.1, 2.0, "2.10", at_most=True) == "2.10 (≤ 2: ✗ missed)"
    assert against(None, 2.0, "?") == "—"


def test_deliveries_stand_by_latency_and_channel() -> None:
    assert rows_of("Deliveries a second") == [
        ("Telegram", "0 ms", "80", "—", "—", "2,000", "5,000"),
        ("TokApp", "0 ms", "80", "400", "1,000", "10,000", "16,000"),
        ("TokApp", "50 ms", "—", "—", "—", "6,000", "8,000"),
    ]


def test_ratios_stand_beside_their_aims() -> None:
    assert rows_of("Ratios") == [
        ("Telegram", "0 ms", "25× (≥ 50: ✗ missed)", "—", "—", "0.40 (≥ 0.5: ✗ missed)"),
        ("TokApp", "0 ms", "125× (≥ 100: ✓)", "25×", "10×", "0.62 (≥ 0.5: ✓)"),
        ("TokApp", "50 ms", "—", "—", "—", "0.75 (≥ 0.5: ✓)"),
    ]


def test_fanout_says_what_was_left_out_and_how_it_grows() -> None:
    assert rows_of("Fan-out") == [
        ("100,000", "433,332", "5.00", "20,000 (≥ 15000: ✓)", "120 MB"),
        ("1,000,000", "4,333,332", "60.00", "16,667 (≥ 15000: ✓)", "121 MB"),
        ("10,000,000", "—", "left out: it would take 10 minutes", "—", "—"),
        ("1,000,000 ÷ 100,000", "", "12.0× (≤ 11: ✗ missed)", "", ""),
    ]


def test_fanout_growth_needs_both_sizes() -> None:
    assert fanout_growth(results()) == 12.0
    assert fanout_growth(Results()) is None


def test_other_tables_hold_their_figures() -> None:
    assert rows_of("Deliveries a second by workers") == [("1", "100"), ("2", "100"), ("4", "100")]
    assert rows_of("Mails") == [("django-post_office", "300"), ("engine, 2 workers", "900")]
    assert rows_of("Seconds that Send takes") == [
        ("1", "0.050 (≤ 0.2: ✓)", "0.090"),
        ("100,000", "0.250 (≤ 0.2: ✗ missed)", "0.400"),
    ]
    assert rows_of("Seconds from Send") == [("100,000", "3", "0.50", "3.00 (≤ 2: ✗ missed)", "3.00")]
    assert rows_of("Milliseconds that a page") == [
        ("notica:messages", "62", "200 (≤ 150: ✗ missed)", "25", "2.5×")
    ]
    assert rows_of("The sandbox alone") == [("TokApp", "64", "20,000")]
    assert rows_of("What is recorded") == [("2", "150", "150", "1.000", "0")]


def test_tables_leave_out_what_was_not_measured() -> None:
    assert tables(Results()) == []
    assert [table.title for table in tables(Results(deliveries=deliveries()))] == [
        "Deliveries a second",
        "Ratios",
    ]


def test_headline_is_of_tokapp_without_latency() -> None:
    assert headline(results()) == "engine / rq: 125× (TokApp, 0 ms)"


def test_headline_takes_what_there_is() -> None:
    rates = [Rate("rq", "sms", 50, 20, 1.0), Rate("engine", "sms", 50, 400, 1.0)]
    assert headline(Results(deliveries=rates)) == "engine / rq: 20× (SMS, 50 ms)"
    assert headline(Results()) == ""


def test_absences_stand_beside_their_aims() -> None:
    assert rows_of("Seconds from saving a roll") == [
        ("10,000", "2", "3", "0.19", "0.50", "11.00 (≤ 10: ✗ missed)", "11.00")
    ]
    assert rows_of("Seconds of Absentismo") == [("2,000", "60,000", "103,320", "0.25 (≤ 2: ✓)", "0.50")]
