from django.db import migrations, models

import notica.models.messages


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="InboxEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="fecha")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="leído")),
                ("expires_at", models.DateTimeField(verbose_name="se elimina")),
            ],
            options={
                "verbose_name": "mensaje en Notica",
                "verbose_name_plural": "mensajes en Notica",
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=notica.models.messages.new_token, editable=False, max_length=32, unique=True
                    ),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="clase")),
                (
                    "to",
                    models.CharField(
                        choices=[("alumno", "Alumno"), ("familia", "Familia"), ("personal", "Personal")],
                        max_length=10,
                        verbose_name="a quién",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("email", "Correo electrónico"),
                            ("telegram_tokapp", "Telegram/TokApp"),
                            ("sms", "SMS"),
                            ("notica", "Solo Notica"),
                        ],
                        max_length=20,
                        verbose_name="vía",
                    ),
                ),
                ("email_after", models.BooleanField(default=False, verbose_name="después, correo")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="asunto")),
                ("body", models.TextField(blank=True, verbose_name="texto")),
                ("params", models.JSONField(blank=True, default=dict)),
                ("audience", models.JSONField(blank=True, default=dict)),
                ("client_key", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("lane", models.SmallIntegerField(choices=[(0, "urgente"), (1, "general")], default=1)),
                ("not_before", models.DateTimeField(verbose_name="no antes de")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Borrador"),
                            ("in_review", "En revisión"),
                            ("queued", "En cola"),
                            ("sending", "En curso"),
                            ("finished", "Terminado"),
                            ("cancelled", "Anulado"),
                        ],
                        max_length=12,
                        verbose_name="estado",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="creado")),
                ("fanned_out_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="terminado")),
                ("acuse_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="acuse enviado")),
            ],
            options={
                "verbose_name": "envío",
                "verbose_name_plural": "envíos",
            },
        ),
        migrations.CreateModel(
            name="MessageAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nombre")),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.BigIntegerField(verbose_name="tamaño")),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "fichero",
                "verbose_name_plural": "ficheros",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="ProgressDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.BigIntegerField()),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=20)),
                ("event", models.CharField(max_length=150)),
                ("message_id", models.BigIntegerField(blank=True, null=True)),
                ("delivery_id", models.BigIntegerField(blank=True, null=True)),
                ("try_no", models.SmallIntegerField(blank=True, null=True)),
                ("payload", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "acuse del proveedor",
                "verbose_name_plural": "acuses del proveedor",
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plan", models.JSONField(default=dict)),
                ("step", models.SmallIntegerField(default=0)),
                ("step_deadline_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "En curso"),
                            ("reached", "Entregado al canal"),
                            ("unconfirmed", "Sin confirmar"),
                            ("failed", "Fallido"),
                            ("no_channel", "Sin canal"),
                            ("excluded", "Excluido"),
                            ("cancelled", "Anulado"),
                            ("expired", "Caducado"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="resultado",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60, verbose_name="motivo")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="cerrado")),
            ],
            options={
                "verbose_name": "destinatario",
                "verbose_name_plural": "destinatarios",
            },
        ),
        migrations.CreateModel(
            name="RecipientAbout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.BigIntegerField()),
                ("pushed", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "alumno del mensaje",
                "verbose_name_plural": "alumnos del mensaje",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.BigIntegerField()),
                ("delivery_id", models.BigIntegerField()),
                ("try_no", models.SmallIntegerField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=16)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("detail", models.CharField(blank=True, max_length=200)),
                ("provider_id", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "verbose_name": "intento",
                "verbose_name_plural": "intentos",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message_id", "delivery_id", "try_no"), name="attempt_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.BigIntegerField()),
                ("recipient_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("school_id", models.BigIntegerField()),
                ("account_id", models.BigIntegerField()),
                ("channel", models.CharField(max_length=20, verbose_name="canal")),
                ("step", models.SmallIntegerField(verbose_name="paso")),
                ("address", models.CharField(max_length=254, verbose_name="dirección")),
                ("endpoint", models.CharField(max_length=254)),
                ("lane", models.SmallIntegerField(choices=[(0, "urgente"), (1, "general")])),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "En cola"),
                            ("sending", "En curso"),
                            ("uncertain", "Sin respuesta"),
                            ("accepted", "Entregado al canal"),
                            ("delivered", "Recibido"),
                            ("read", "Leído"),
                            ("undelivered", "Rebotado"),
                            ("failed", "Fallido"),
                            ("sent_unconfirmed", "Sin confirmar"),
                            ("cancelled", "Anulado"),
                            ("expired", "Caducado"),
                            ("suppressed", "Suprimido"),
                            ("quarantined", "Apartado"),
                        ],
                        default="ready",
                        max_length=16,
                        verbose_name="estado",
                    ),
                ),
                ("not_before", models.DateTimeField(verbose_name="no antes de")),
                ("expires_at", models.DateTimeField(verbose_name="caduca")),
                ("tries", models.SmallIntegerField(default=0, verbose_name="intentos")),
                ("spent", models.SmallIntegerField(default=0, verbose_name="intentos gastados")),
                ("uncertain_count", models.SmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("provider_id", models.CharField(blank=True, max_length=100)),
                ("reason", models.CharField(blank=True, max_length=60, verbose_name="motivo")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "entrega",
                "verbose_name_plural": "entregas",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ready")),
                        fields=["account_id", "lane", "not_before", "id"],
                        name="delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["lease_until"],
                        name="delivery_leased",
                    ),
                    models.Index(
                        condition=models.Q(("state", "uncertain")),
                        fields=["not_before"],
                        name="delivery_uncertain",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message_id", "recipient_id", "step", "channel", "address"),
                        name="delivery_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sending"), _negated=True),
                            ("lease_until__isnull", False),
                            _connector="OR",
                        ),
                        name="delivery_lease_while_sending",
                    ),
                ],
            },
        ),
    ]
