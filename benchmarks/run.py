"""One run from an empty database to the page."""

from collections.abc import Callable
from pathlib import Path

from benchmarks import facts, page, stores
from benchmarks.attendance import measure_attendance
from benchmarks.bench import Bench
from benchmarks.delivering import measure_crews, measure_deliveries
from benchmarks.fanout import measure_fanouts
from benchmarks.mail import measure_mail
from benchmarks.options import Options
from benchmarks.pages import measure_pages
from benchmarks.processes import ROOT
from benchmarks.results import Results
from benchmarks.sandbox import SandboxProcess
from benchmarks.sandbox_load import measure_ceilings
from benchmarks.sending import measure_sends
from benchmarks.urgent import measure_urgent

MEASURES: dict[str, Callable[[Bench], None]] = {
    "ceiling": measure_ceilings,
    "deliveries": measure_deliveries,
    "workers": measure_crews,
    "mail": measure_mail,
    "urgent": measure_urgent,
    "attendance": measure_attendance,
    "send": measure_sends,
    "fanout": measure_fanouts,
    "pages": measure_pages,
}


def run(options: Options, sandbox: SandboxProcess, folder: Path, say: Callable[[str], None]) -> int:
    """Measure, show, write; 0 if everything added up, whatever the speed."""
    with stores.stores():
        bench = Bench(sandbox, folder, say, quick=options.quick)
        bench.results.facts = facts.facts()
        for name in options.only:
            say(f"{name} …")
            MEASURES[name](bench)
    out = options.out or (ROOT / "docs" if options.whole else folder / "out")
    page.write(bench.results, out)
    print("\n" + page.screen(bench.results))
    say(f"written to {out.relative_to(ROOT) if out.is_relative_to(ROOT) else out}/{page.PAGE}")
    return _verdict(bench.results, say)


def _verdict(results: Results, say: Callable[[str], None]) -> int:
    for failure in results.failures:
        say(f"FAILED {failure}")
    for check in results.checks:
        if check.apart:
            say(f"DOES NOT ADD UP {check.what}: {check.accepted} accepted, {check.taken} taken")
    return 0 if results.adds_up else 1
