from itertools import pairwise
from xml.etree import ElementTree as ET

from benchmarks.chart import BAR, LEFT, RIGHT, WIDTH, chart
from tests.benchmarks.samples import deliveries

SVG = "{http://www.w3.org/2000/svg}"


def test_bars_share_one_scale() -> None:
    root = ET.fromstring(chart(deliveries()))
    lengths = [(bar.get("class"), float(bar.get("width", "0"))) for bar in root.iter(f"{SVG}rect")]
    most = WIDTH - LEFT - RIGHT
    assert len(lengths) == len(deliveries())
    assert lengths[:3] == [
        ("other", round(most * 80 / 16_000, 1)),
        ("engine", round(most * 2_000 / 16_000, 1)),
        ("limit", round(most * 5_000 / 16_000, 1)),
    ]
    assert max(length for _, length in lengths) == most


def test_each_bar_has_its_name_and_figure_beside_it() -> None:
    root = ET.fromstring(chart(deliveries()))
    words = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert words[:5] == [
        "Deliveries a second: more is better",
        "a provider that answers at once",
        "TelegramRQ",
        "80",
        "engine",
    ]
    assert "a provider that answers after 50 ms" in words


def test_bars_do_not_overlap_and_stand_inside() -> None:
    root = ET.fromstring(chart(deliveries()))
    tops = [float(bar.get("y", "0")) for bar in root.iter(f"{SVG}rect")]
    assert all(later - earlier >= BAR for earlier, later in pairwise(tops))
    assert tops[-1] + BAR <= float(root.get("height", "0"))


def test_chart_has_colours_for_dark_and_words_for_who_does_not_see_it() -> None:
    text = chart(deliveries())
    assert "@media (prefers-color-scheme:dark)" in text
    root = ET.fromstring(text)
    said = root.findtext(f"{SVG}desc")
    assert said is not None
    assert said.startswith("TokApp, 0 ms, RQ: 80; TokApp, 0 ms, Celery: 400")
