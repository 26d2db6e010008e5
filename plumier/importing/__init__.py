"""Rosters from Excel and CSV into the register: read, compared, and applied whole or not at all."""
