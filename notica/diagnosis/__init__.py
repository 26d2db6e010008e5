"""«Acciones por sospecha de fallos»: why messages do not arrive, a test, and the report for the support (B11)."""
