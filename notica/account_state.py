"""What an account's answers do to the account: a pause, an open circuit, a closed one. For all processes."""

import logging

from django.db import connection, transaction

from notica import outbox_sql as sql
from notica.pacing import CIRCUIT_SECONDS
from notica.verdicts import AccountVerdict

logger = logging.getLogger(__name__)


def heed(account_id: int, verdict: AccountVerdict, *, probing: bool) -> bool:
    """Write it down; whether a circuit was being tried and is now closed or open again."""
    if not (verdict.pause or verdict.broken or (probing and verdict.works)):
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        if verdict.pause:
            logger.warning("the account %s rests for %.0f s, as its provider asks", account_id, verdict.pause)
            cursor.execute(sql.PAUSE, [verdict.pause, account_id])
        if verdict.broken:
            logger.error("nothing goes out by the account %s: %s", account_id, verdict.broken)
            cursor.execute(sql.OPEN_CIRCUIT, [CIRCUIT_SECONDS, verdict.broken[:60], account_id])
        elif probing and verdict.works:
            cursor.execute(sql.CLOSE_CIRCUIT, [account_id])
    return probing
