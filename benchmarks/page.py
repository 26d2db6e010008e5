"""The page and its chart, made from a run's results, and the same for a screen."""

from pathlib import Path
from string import Template

from benchmarks.chart import chart
from benchmarks.results import Results
from benchmarks.tables import headline, tables
from benchmarks.words import NOT_SAID, said

PAGE = "benchmarks.md"
CHART = Path("pictures") / "benchmarks.svg"
_TEMPLATE = Path(__file__).with_name("page.md")


def write(results: Results, folder: Path) -> None:
    """Write both into a folder."""
    (folder / CHART).parent.mkdir(parents=True, exist_ok=True)
    (folder / PAGE).write_text(page(results), encoding="utf-8")
    if results.deliveries:
        (folder / CHART).write_text(chart(results.deliveries), encoding="utf-8")


def page(results: Results) -> str:
    """The page as Markdown."""
    facts = "\n".join(f"- {name}: {words}" for name, words in results.facts.items())
    sections = "\n\n".join(f"## {table.title}\n\n{table.markdown()}" for table in tables(results))
    picture = f"![Deliveries a second by channel and contender]({CHART.as_posix()})"
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        facts=facts,
        headline=f"**{headline(results)}**" if headline(results) else "",
        picture=picture if results.deliveries else "",
        said=said(results),
        not_said=NOT_SAID,
        tables=sections,
    )


def screen(results: Results) -> str:
    """The facts, the tables and the line that matters most."""
    parts = ["\n".join(f"{name}: {words}" for name, words in results.facts.items())]
    parts += [f"{table.title}\n{table.markdown()}" for table in tables(results)]
    return "\n\n".join([*parts, headline(results)]).strip() + "\n"
