"""The statements of `undoing`."""

from typing import Final

from psycopg import sql

# Whole columns of the history by its index of (table, row, id). What an import did that was itself undone since,
# and its undoing, leave every row as it was.
LATER: Final = """
SELECT DISTINCT later.table_name, later.row_id
FROM plumier_registeredit own
JOIN plumier_registeredit later
  ON later.table_name = own.table_name AND later.row_id = own.row_id AND later.id > own.id AND later.cause <> own.cause
WHERE own.cause = %s
  AND later.cause NOT IN (
    SELECT 'import:' || id FROM plumier_importrun WHERE school_id = %s AND state = 'undone'
    UNION ALL
    SELECT 'undo:' || id FROM plumier_importrun WHERE school_id = %s AND state = 'undone')
ORDER BY 1, 2 LIMIT %s
"""

# Whatever else would be written to these rows waits until the import is undone, or has been seen before.
LOCK: Final = sql.SQL("""
SELECT 1 FROM {table} t WHERE t.id IN (
    SELECT row_id FROM plumier_registeredit WHERE cause = {cause} AND table_name = {name})
ORDER BY t.id FOR UPDATE
""")

TAKE_OUT: Final = sql.SQL("""
DELETE FROM {table} t USING plumier_registeredit edit
WHERE edit.cause = {cause} AND edit.table_name = {name} AND edit.kind = 'I' AND t.id = edit.row_id
""")

# What a row was before the import touched it for the first time.
_WAS: Final = """
WITH was AS (
    SELECT (jsonb_populate_record(NULL::{table}, first.before)).*
    FROM (
        SELECT DISTINCT ON (row_id) kind, before FROM plumier_registeredit
        WHERE cause = {cause} AND table_name = {name} ORDER BY row_id, id) first
    WHERE first.kind <> 'I')
"""

RESTORE: Final = sql.SQL(_WAS + "UPDATE {table} t SET {changes} FROM was WHERE t.id = was.id")

PUT_BACK: Final = sql.SQL(
    _WAS
    + """
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {old} FROM was WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = was.id)
"""
)
