"""How many tries came to what, by minute: what the pages and machines read instead of the tries themselves."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SendTally(models.Model):
    """Tries, and what providers told later, of one school on one account that came to the same within a minute.

    `outcome` is a class of outcome (`channels_app.base.OutcomeClass`), or `told_` and the state of a provider's
    receipt. `minute` counts from 1970 on; older than the last ones all are put together in 0. `last_at` and
    `last_code` are of the newest of them. A receipt that belongs to no delivery has neither account nor school.
    """

    channel = models.CharField(max_length=20)
    account_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=24)
    minute = models.BigIntegerField()
    number = models.BigIntegerField()
    last_at = models.DateTimeField()
    last_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school_id", "account_id", "channel", "outcome", "minute"],
                nulls_distinct=False,
                name="send_tally_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.outcome}: {self.number}"


class TallyMark(models.Model):
    """How far a table has been counted: its rows up to `counted` are, and those up to `seen` were there a round ago.

    Rows are numbered before they are committed. Once all who were writing to the table just after `seen` was read
    (`writers`, virtual transactions) have ended, no row up to it can appear any more, and they are counted.
    """

    source = models.CharField(max_length=10, primary_key=True)
    counted = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    writers = ArrayField(models.CharField(max_length=40), default=list)

    def __str__(self) -> str:
        return f"{self.source} {self.counted}"
