from typing import ClassVar

from django.db import migrations

BUSY = ("notica_message", "notica_recipient", "notica_inboxentry", "notica_delivery")


class Migration(migrations.Migration):
    """Rows that change several times need room on their page and an early vacuum."""

    dependencies: ClassVar = [("notica", "0002_initial"), ("plumier", "0002_clock")]
    operations: ClassVar = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01,"
            " autovacuum_analyze_scale_factor = 0.01)",
            f"ALTER TABLE {table} RESET (fillfactor, autovacuum_vacuum_scale_factor,"
            " autovacuum_analyze_scale_factor)",
        )
        for table in BUSY
    ]
