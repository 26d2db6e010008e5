from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plumier", "0014_import_people")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("es", "español"), ("vi", "vietnamita"), ("en", "inglés")],
                max_length=5,
                verbose_name="idioma",
            ),
        ),
    ]
