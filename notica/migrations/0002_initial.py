import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("notica", "0001_initial"),
        ("plumier", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="inboxentry",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="inbox", to="plumier.person", verbose_name="persona"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="notica.message", verbose_name="corrige",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="in_reply_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replies",
                to="notica.message", verbose_name="respuesta a",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="plumier.school", verbose_name="centro"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="sender",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to=settings.AUTH_USER_MODEL, verbose_name="lo envió",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="sender_person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="plumier.person", verbose_name="lo envió",
            ),
        ),
        migrations.AddField(
            model_name="inboxentry",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="inbox_entries", to="notica.message", verbose_name="envío"
            ),
        ),
        migrations.AddField(
            model_name="messageattachment",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="notica.message", verbose_name="envío"
            ),
        ),
        migrations.AddIndex(
            model_name="progressdelta",
            index=models.Index(fields=["message_id"], name="progress_message"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("channel", "event"), name="receipt_once"),
        ),
        migrations.AddField(
            model_name="recipient",
            name="family_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="family_messages",
                to="plumier.student", verbose_name="familia de",
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="recipients", to="notica.message", verbose_name="envío"
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="received",
                to="plumier.person", verbose_name="persona",
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plumier.school", verbose_name="centro"
            ),
        ),
        migrations.AddField(
            model_name="inboxentry",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="inbox_entries",
                to="notica.recipient", verbose_name="destinatario",
            ),
        ),
        migrations.AddField(
            model_name="recipientabout",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="about", to="notica.recipient", verbose_name="destinatario"
            ),
        ),
        migrations.AddField(
            model_name="recipientabout",
            name="student",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plumier.student", verbose_name="alumno"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["not_before", "id"], name="message_queued"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["id"], name="message_sending"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["sender", "-created_at", "-id"], name="message_sender_newest"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["school", "-created_at", "-id"], name="message_school_newest"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("sender", "client_key"), name="message_client_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "finished"), _negated=True),
                    models.Q(("fanned_out_at__isnull", False), ("finished_at__isnull", False)),
                    _connector="OR",
                ),
                name="message_finished_when",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["message", "id"], name="recipient_open"
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["message", "outcome", "id"], name="recipient_outcome"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("outcome", ""), ("step_deadline_at__isnull", False)),
                fields=["step_deadline_at"],
                name="recipient_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("family_of__isnull", True), ("person__isnull", False)),
                    models.Q(("family_of__isnull", False), ("person__isnull", True)),
                    _connector="OR",
                ),
                name="recipient_person_or_family",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("message", "person"), name="recipient_person_once"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("message", "family_of"), name="recipient_family_once"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="recipient_closed_with_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="inboxentry",
            index=models.Index(fields=["person", "-created_at", "-id"], name="inbox_newest"),
        ),
        migrations.AddIndex(
            model_name="inboxentry",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["person"], name="inbox_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="inboxentry",
            index=models.Index(fields=["expires_at"], name="inbox_expiry"),
        ),
        migrations.AddConstraint(
            model_name="inboxentry",
            constraint=models.UniqueConstraint(fields=("recipient", "person"), name="inbox_once"),
        ),
        migrations.AddConstraint(
            model_name="recipientabout",
            constraint=models.UniqueConstraint(fields=("recipient", "student"), name="about_once"),
        ),
    ]
