from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """The one clock of due times, leases and actions."""

    dependencies: ClassVar = [("plumier", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(
            "CREATE FUNCTION plumier_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE"
            " AS 'SELECT statement_timestamp()'",
            "DROP FUNCTION plumier_now()",
        ),
    ]
