"""The figures of a run as tables, each aim beside its figure. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.results import (
    CHANNELS,
    ENGINE,
    FANOUT_AIM,
    FANOUT_GROWTH_AIM,
    FIGURES_AIM,
    LIMIT,
    LIMIT_AIM,
    NAMES,
    OTHERS,
    PAGE_AIM,
    ROLL_AIM,
    RQ,
    RQ_AIMS,
    SEND_AIM,
    URGENT_AIM,
    Rate,
    Results,
    find,
    p95,
    ratio,
)

HELD, MISSED, NOTHING = "✓", "✗ missed", "—"
CONTENDERS = {
    RQ: "RQ, 2 forking workers",
    "celery": "Celery, prefork 2",
    "dramatiq": "dramatiq, 2 × 8",
    ENGINE: "engine, 2 workers",
    LIMIT: "limit",
}
MAILERS = {
    "django_each": "Django, a connection a mail",
    "django_kept": "Django, one connection",
    "post_office": "django-post_office",
    ENGINE: "engine, 2 workers",
    LIMIT: "limit",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, column names, rows of text."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """As Markdown, aligned so that it can be read as it is."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [_line(self.header, widths), _line(rule, widths), *(_line(row, widths) for row in self.rows)]
        return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *others])} |"


def tables(results: Results) -> list[Table]:
    """Every table that there is something for."""
    made = (
        _deliveries(results), _ratios(results), _crews(results), _mail(results), _fanouts(results),
        _sends(results), _urgent(results), _rolls(results), _figures(results),
        _pages(results), _ceilings(results), _sums(results),
    )  # fmt: skip
    return [table for table in made if table.rows]


def headline(results: Results) -> str:
    """`engine / rq: N×`, on TokApp without latency where that was measured, else the first that was."""
    for _channel, latency in _courses(results.deliveries, ("tokapp", *CHANNELS)):
        times = _times(results.deliveries, _channel, latency)
        if times is not None:
            return f"engine / rq: {times:.0f}× ({NAMES[_channel]}, {latency:g} ms)"
    return ""


