"""What a school's office keeps (requirements E6–E8): a module for each procedure."""

from secretaria.models.fees import Fee, FeeConcept, FeeIssue, FeeMovement, FeeReport

__all__ = ["Fee", "FeeConcept", "FeeIssue", "FeeMovement", "FeeReport"]
