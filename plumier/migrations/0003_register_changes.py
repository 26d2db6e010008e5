from typing import ClassVar

from django.db import migrations, models

# Every table from which a plan is made. The school itself is its own.
TABLES = {
    **dict.fromkeys(
        (
            *("plumier_academicyear", "plumier_contact", "plumier_enrolment", "plumier_group"),
            *("plumier_guardianship", "plumier_person", "plumier_post", "plumier_schoolpolicy", "plumier_staff", "plumier_student"),
        ),
        "school_id",
    ),
    "plumier_school": "id",
}
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS rows_now",
    "update": "REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_now",
    "delete": "REFERENCING OLD TABLE AS rows_before",
}
SOURCES = {
    "insert": "SELECT {school} FROM rows_now",
    "update": "SELECT {school} FROM rows_now UNION SELECT {school} FROM rows_before",
    "delete": "SELECT {school} FROM rows_before",
}


def _made(table: str, school: str, event: str) -> str:
    name = f"{table}_{event}_counts"
    source = SOURCES[event].format(school=school)
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO plumier_registerchange (school_id, number)
    SELECT DISTINCT changed.school, 1 FROM ({source}) AS changed (school);
    RETURN NULL;
END $$;
CREATE TRIGGER counts_{event} AFTER {event} ON {table} {EVENTS[event]}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


def _gone(table: str, event: str) -> str:
    return f"DROP TRIGGER counts_{event} ON {table}; DROP FUNCTION {table}_{event}_counts();"


class Migration(migrations.Migration):
    """Every change of a school's register is counted, whoever makes it."""

    dependencies: ClassVar = [("plumier", "0002_clock")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="RegisterChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("school_id", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["school_id"], name="register_change_school")]},
        ),
        *(
            migrations.RunSQL(_made(table, school, event), _gone(table, event))
            for table, school in TABLES.items()
            for event in EVENTS
        ),
    ]
