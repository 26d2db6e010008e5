from typing import ClassVar

from django.db import migrations

# Everything that says who is who, who may see whom and who is written to where.
KEPT = (
    *("plumier_academicyear", "plumier_contact", "plumier_department", "plumier_enrolment", "plumier_group"),
    *("plumier_guardianship", "plumier_holiday", "plumier_person", "plumier_post", "plumier_school"),
    *("plumier_schoolpolicy", "plumier_service", "plumier_service_schools", "plumier_servicepost", "plumier_sessionslot"),
    *("plumier_staff", "plumier_stage", "plumier_student", "plumier_subgroup", "plumier_subgroupmember"),
    *("plumier_subject", "plumier_teachingassignment", "plumier_timetableentry", "plumier_user"),
)
# Who teaches whom decides who may send, so a plan depends on it too.
COUNTED = ("plumier_subgroup", "plumier_subgroupmember", "plumier_teachingassignment")
TRANSITIONS = {
    "insert": "REFERENCING NEW TABLE AS rows_now",
    "update": "REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_now",
    "delete": "REFERENCING OLD TABLE AS rows_before",
}
CHANGED = {
    "insert": "SELECT DISTINCT school_id FROM rows_now",
    "update": "SELECT school_id FROM rows_now UNION SELECT school_id FROM rows_before",
    "delete": "SELECT DISTINCT school_id FROM rows_before",
}

# What says nothing about the register, and a user's secret.
FUNCTIONS = """
CREATE FUNCTION plumier_edit_columns(row_now jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT row_now - '{password,last_login,sort_key}'::text[] $$;

CREATE FUNCTION plumier_edit_school(table_name text, row_now jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (CASE WHEN table_name = 'plumier_school' THEN row_now->>'id' ELSE row_now->>'school_id' END)::bigint $$;

CREATE FUNCTION plumier_keep_edit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('plumier.actor', true), '')::bigint;
    cause text := coalesce(current_setting('plumier.cause', true), '');
    brief boolean := cause LIKE 'import:%';
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO plumier_registeredit (school_id, table_name, row_id, kind, after, actor_id, cause, at)
        SELECT plumier_edit_school(TG_TABLE_NAME, made.it), TG_TABLE_NAME, (made.it->>'id')::bigint, 'I',
               CASE WHEN NOT brief THEN made.it END, actor, cause, plumier_now()
        FROM (SELECT plumier_edit_columns(to_jsonb(n)) AS it FROM rows_now n) made;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO plumier_registeredit (school_id, table_name, row_id, kind, before, actor_id, cause, at)
        SELECT plumier_edit_school(TG_TABLE_NAME, gone.it), TG_TABLE_NAME, (gone.it->>'id')::bigint, 'D',
               gone.it, actor, cause, plumier_now()
        FROM (SELECT plumier_edit_columns(to_jsonb(b)) AS it FROM rows_before b) gone;
    ELSE
        INSERT INTO plumier_registeredit (school_id, table_name, row_id, kind, before, after, actor_id, cause, at)
        SELECT plumier_edit_school(TG_TABLE_NAME, now_.it), TG_TABLE_NAME, now_.id, 'U', then_.it, now_.it,
               actor, cause, plumier_now()
        FROM (SELECT b.id, plumier_edit_columns(to_jsonb(b)) AS it FROM rows_before b) then_
        JOIN (SELECT n.id, plumier_edit_columns(to_jsonb(n)) AS it FROM rows_now n) now_ USING (id)
        WHERE then_.it <> now_.it;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION plumier_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < plumier_now() - interval '5 years' THEN RETURN OLD; END IF;
    RAISE EXCEPTION '% only grows: rows are kept for five years and never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON plumier_registeredit FOR EACH ROW EXECUTE FUNCTION plumier_only_grows();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON plumier_recordaccess FOR EACH ROW EXECUTE FUNCTION plumier_only_grows();
"""
NO_FUNCTIONS = """
DROP TRIGGER only_grows ON plumier_recordaccess;
DROP TRIGGER only_grows ON plumier_registeredit;
DROP FUNCTION plumier_only_grows();
DROP FUNCTION plumier_keep_edit();
DROP FUNCTION plumier_edit_school(text, jsonb);
DROP FUNCTION plumier_edit_columns(jsonb);
"""


def _kept(table: str, event: str) -> str:
    return f"""CREATE TRIGGER keeps_{event} AFTER {event} ON {table} {TRANSITIONS[event]}
        FOR EACH STATEMENT EXECUTE FUNCTION plumier_keep_edit();"""


def _counted(table: str, event: str) -> str:
    name = f"{table}_{event}_counts"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO plumier_registerchange (school_id, number)
    SELECT changed.school, 1 FROM ({CHANGED[event]}) AS changed (school);
    RETURN NULL;
END $$;
CREATE TRIGGER counts_{event} AFTER {event} ON {table} {TRANSITIONS[event]}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


class Migration(migrations.Migration):
    """Every change of the register is kept with what was before and after, whoever makes it and however."""

    dependencies: ClassVar = [("plumier", "0004_teaching_history")]
    operations: ClassVar = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *(
            migrations.RunSQL(_kept(table, event), f"DROP TRIGGER keeps_{event} ON {table};")
            for table in KEPT
            for event in TRANSITIONS
        ),
        *(
            migrations.RunSQL(
                _counted(table, event),
                f"DROP TRIGGER counts_{event} ON {table}; DROP FUNCTION {table}_{event}_counts();",
            )
            for table in COUNTED
            for event in TRANSITIONS
        ),
    ]
