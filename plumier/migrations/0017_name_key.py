from typing import ClassVar

from django.db import migrations, models

import plumier.functions


class Migration(migrations.Migration):
    """Names that are not told apart (họ, đệm and tên in one) are listed by their last word."""

    dependencies: ClassVar = [("plumier", "0016_policy_of_procedures")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="person", name="person_school_name"),
        migrations.RemoveField(model_name="person", name="sort_key"),
        migrations.AddField(
            model_name="person",
            name="sort_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=plumier.functions.name_key(),
                output_field=models.TextField(),
                verbose_name="clave de orden",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["school", "sort_key", "id"], name="person_school_name"),
        ),
    ]
