"""What all measurements of one run share: the sandbox, the schools, and whether everything added up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from benchmarks import messages, population, stores
from benchmarks.population import Made
from benchmarks.processes import Broken
from benchmarks.results import Added, Results
from benchmarks.sandbox import SandboxProcess

T = TypeVar("T")
MOST, QUICK_MOST = 40_000, 12_000


@dataclass(slots=True)
class Bench:
    """One run."""

    sandbox: SandboxProcess
    folder: Path
    say: Callable[[str], None]
    quick: bool = False
    results: Results = field(default_factory=Results)
    _schools: dict[str, Made] = field(default_factory=dict)

    @property
    def most(self) -> int:
        """The most rows of one measurement, and the guardians of the schools that it is made in."""
        return QUICK_MOST if self.quick else MOST

    def log(self, name: str) -> Path:
        """Where the workers of a measurement write their words."""
        return self.folder / f"{name}.log"

    def school(self, guardians: int, app: str = "tokapp") -> Made:
        """A school of this size, made when it is first asked for."""
        code = f"{app}{guardians}"
        if code not in self._schools:
            self.say(f"  a school of {guardians:,} guardians with {app}")
            self._schools[code] = population.make_school(code, guardians, app)
            population.analyze()
        return self._schools[code]

    def attempt(self, what: str, measure: Callable[[], T]) -> T | None:
        """Measure; what breaks is written down, and the run goes on."""
        self.say(f"  {what}")
        try:
            return measure()
        except (Broken, messages.NotDone) as error:
            self.results.failures.append(f"{what}: {error}")
            self.say(f"  {what} failed: {error}")
            return None

    def begin(self, latency_ms: float) -> None:
        """No rows, no jobs, an empty log, and answers after so many milliseconds."""
        stores.empty()
        self.sandbox.answer_after(latency_ms)

    def add_up(self, what: str) -> None:
        """Compare what is recorded with what the provider took; kept for the report."""
        self.results.checks.append(Added(what, *messages.shortfall(self.sandbox)))
