"""What the figures of a run say and what they do not, in sentences made from them. Pure."""

from collections.abc import Iterator
from statistics import median

from benchmarks.results import (
    ENGINE,
    LIMIT,
    LIMIT_AIM,
    NAMES,
    OTHERS,
    ROLL_AIM,
    SEND_AIM,
    SHORT,
    URGENT_AIM,
    Rate,
    Results,
    find,
    p95,
    ratio,
)
from benchmarks.tables import fanout_growth, figure

NOT_SAID = (
    "All of it ran on one machine that also held the database, the queues and the providers' stand-in, so they "
    "took the processor from each other; on machines of their own the figures are higher. The sandbox answers "
    "always and in the same time; a real provider is slower, has its own limits (Telegram takes about 25 messages "
    "a second from a bot, and the engine keeps to that outside of this measurement) and sometimes does not answer. "
    "The contenders do less than the engine: they look at no register before they send, keep no attempts, open no "
    "next step and end no recipients. What one job for each delivery costs is the job, not the library: each of "
    "them is a good choice for other work. Speed is no reason to trust it: that nothing is lost or sent twice is "
    "shown by other tests; here it is only counted after every run."
)


def said(results: Results) -> str:
    """A paragraph about this run's own figures."""
    return " ".join(_sentences(results))


def _sentences(results: Results) -> Iterator[str]:
    yield from _deliveries(results.deliveries)
    yield from _mail(results.mail)
    yield from _fanout(results)
    if results.sends:
        slowest = max(results.sends, key=lambda one: one.seconds)
        kept = "less than a glance" if slowest.seconds <= SEND_AIM else "longer than it should"
        yield (f"Who presses Send waits {slowest.seconds:.2f} s at most (to {slowest.recipients:,}), {kept}.")
    if results.urgent is not None:
        most = results.urgent.p95
        kept = "does not wait behind them" if most <= URGENT_AIM else "still waits too long"
        yield (
            f"While {results.urgent.bulk:,} others go out, 95 of 100 urgent messages are with the provider "
            f"{most:.2f} s after Send: an absence {kept}."
        )
    yield from _attendance(results)


def _attendance(results: Results) -> Iterator[str]:
    if (found := results.rolls) is not None:
        most = p95(found.waits)
        kept = "soon enough" if most <= ROLL_AIM else "too late"
        yield (
            f"Of absences marked while {found.bulk:,} others go out, 95 of 100 are with the provider {most:.2f} s "
            f"after the roll was saved, {kept}."
        )
    if results.figures is not None:
        seconds = median(results.figures.seconds)
        yield f"Absentismo of a year with {results.figures.absences:,} absences is there after {seconds:.2f} s."


def _deliveries(rates: list[Rate]) -> Iterator[str]:
    for latency in sorted({rate.latency_ms for rate in rates}):
        found = find(rates, ENGINE, "tokapp", latency)
        if found is None:
            continue
        against = [
            f"{times:.0f} times {SHORT[name]}"
            for name in OTHERS
            if (times := ratio(found, find(rates, name, "tokapp", latency))) is not None
        ]
        when = f"that answers after {latency:g} ms" if latency else "that answers at once"
        yield (
            f"To a TokApp gateway {when} two workers hand over {figure(found.a_second)} messages a second"
            + (f": {_listed(against)} with one job for each delivery." if against else ".")
        )
    yield from _shares(rates)


def _shares(rates: list[Rate]) -> Iterator[str]:
    shares = [
        (share, f"{NAMES[rate.channel]} at {rate.latency_ms:g} ms")
        for rate in rates
        if rate.contender == ENGINE
        and (share := ratio(rate, find(rates, LIMIT, rate.channel, rate.latency_ms))) is not None
    ]
    if shares:
        least, most = min(shares), max(shares)
        yield (
            f"Plan, database and record leave between {least[0]:.0%} ({least[1]}) and {most[0]:.0%} ({most[1]}) of "
            "what the same client reaches when it does nothing but send."
        )
    missed = [where for share, where in shares if share < LIMIT_AIM]
    if missed:
        yield f"The aim of half of that is missed for {_listed(missed)}."


def _mail(rates: list[Rate]) -> Iterator[str]:
    for latency in sorted({rate.latency_ms for rate in rates}):
        found = find(rates, ENGINE, "email", latency)
        against = [
            f"{times:.1f} times {words}"
            for name, words in (
                ("post_office", "django-post_office"),
                ("django_kept", "Django over one connection"),
                ("django_each", "Django over a connection for each"),
            )
            if (times := ratio(found, find(rates, name, "email", latency))) is not None
        ]
        if found is not None and against:
            yield f"Mails at {latency:g} ms a reply: {figure(found.a_second)} a second, {_listed(against)}."


def _fanout(results: Results) -> Iterator[str]:
    measured = [one for one in results.fanouts if not one.unmeasured]
    if not measured:
        return
    largest = measured[-1]
    yield (
        f"A message to {largest.recipients:,} recipients is written out in {largest.seconds:,.0f} s by one process "
        f"with {largest.peak_mb:,.0f} MB at its most."
    )
    growth = fanout_growth(results)
    if growth is not None:
        yield f"Ten times as many recipients take {growth:.1f} times as long."


def _listed(parts: list[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
