import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Whoever changes a mark, an import and its undoing too, the family is told when.
CHANGED = """
CREATE FUNCTION grades_mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.changed_at := plumier_now();
    RETURN NEW;
END $$;
CREATE TRIGGER dates_change BEFORE UPDATE ON grades_mark FOR EACH ROW
    WHEN (OLD.value <> NEW.value OR OLD.remark <> NEW.remark) EXECUTE FUNCTION grades_mark_changed();
"""
UNDATED = """
DROP TRIGGER dates_change ON grades_mark;
DROP FUNCTION grades_mark_changed();
"""
# As for the register (plumier 0005): whoever changes a row and however, what it was before is kept.
KEPT = ("grades_publication", "grades_acknowledgement", "grades_reminder")
TRANSITIONS = {
    "insert": "REFERENCING NEW TABLE AS rows_now",
    "update": "REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_now",
    "delete": "REFERENCING OLD TABLE AS rows_before",
}


def _kept(table: str, event: str) -> str:
    return f"""CREATE TRIGGER keeps_{event} AFTER {event} ON {table} {TRANSITIONS[event]}
        FOR EACH STATEMENT EXECUTE FUNCTION plumier_keep_edit();"""


class Migration(migrations.Migration):
    """When marks changed, to whom they are open, and who has acknowledged them."""

    dependencies = [
        ('grades', '0001_marks'),
        ('plumier', '0013_tokapp_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='mark',
            name='changed_at',
            field=models.DateTimeField(db_default=models.Func(function='plumier_now', output_field=models.DateTimeField()), editable=False, verbose_name='cambiada'),
        ),
        migrations.AlterField(
            model_name='mark',
            name='value',
            field=models.CharField(blank=True, max_length=20, verbose_name='calificación'),
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='cuándo')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='plumier.enrolment', verbose_name='matrícula')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='grades.evaluation', verbose_name='evaluación')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='plumier.person', verbose_name='quién')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='plumier.school', verbose_name='centro')),
            ],
            options={
                'verbose_name': 'acuse de recibo',
                'verbose_name_plural': 'acuses de recibo',
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'enrolment', 'person'), name='acknowledgement_once')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='publicadas')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='las publicó')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='grades.evaluation', verbose_name='evaluación')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='plumier.group', verbose_name='grupo')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='plumier.school', verbose_name='centro')),
            ],
            options={
                'verbose_name': 'publicación de calificaciones',
                'verbose_name_plural': 'publicaciones de calificaciones',
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'group'), name='publication_once')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='día')),
                ('token', models.CharField(editable=False, max_length=32)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='quién')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='grades.evaluation', verbose_name='evaluación')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='plumier.group', verbose_name='grupo')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='plumier.school', verbose_name='centro')),
            ],
            options={
                'verbose_name': 'recordatorio de calificaciones',
                'verbose_name_plural': 'recordatorios de calificaciones',
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'group', 'day'), name='reminder_once_a_day')],
            },
        ),
        migrations.RunSQL(CHANGED, UNDATED),
        *(
            migrations.RunSQL(_kept(table, event), f"DROP TRIGGER keeps_{event} ON {table};")
            for table in KEPT
            for event in TRANSITIONS
        ),
    ]
