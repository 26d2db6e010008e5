import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ChannelAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20, verbose_name='canal')),
                ('owner', models.CharField(blank=True, max_length=20, verbose_name='centro')),
                ('rate', models.FloatField(blank=True, null=True, verbose_name='mensajes por segundo')),
                ('tokens', models.FloatField(default=0)),
                ('tokens_at', models.DateTimeField(blank=True, null=True)),
                ('paused_until', models.DateTimeField(blank=True, null=True, verbose_name='en pausa hasta')),
                ('circuit_open_until', models.DateTimeField(blank=True, null=True, verbose_name='cortado hasta')),
                ('circuit_reason', models.CharField(blank=True, max_length=60, verbose_name='motivo')),
            ],
            options={
                'verbose_name': 'cuenta de canal',
                'verbose_name_plural': 'cuentas de canal',
                'constraints': [models.UniqueConstraint(fields=('channel', 'owner'), name='account_once')],
            },
        ),
        migrations.CreateModel(
            name='Activation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, verbose_name='dirección')),
                ('endpoint', models.CharField(blank=True, max_length=254, verbose_name='destino en el canal')),
                ('state', models.CharField(choices=[('linked', 'activo'), ('blocked', 'bloqueado'), ('inactive', 'sin activar')], max_length=10, verbose_name='estado')),
                ('checked_at', models.DateTimeField(verbose_name='comprobado')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activations', to='channels_app.channelaccount', verbose_name="cuenta")),
            ],
            options={
                'verbose_name': 'activación',
                'verbose_name_plural': 'activaciones',
                'indexes': [models.Index(fields=['address'], name='activation_address')],
                'constraints': [models.UniqueConstraint(fields=('account', 'address'), name='activation_once')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, verbose_name='dirección')),
                ('reason', models.CharField(max_length=60, verbose_name='motivo')),
                ('since', models.DateTimeField(verbose_name='desde')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suppressions', to='channels_app.channelaccount', verbose_name="cuenta")),
            ],
            options={
                'verbose_name': 'dirección suprimida',
                'verbose_name_plural': 'direcciones suprimidas',
                'constraints': [models.UniqueConstraint(fields=('account', 'address'), name='suppression_once')],
            },
        ),
    ]
