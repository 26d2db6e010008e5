"""Outcomes kept on disk while PostgreSQL is away, so that no answer of a provider is forgotten.

A file in DATA_DIR/spool holds one batch, a line each, without names or addresses. It is written whole and
synced before it gets its name, and goes when its outcomes are recorded; recording twice changes nothing.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings

from channels_app.base import Outcome, OutcomeClass
from notica.addresses import heed_addresses
from notica.database import AWAY
from notica.models import Delivery
from notica.outbox import Sent, record
from notica.settling import settle
from notica.verdicts import Verdict

logger = logging.getLogger(__name__)
ENDING = ".outcomes"
BROKEN = ".broken"


def keep(sent: Sequence[Sent]) -> None:
    """Put these on disk for good. OSError if that cannot be."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{token_hex(16)}.draft"
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(one)) + "\n" for one in sent)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(draft.with_suffix(ENDING))
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    logger.error("the database is away: %s outcomes wait on disk", len(sent))


def replay() -> int:
    """Record what waits, each file by one process only; how many outcomes there were.

    A file that cannot be recorded is put aside under another ending, for a person to look at: it must stop
    neither the others nor what is to be sent.
    """
    replayed = 0
    for path in sorted(_folder().glob(f"*{ENDING}")):
        with _alone(path) as alone:
            if alone:
                replayed += _replay(path)
    return replayed


def _replay(path: Path) -> int:
    try:
        sent = [_from_json(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        record(sent)
        heed_addresses(sent)
    except AWAY:  # the database is away again
        raise
    except Exception:
        logger.exception("the outcomes in %s cannot be recorded and are put aside", path.name)
        path.rename(path.with_suffix(BROKEN))
        return 0
    # Also of what an interrupted replay had recorded already: nobody else would look at those who had ended.
    whose = Delivery.objects.filter(pk__in=[one.delivery_id for one in sent])
    settle(whose.values_list("recipient_id", flat=True))
    path.unlink()
    return len(sent)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "spool"


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether no other process is at this file, nor was until it was gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield path.exists()


def _from_json(kept: dict[str, Any]) -> Sent:
    outcome = {**kept["outcome"], "kind": OutcomeClass(kept["outcome"]["kind"])}
    return Sent(kept["delivery_id"], kept["try_no"], Outcome(**outcome), Verdict(**kept["verdict"]))
