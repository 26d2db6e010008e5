import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels_app', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='channelaccount',
            name='rate',
            field=models.FloatField(blank=True, help_text='Vacío: lo que admite el canal.', null=True, validators=[django.core.validators.MinValueValidator(0.01)], verbose_name='mensajes por segundo'),
        ),
        migrations.AddConstraint(
            model_name='channelaccount',
            constraint=models.CheckConstraint(condition=models.Q(('rate__isnull', True), ('rate__gt', 0), _connector='OR'), name='account_rate_above_0'),
        ),
    ]
