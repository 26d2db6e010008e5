"""The time that everything agrees on: the database's (`plumier_now()`)."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The moment by the one clock, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT plumier_now()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]
