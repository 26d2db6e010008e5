from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("plumier", "0013_tokapp_policy"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="importdifference",
            name="person_id",
            field=models.BigIntegerField(null=True),
        ),
    ]
