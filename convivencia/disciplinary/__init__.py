"""Expedientes disciplinarios: opened, instructed step by step, closed with a resolution (requirement E5)."""
