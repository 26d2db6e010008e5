import django.db.models.deletion
import notica.models.rules
from django.conf import settings
from django.db import migrations, models

DUE_SCHOOLS = """
CREATE FUNCTION notica_due_schools(of_account bigint, in_lane smallint) RETURNS TABLE (school_id bigint)
LANGUAGE sql STABLE AS $$
WITH RECURSIVE found(id) AS (
    (SELECT d.school_id FROM notica_delivery d
     WHERE d.account_id = of_account AND d.lane = in_lane AND d.state = 'ready' AND d.crashes = 0
     ORDER BY d.school_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.school_id FROM notica_delivery d
            WHERE d.account_id = of_account AND d.lane = in_lane AND d.state = 'ready' AND d.crashes = 0
              AND d.school_id > found.id
            ORDER BY d.school_id LIMIT 1)
    FROM found WHERE found.id IS NOT NULL)
SELECT found.id FROM found
WHERE found.id IS NOT NULL AND EXISTS (
    SELECT FROM notica_delivery d
    WHERE d.account_id = of_account AND d.lane = in_lane AND d.school_id = found.id
      AND d.state = 'ready' AND d.crashes = 0 AND d.not_before <= plumier_now())
$$
"""


class Migration(migrations.Migration):
    """Turns of schools, suspects, cancelling, resending, and plans that know on what they were made."""

    dependencies = [
        ('notica', '0003_storage'),
        ('plumier', '0003_register_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UncertainRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=notica.models.rules.channel_choices, max_length=20, verbose_name='canal')),
                ('kind', models.CharField(blank=True, choices=notica.models.rules.kind_choices, help_text='Vacío: todas las clases.', max_length=30, verbose_name='clase de mensaje')),
                ('resend', models.BooleanField(help_text='Si el canal no contesta: marcado, se envía una vez más y puede llegar repetido.', verbose_name='enviar otra vez')),
            ],
            options={
                'verbose_name': 'regla de envíos sin respuesta',
                'verbose_name_plural': 'reglas de envíos sin respuesta',
            },
        ),
        migrations.RemoveIndex(
            model_name='delivery',
            name='delivery_due',
        ),
        migrations.RemoveIndex(
            model_name='delivery',
            name='delivery_leased',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_sending',
        ),
        migrations.AddField(
            model_name='delivery',
            name='crashes',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='message',
            name='cancelled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='anulado'),
        ),
        migrations.AddField(
            model_name='message',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lo anuló'),
        ),
        migrations.AddField(
            model_name='message',
            name='planned_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='register_seen',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='resends',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resent', to='notica.message', verbose_name='reintento de'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('crashes', 0), ('state', 'ready')), fields=['account_id', 'lane', 'school_id', 'not_before', 'id'], name='delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('crashes__gt', 0), ('state', 'ready')), fields=['account_id', 'not_before', 'id'], name='delivery_suspect'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'sending')), fields=('account_id', 'endpoint'), name='delivery_in_flight'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('lease_until__isnull', True)), fields=['expires_at'], name='delivery_expiry'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('finished_at__isnull', True), ('state__in', ['sending', 'cancelled'])), fields=['id'], name='message_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('state', 'cancelled')), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_at__isnull', True), ('cancelled_by__isnull', True)), _connector='OR'), name='message_cancelled_when_and_by'),
        ),
        migrations.AddField(
            model_name='uncertainrule',
            name='school',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uncertain_rules', to='plumier.school', verbose_name='centro'),
        ),
        migrations.AddConstraint(
            model_name='uncertainrule',
            constraint=models.UniqueConstraint(fields=('school', 'channel', 'kind'), name='uncertain_rule_once'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='reason',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='receipt',
            name='state',
            field=models.CharField(blank=True, choices=[('ready', 'En cola'), ('sending', 'En curso'), ('uncertain', 'Sin respuesta'), ('accepted', 'Entregado al canal'), ('delivered', 'Recibido'), ('read', 'Leído'), ('undelivered', 'Rebotado'), ('failed', 'Fallido'), ('sent_unconfirmed', 'Sin confirmar'), ('cancelled', 'Anulado'), ('expired', 'Caducado'), ('suppressed', 'Suprimido'), ('quarantined', 'Apartado')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('applied_at__isnull', True)), fields=['id'], name='receipt_waiting'),
        ),
        migrations.RunSQL(DUE_SCHOOLS, "DROP FUNCTION notica_due_schools(bigint, smallint)"),
    ]
