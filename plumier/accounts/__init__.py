"""Log-ins: their names, how they are made and how somebody gets hers (requirement A7)."""
