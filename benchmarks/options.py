"""What `make bench ARGS=…` takes."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SECTIONS = ("ceiling", "deliveries", "workers", "mail", "urgent", "attendance", "send", "fanout", "pages")


@dataclass(frozen=True, slots=True)
class Options:
    """Which sections to run, how thoroughly, and where the page and its chart go; None: where they belong."""

    only: tuple[str, ...] = SECTIONS
    quick: bool = False
    out: Path | None = None

    @property
    def whole(self) -> bool:
        """Whether it is a run that the page of the project may be made from."""
        return self.only == SECTIONS and not self.quick


def read(arguments: Sequence[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure the engine beside other ways to do the same."
    )
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="these sections alone")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter measurements, in 3 minutes")
    parser.add_argument("--out", type=Path, help="folder for the page and its chart; docs/ for a whole run")
    given = parser.parse_args(arguments)
    return Options(tuple(name for name in SECTIONS if name in given.only), given.quick, given.out)
