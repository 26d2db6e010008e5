"""How often a school's register has changed: whoever planned on it sees at once that it is not the same."""

from typing import ClassVar

from django.db import models


class RegisterChange(models.Model):
    """Changes of one school's register, counted by triggers; the sum is the register's version.

    Append-only and never updated: a transaction that writes to the register waits for no other one, and a
    change shows from the moment it is committed. Rows are folded into one now and then.
    """

    school_id = models.BigIntegerField()
    number = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["school_id"], name="register_change_school")]

    def __str__(self) -> str:
        return f"{self.school_id} +{self.number}"
