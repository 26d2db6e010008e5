import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import plumier.functions
import plumier.models.policies
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "usuario",
                "verbose_name_plural": "usuarios",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="School",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="código")),
                ("name", models.CharField(max_length=200, verbose_name="nombre")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("publico", "Público"),
                            ("concertado", "Concertado"),
                            ("privado", "Privado"),
                        ],
                        default="publico",
                        max_length=20,
                        verbose_name="titularidad",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(default="Europe/Madrid", max_length=64, verbose_name="zona horaria"),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("es", "español"), ("vi", "vietnamita"), ("en", "inglés")],
                        default="es",
                        max_length=5,
                        verbose_name="idioma",
                    ),
                ),
                (
                    "phone_region",
                    models.CharField(
                        choices=[("ES", "España"), ("VN", "Vietnam")],
                        default="ES",
                        max_length=2,
                        verbose_name="país de los teléfonos",
                    ),
                ),
            ],
            options={
                "verbose_name": "centro",
                "verbose_name_plural": "centros",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Za-z0-9]+$")), name="school_code_plain"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("given_name", models.CharField(max_length=100, verbose_name="nombre")),
                ("surname", models.CharField(blank=True, max_length=150, verbose_name="apellidos")),
                ("document", models.CharField(blank=True, max_length=20, verbose_name="DNI o NIE")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("es", "español"), ("vi", "vietnamita"), ("en", "inglés")],
                        help_text="Vacío: el del centro.",
                        max_length=5,
                        verbose_name="idioma",
                    ),
                ),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=plumier.functions.SortKey(
                            django.db.models.functions.text.Concat(
                                models.F("surname"), models.Value(" "), models.F("given_name")
                            )
                        ),
                        output_field=models.TextField(),
                        verbose_name="clave de orden",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="people",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="usuario",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="plumier.school", verbose_name="centro",
                    ),
                ),
            ],
            options={
                "verbose_name": "persona",
                "verbose_name_plural": "personas",
            },
        ),
        migrations.CreateModel(
            name="Guardianship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[("father", "padre"), ("mother", "madre"), ("other", "tutor legal")],
                        max_length=10,
                        verbose_name="parentesco",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="orden")),
                ("receives_messages", models.BooleanField(default=False, verbose_name="recibe mensajes")),
                ("barred_from", models.DateField(blank=True, null=True, verbose_name="excluido desde")),
                ("barred_until", models.DateField(blank=True, null=True, verbose_name="excluido hasta")),
                ("barred_reference", models.CharField(blank=True, max_length=200, verbose_name="documento")),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardianships",
                        to="plumier.person", verbose_name="padre, madre o tutor",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plumier.school", verbose_name="centro"
                    ),
                ),
            ],
            options={
                "verbose_name": "tutela",
                "verbose_name_plural": "tutelas",
                "ordering": ("student", "order"),
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slot",
                    models.CharField(
                        choices=[
                            ("phone_1", "Teléfono"),
                            ("phone_2", "Teléfono 2"),
                            ("email", "E-mail"),
                            ("email_official", "E-mail oficial"),
                            ("email_alt", "E-mail alt"),
                        ],
                        max_length=20,
                        verbose_name="dato",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mobile", "móvil"),
                            ("landline", "fijo"),
                            ("email", "correo"),
                            ("unreadable", "ilegible"),
                        ],
                        max_length=12,
                        verbose_name="tipo",
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=254, verbose_name="valor")),
                ("typed", models.CharField(blank=True, max_length=300, verbose_name="como se escribió")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="plumier.person", verbose_name="persona",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plumier.school", verbose_name="centro"
                    ),
                ),
            ],
            options={
                "verbose_name": "contacto",
                "verbose_name_plural": "contactos",
            },
        ),
        migrations.CreateModel(
            name="AcademicYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20, verbose_name="nombre")),
                ("is_current", models.BooleanField(default=True, verbose_name="en curso")),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="years", to="plumier.school", verbose_name="centro"
                    ),
                ),
            ],
            options={
                "verbose_name": "curso académico",
                "verbose_name_plural": "cursos académicos",
                "ordering": ("school", "-name"),
            },
        ),
        migrations.CreateModel(
            name="SchoolPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="silencio desde")),
                ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="silencio hasta")),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=plumier.models.policies.all_channels,
                        size=None,
                        verbose_name="vías que usa el centro",
                    ),
                ),
                ("sms_to_many", models.BooleanField(default=False, verbose_name="SMS a varios")),
                (
                    "sms_by_default",
                    models.BooleanField(default=False, verbose_name="SMS a quien no tiene otra vía"),
                ),
                (
                    "registration_required",
                    models.BooleanField(default=False, verbose_name="solo reciben las familias registradas"),
                ),
                (
                    "school",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="policy",
                        to="plumier.school", verbose_name="centro",
                    ),
                ),
            ],
            options={
                "verbose_name": "política de comunicación",
                "verbose_name_plural": "políticas de comunicación",
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="fecha de alta")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="fecha de baja")),
                ("active", models.BooleanField(default=True, verbose_name="activo")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="staff", to="plumier.person", verbose_name="persona"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="staff", to="plumier.school", verbose_name="centro"
                    ),
                ),
            ],
            options={
                "verbose_name": "personal",
                "verbose_name_plural": "personal",
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("infantil", "Infantil"),
                            ("primaria", "Primaria"),
                            ("eso", "ESO"),
                            ("bachillerato", "Bachillerato"),
                            ("fp", "FP"),
                            ("thpt", "THPT"),
                            ("otra", "Otra enseñanza"),
                        ],
                        max_length=20,
                        verbose_name="enseñanza",
                    ),
                ),
                (
                    "absence_mode",
                    models.CharField(
                        choices=[("session", "por sesión"), ("date", "por fecha")],
                        default="session",
                        max_length=10,
                        verbose_name="gestión de faltas",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stages",
                        to="plumier.school", verbose_name="centro",
                    ),
                ),
            ],
            options={
                "verbose_name": "enseñanza",
                "verbose_name_plural": "enseñanzas",
                "ordering": ("school", "id"),
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="grupo")),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="groups",
                        to="plumier.academicyear", verbose_name="curso académico",
                    ),
                ),
                (
                    "tutor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tutored_groups",
                        to="plumier.person", verbose_name="tutor",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="groups",
                        to="plumier.school", verbose_name="centro",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="plumier.stage", verbose_name="enseñanza"
                    ),
                ),
            ],
            options={
                "verbose_name": "grupo",
                "verbose_name_plural": "grupos",
                "ordering": ("year", "stage", "name"),
            },
        ),
        migrations.CreateModel(
            name="Student",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("expediente", models.CharField(max_length=30, verbose_name="expediente")),
                ("nre", models.CharField(blank=True, max_length=20, verbose_name="NRE")),
                ("protected", models.BooleanField(default=False, verbose_name="datos protegidos")),
                (
                    "guardians",
                    models.ManyToManyField(
                        related_name="children", through="plumier.Guardianship", to="plumier.person"
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="student",
                        to="plumier.person", verbose_name="persona",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="students",
                        to="plumier.school", verbose_name="centro",
                    ),
                ),
            ],
            options={
                "verbose_name": "alumno",
                "verbose_name_plural": "alumnos",
            },
        ),
        migrations.AddField(
            model_name="guardianship",
            name="student",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="guardianships",
                to="plumier.student", verbose_name="alumno",
            ),
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Matriculado"), ("withdrawn", "Baja")],
                        default="active",
                        max_length=10,
                        verbose_name="estado de la matrícula",
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="fecha de baja")),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="plumier.academicyear", verbose_name="curso académico",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="plumier.group", verbose_name="grupo",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plumier.school", verbose_name="centro"
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enrolments",
                        to="plumier.student", verbose_name="alumno",
                    ),
                ),
            ],
            options={
                "verbose_name": "matrícula",
                "verbose_name_plural": "matrículas",
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "Director"),
                            ("jefe_estudios", "Jefe de estudios"),
                            ("secretario", "Secretario"),
                            ("jefe_departamento", "Jefe de departamento"),
                            ("orientador", "Orientador"),
                            ("ptsc", "PTSC"),
                            ("pas", "PAS"),
                            ("bgh", "BGH (dirección)"),
                            ("dao_tao", "Đào tạo (formación)"),
                            ("tai_chinh", "Tài chính (finanzas)"),
                            ("doan_thanh_nien", "Đoàn Thanh niên (juventud)"),
                            ("giam_thi", "Giám thị (vigilancia)"),
                            ("ban_tru", "Bán trú (internado)"),
                            ("cgcn", "CGCN (tecnología)"),
                            ("profesor", "Profesor"),
                        ],
                        max_length=30,
                        verbose_name="cargo",
                    ),
                ),
                ("held_from", models.DateField(verbose_name="desde")),
                ("held_until", models.DateField(blank=True, null=True, verbose_name="hasta")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="plumier.person", verbose_name="persona"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="plumier.school", verbose_name="centro"
                    ),
                ),
            ],
            options={
                "verbose_name": "cargo",
                "verbose_name_plural": "cargos",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "role", "held_from"), name="post_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_until__isnull", True),
                            ("held_until__gte", models.F("held_from")),
                            _connector="OR",
                        ),
                        name="post_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["school", "sort_key", "id"], name="person_school_name"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("document", ""), _negated=True),
                fields=["school", "document"],
                name="person_document",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("value", ""), _negated=True), fields=["value"], name="contact_value"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(fields=("person", "slot"), name="contact_one_a_slot"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "unreadable"), ("value", "")),
                    models.Q(
                        models.Q(("kind", "unreadable"), _negated=True),
                        models.Q(("value", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contact_value_unless_unreadable",
            ),
        ),
        migrations.AddConstraint(
            model_name="academicyear",
            constraint=models.UniqueConstraint(fields=("school", "name"), name="year_once"),
        ),
        migrations.AddConstraint(
            model_name="academicyear",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("school",), name="year_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                    _connector="OR",
                ),
                name="policy_quiet_hours_both_or_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(fields=("school", "kind"), name="stage_once"),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["infantil", "primaria"]), _negated=True),
                    ("absence_mode", "date"),
                    _connector="OR",
                ),
                name="stage_young_children_by_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.UniqueConstraint(fields=("year", "name"), name="group_once"),
        ),
        migrations.AddConstraint(
            model_name="student",
            constraint=models.UniqueConstraint(
                fields=("school", "expediente"), name="student_expediente_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.UniqueConstraint(fields=("student", "guardian"), name="guardianship_once"),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.UniqueConstraint(fields=("student", "order"), name="guardianship_one_an_order"),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("barred_until__isnull", True),
                    models.Q(("barred_from__isnull", False), ("barred_until__gte", models.F("barred_from"))),
                    _connector="OR",
                ),
                name="guardianship_bar_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="guardianship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("barred_from__isnull", True),
                    models.Q(("barred_reference", ""), _negated=True),
                    _connector="OR",
                ),
                name="guardianship_bar_has_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(fields=("student", "year"), name="enrolment_once_a_year"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "withdrawn"])), name="enrolment_status_known"
            ),
        ),
    ]
