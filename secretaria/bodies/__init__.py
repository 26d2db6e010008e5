"""Governing and coordination bodies, and the calls to their meetings (requirement E9)."""
