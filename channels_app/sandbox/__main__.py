"""`python -m channels_app.sandbox`: run the stand-in for the providers."""

import argparse
import asyncio
from pathlib import Path

from channels_app.sandbox.app import Options, run


def options(arguments: list[str] | None = None) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m channels_app.sandbox", description=__doc__)
    parser.add_argument("--http-port", type=int, default=0, help="port of the providers and pages; 0: any")
    parser.add_argument("--smtp-port", type=int, default=0, help="port of the mail server; 0: any")
    parser.add_argument("--state", type=Path, required=True, help="file to say in where it is, once ready")
    parser.add_argument("--log", type=Path, required=True, help="log of what it took, JSON lines")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="time before every answer")
    parser.add_argument("--with-parent", action="store_true", help="end when the starting process does")
    parser.add_argument("--time-zone", default="Europe/Madrid", help="zone of the times on the pages")
    parser.add_argument("--receipts", action="store_true", help="tell of every SMS that it arrived")
    given = parser.parse_args(arguments)
    return Options(
        http_port=given.http_port,
        smtp_port=given.smtp_port,
        state=given.state,
        log=given.log,
        latency=given.latency_ms / 1000,
        with_parent=given.with_parent,
        time_zone=given.time_zone,
        receipts=given.receipts,
    )


if __name__ == "__main__":
    asyncio.run(run(options()))