def figure(value: float | None) -> str:
    """A figure with as many places as it can bear."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def against(value: float | None, aim: float, text: str, *, at_most: bool = False) -> str:
    """The text with its aim and whether it is kept."""
    if value is None:
        return NOTHING
    kept = value <= aim if at_most else value >= aim
    sign = "≤" if at_most else "≥"
    return f"{text} ({sign} {aim:g}: {HELD if kept else MISSED})"


def _courses(rates: Sequence[Rate], channels: Sequence[str] = CHANNELS) -> list[tuple[str, float]]:
    measured = {(rate.channel, rate.latency_ms) for rate in rates}
    latencies = sorted({latency for _, latency in measured})
    return [
        (channel, latency)
        for latency in latencies
        for channel in dict.fromkeys(channels)
        if (channel, latency) in measured
    ]


def _times(rates: Sequence[Rate], channel: str, latency: float) -> float | None:
    return ratio(find(rates, ENGINE, channel, latency), find(rates, RQ, channel, latency))


def _a_second(rates: Sequence[Rate], name: str, channel: str, latency: float) -> str:
    found = find(rates, name, channel, latency)
    return figure(found.a_second if found else None)


def _deliveries(results: Results) -> Table:
    rates = results.deliveries
    rows = tuple(
        (
            NAMES[channel],
            f"{latency:g} ms",
            *(_a_second(rates, name, channel, latency) for name in CONTENDERS),
        )
        for channel, latency in _courses(rates)
    )
    return Table("Deliveries a second", ("channel", "provider", *CONTENDERS.values()), rows)


def _ratios(results: Results) -> Table:
    rows = []
    for channel, latency in _courses(results.deliveries):
        engine, limit = (find(results.deliveries, name, channel, latency) for name in (ENGINE, LIMIT))
        share, times = ratio(engine, limit), _times(results.deliveries, channel, latency)
        others = (
            ratio(engine, find(results.deliveries, name, channel, latency)) for name in OTHERS if name != RQ
        )
        aim = RQ_AIMS.get(channel)
        text = NOTHING if times is None else f"{times:.0f}×"
        rows.append(
            (
                NAMES[channel],
                f"{latency:g} ms",
                text if aim is None or latency else against(times, aim, text),
                *(NOTHING if other is None else f"{other:.0f}×" for other in others),
                against(share, LIMIT_AIM, f"{share or 0:.2f}"),
            )
        )
    header = ("channel", "provider", "engine / rq", "engine / celery", "engine / dramatiq", "engine / limit")
    return Table("Ratios", header, tuple(rows))


def _crews(results: Results) -> Table:
    latencies = sorted({rate.latency_ms for rate in results.crews})
    rows = []
    for number in sorted({rate.workers for rate in results.crews}):
        found = {rate.latency_ms: rate for rate in results.crews if rate.workers == number}
        cells = (figure(found[each].a_second if each in found else None) for each in latencies)
        rows.append((f"{number}", *cells))
    return Table(
        "Deliveries a second by workers (TokApp)",
        ("workers", *(f"{each:g} ms" for each in latencies)),
        tuple(rows),
    )


def _mail(results: Results) -> Table:
    latencies = sorted({rate.latency_ms for rate in results.mail})
    rows = []
    for name, words in MAILERS.items():
        cells = tuple(_a_second(results.mail, name, "email", latency) for latency in latencies)
        if set(cells) != {NOTHING}:
            rows.append((words, *cells))
    header = ("way", *(f"{latency:g} ms a reply" for latency in latencies))
    return Table("Mails a second over SMTP", header, tuple(rows) if results.mail else ())


def _fanouts(results: Results) -> Table:
    rows = []
    for one in results.fanouts:
        if one.unmeasured:
            left_out = f"left out: it would take {one.seconds / 60:,.0f} minutes"
            rows.append((f"{one.recipients:,}", NOTHING, left_out, NOTHING, NOTHING))
            continue
        speed = against(one.a_second, FANOUT_AIM, figure(one.a_second))
        rows.append(
            (f"{one.recipients:,}", f"{one.rows:,}", f"{one.seconds:,.2f}", speed, f"{one.peak_mb:,.0f} MB")
        )
    if (growth := fanout_growth(results)) is not None:
        words = against(growth, FANOUT_GROWTH_AIM, f"{growth:.1f}×", at_most=True)
        rows.append(("1,000,000 ÷ 100,000", "", words, "", ""))
    header = ("recipients", "rows", "seconds", "recipients a second", "peak memory")
    return Table("Fan-out", header, tuple(rows))


def fanout_growth(results: Results) -> float | None:
    """The time of a million against that of a tenth; None if one of them was not measured."""
    took = {one.recipients: one.seconds for one in results.fanouts if not one.unmeasured}
    if not {100_000, 1_000_000} <= took.keys():
        return None
    return took[1_000_000] / took[100_000]


def _sends(results: Results) -> Table:
    rows = tuple(
        (
            f"{one.recipients:,}",
            against(one.seconds, SEND_AIM, f"{one.seconds:.3f}", at_most=True),
            f"{one.slowest:.3f}",
        )
        for one in results.sends
    )
    return Table("Seconds that Send takes", ("recipients", "median", "slowest"), rows)


def _urgent(results: Results) -> Table:
    found = results.urgent
    if found is None:
        return Table("", (), ())
    p95 = against(found.p95, URGENT_AIM, f"{found.p95:.2f}", at_most=True)
    middle = sorted(found.waits)[len(found.waits) // 2]
    row = (f"{found.bulk:,}", f"{len(found.waits)}", f"{middle:.2f}", p95, f"{max(found.waits):.2f}")
    header = ("bulk rows going out", "urgent messages", "median", "95 of 100", "slowest")
    return Table("Seconds from Send to the provider, urgent among many (TokApp, 50 ms)", header, (row,))


def _rolls(results: Results) -> Table:
    found = results.rolls
    if found is None:
        return Table("", (), ())
    most, middle, saving = p95(found.waits), median(found.waits), median(found.saved)
    row = (
        f"{found.bulk:,}",
        f"{found.rolls}",
        f"{len(found.waits)}",
        f"{saving:.2f}",
        f"{middle:.2f}",
        against(most, ROLL_AIM, f"{most:.2f}", at_most=True),
        f"{max(found.waits):.2f}",
    )
    header = ("bulk rows going out", "rolls", "absences", "saving a roll", "median", "95 of 100", "slowest")
    return Table("Seconds from saving a roll to the provider (TokApp, 400 ms)", header, (row,))


def _figures(results: Results) -> Table:
    found = results.figures
    if found is None:
        return Table("", (), ())
    most, middle = max(found.seconds), median(found.seconds)
    row = (
        f"{found.students:,}",
        f"{found.absences:,}",
        f"{found.rolls:,}",
        against(middle, FIGURES_AIM, f"{middle:.2f}", at_most=True),
        f"{most:.2f}",
    )
    return Table(
        "Seconds of Absentismo over a year", ("students", "absences", "rolls", "median", "slowest"), (row,)
    )


def _pages(results: Results) -> Table:
    rows = []
    for one in results.pages:
        middle, most, least = (1000 * value for value in (median(one.full), p95(one.full), median(one.empty)))
        aimed = against(most, PAGE_AIM, f"{most:.0f}", at_most=True)
        rows.append((one.page, f"{middle:.0f}", aimed, f"{least:.0f}", f"{one.times:.1f}×"))
    header = ("page", "median", "95 of 100", "median in an empty school", "full ÷ empty")
    return Table("Milliseconds that a page takes", header, tuple(rows))


def _ceilings(results: Results) -> Table:
    rows = tuple((NAMES[one.channel], f"{one.connections}", figure(one.a_second)) for one in results.ceilings)
    return Table("The sandbox alone", ("channel", "connections", "messages a second"), rows)


def _sums(results: Results) -> Table:
    if not results.checks:
        return Table("", (), ())
    accepted = sum(check.accepted for check in results.checks)
    taken = sum(check.taken for check in results.checks)
    apart = sum(check.apart for check in results.checks)
    share = f"{accepted / taken:.3f}" if taken else NOTHING
    row = (f"{len(results.checks)}", f"{accepted:,}", f"{taken:,}", share, f"{apart}")
    header = ("runs", "rows accepted", "taken by the provider", "accepted ÷ taken", "not matching")
    return Table("What is recorded and what was sent", header, (row,))
