"""What all measurements of one run share: the sandbox, the schools, and whether everything added up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import messages, population, stores
from benchmarks.population import Made
from benchmarks.sandbox import SandboxProcess


@dataclass(frozen=True, slots=True)
class Added:
    """After one run: rows accepted, messages taken, and how many of both do not belong together."""

    what: str
    accepted: int
    taken: int
    apart: int


@dataclass(slots=True)
class Bench:
    """One run."""

    sandbox: SandboxProcess
    folder: Path
    say: Callable[[str], None]
    quick: bool = False
    checks: list[Added] = field(default_factory=list)
    _schools: dict[str, Made] = field(default_factory=dict)

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

    def begin(self, latency_ms: float) -> None:
        """No rows, no jobs, an empty log, and answers after so many milliseconds."""
        stores.empty()
        self.sandbox.answer_after(latency_ms)

    def add_up(self, what: str) -> None:
        """Compare what is recorded with what the provider took; kept for the report."""
        self.checks.append(Added(what, *messages.shortfall(self.sandbox)))
