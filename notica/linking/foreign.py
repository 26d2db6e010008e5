"""Phones whose chat is not that of whoever has them now: the clock has not come to unlink them yet."""

from collections.abc import Collection

from django.db import connection

from notica.linking import register_sql as sql


def foreign_phones(accounts: Collection[int], phones: Collection[str]) -> set[tuple[int, str]]:
    """Of these phones, by account, those that went over to others after their chat was linked. One query.

    A phone that is linked and of no chat that we know is nobody else's.
    """
    if not phones:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(sql.FOREIGN, {"accounts": list(accounts), "phones": "\n".join(phones)})
        return {(account, phone) for account, phone in cursor.fetchall()}
