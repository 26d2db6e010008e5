from typing import ClassVar

from django.db import migrations, models
from django.conf import settings


class Migration(migrations.Migration):

    dependencies: ClassVar = [
        ('tablon', '0002_reads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name='notice',
            name='client_key',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='notice',
            name='version',
            field=models.IntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('client_key', ''), _negated=True), fields=('by', 'client_key'), name='notice_client_key_once'),
        ),
    ]
