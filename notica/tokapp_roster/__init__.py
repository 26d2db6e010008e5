"""The roster that TokApp School imports (requirement B5)."""
