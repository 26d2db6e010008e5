from typing import ClassVar

from django.db import migrations, models

import plumier.functions


class Migration(migrations.Migration):
    """A transfer's name is compared with the register's, which is listed by the last word where it has no surnames."""

    dependencies: ClassVar = [("secretaria", "0004_bodies"), ("plumier", "0017_name_key")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="transfer", name="sort_key"),
        migrations.AddField(
            model_name="transfer",
            name="sort_key",
            field=models.GeneratedField(
                db_persist=True,
                editable=False,
                expression=plumier.functions.name_key(),
                output_field=models.TextField(),
            ),
        ),
    ]
