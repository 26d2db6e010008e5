"""What came of a send, person by person, as a workbook (requirement C4)."""
