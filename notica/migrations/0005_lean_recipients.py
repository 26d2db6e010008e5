from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies: ClassVar = [
        ('notica', '0004_engine_promises'),
        ('plumier', '0002_clock'),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name='recipient',
            name='recipient_person_once',
        ),
        migrations.RemoveConstraint(
            model_name='recipient',
            name='recipient_family_once',
        ),
        migrations.RemoveIndex(
            model_name='recipient',
            name='recipient_open',
        ),
        migrations.AddField(
            model_name='message',
            name='expected',
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='inboxentry',
            name='message',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='inbox_entries', to='notica.message', verbose_name='envío'),
        ),
        migrations.AlterField(
            model_name='inboxentry',
            name='person',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='inbox', to='plumier.person', verbose_name='persona'),
        ),
        migrations.AlterField(
            model_name='inboxentry',
            name='recipient',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='inbox_entries', to='notica.recipient', verbose_name='destinatario'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='family_of',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='family_messages', to='plumier.student', verbose_name='familia de'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='message',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='notica.message', verbose_name='envío'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='person',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='received', to='plumier.person', verbose_name='persona'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='school',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plumier.school', verbose_name='centro'),
        ),
        migrations.AlterField(
            model_name='recipientabout',
            name='recipient',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='about', to='notica.recipient', verbose_name='destinatario'),
        ),
        migrations.AlterField(
            model_name='recipientabout',
            name='student',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plumier.student', verbose_name='alumno'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['message', 'id'], name='recipient_message'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('message', 'person'), name='recipient_person_once'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(condition=models.Q(('family_of__isnull', False)), fields=('message', 'family_of'), name='recipient_family_once'),
        ),
    ]
