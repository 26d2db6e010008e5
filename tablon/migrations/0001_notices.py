import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# As for the register (plumier 0005): whoever changes a row and however, what it was before is kept.
KEPT = ("tablon_notice", "tablon_noticeschool", "tablon_noticefile")
TRANSITIONS = {
    "insert": "REFERENCING NEW TABLE AS rows_now",
    "update": "REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_now",
    "delete": "REFERENCING OLD TABLE AS rows_before",
}


def _kept(table: str, event: str) -> str:
    return f"""CREATE TRIGGER keeps_{event} AFTER {event} ON {table} {TRANSITIONS[event]}
        FOR EACH STATEMENT EXECUTE FUNCTION plumier_keep_edit();"""


class Migration(migrations.Migration):
    """The notice board, every change of which is kept."""


    initial = True

    dependencies = [
        ('plumier', '0013_tokapp_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('readers', models.CharField(choices=[('families', 'Familias'), ('students', 'Alumnado'), ('both', 'Familias y alumnado')], max_length=10, verbose_name='quién lo lee')),
                ('title', models.CharField(max_length=200, verbose_name='título')),
                ('text', models.TextField(verbose_name='texto')),
                ('starts_on', models.DateField(verbose_name='desde')),
                ('ends_on', models.DateField(verbose_name='hasta')),
                ('created_at', models.DateTimeField(verbose_name='creado')),
                ('updated_at', models.DateTimeField(verbose_name='cambiado')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publicado')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retirado')),
                ('withdrawn_for', models.CharField(blank=True, max_length=200, verbose_name='motivo')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lo escribió')),
                ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='plumier.school', verbose_name='centro')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='plumier.service', verbose_name='servicio')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lo retiró')),
            ],
            options={
                'verbose_name': 'anuncio',
                'verbose_name_plural': 'anuncios',
            },
        ),
        migrations.CreateModel(
            name='NoticeFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='nombre')),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.BigIntegerField(verbose_name='tamaño')),
                ('sha256', models.CharField(max_length=64)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tablon.notice', verbose_name='anuncio')),
            ],
            options={
                'verbose_name': 'fichero de un anuncio',
                'verbose_name_plural': 'ficheros de un anuncio',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='NoticeSchool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='tablon.notice', verbose_name='anuncio')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='plumier.school', verbose_name='centro')),
            ],
            options={
                'verbose_name': 'centro de un anuncio',
                'verbose_name_plural': 'centros de un anuncio',
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='schools',
            field=models.ManyToManyField(related_name='+', through='tablon.NoticeSchool', to='plumier.school', verbose_name='centros'),
        ),
        migrations.AddConstraint(
            model_name='noticeschool',
            constraint=models.UniqueConstraint(fields=('notice', 'school'), name='notice_school_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('school__isnull', False), ('service__isnull', True)), models.Q(('school__isnull', True), ('service__isnull', False)), _connector='OR'), name='notice_school_or_service'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='notice_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_for', '')), models.Q(('published_at__isnull', False), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_for', ''), _negated=True)), _connector='OR'), name='notice_withdrawn_by_and_why'),
        ),
        *(
            migrations.RunSQL(_kept(table, event), f"DROP TRIGGER keeps_{event} ON {table};")
            for table in KEPT
            for event in TRANSITIONS
        ),
    ]
