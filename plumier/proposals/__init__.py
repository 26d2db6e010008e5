"""Changes of contacts: handed in, reviewed, confirmed with the family, applied (requirement A6; V 1, V 2)."""
