import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("notica", "0014_engine"),
        ("plumier", "0013_tokapp_policy"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="student",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="plumier.student",
                verbose_name="alumno",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["student"], condition=Q(("student__isnull", False)), name="message_student"
            ),
        ),
        migrations.AddField(
            model_name="inboxentry",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="archivado"),
        ),
    ]
