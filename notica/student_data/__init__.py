"""«Datos de alumnos»: a workbook of chosen students, for who asked (requirement C5)."""
