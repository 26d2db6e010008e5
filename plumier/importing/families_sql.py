"""The statements of `families`."""

# Kinds of keys: what ties a student to people, and what it is only suspicious to share.
CREATE = """
CREATE TEMP TABLE IF NOT EXISTS plumier_import_key (kind smallint NOT NULL, key bigint NOT NULL, node integer NOT NULL)
ON COMMIT DROP
"""
EMPTY = "TRUNCATE plumier_import_key"
COPY = "COPY plumier_import_key (kind, key, node) FROM STDIN"
ANALYZE = "ANALYZE plumier_import_key"
TIED = """
SELECT array_agg(DISTINCT node) FROM plumier_import_key WHERE kind = 0
GROUP BY key HAVING count(DISTINCT node) > 1
"""
SHARED = """
SELECT kind, key, array_agg(DISTINCT node ORDER BY node), count(*) FROM plumier_import_key WHERE kind > 0
GROUP BY kind, key HAVING count(*) > 1
ORDER BY min(node), kind
"""
