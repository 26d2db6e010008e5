"""The job that counts who would get a draft to many; its argument is an id."""

from notica.models import KeptDraft
from notica.refusals import Refused
from notica.writing.preview import counted, looked_at, remember, remembered
from plumier.clock import database_now


def work(draft_id: int) -> None:
    """Count and remember, unless the draft is gone, sent, or counted already. Can be run again."""
    rows = KeptDraft.objects.select_related("school", "school__policy", "by")
    kept = rows.filter(pk=draft_id, sent_as__isnull=True).first()
    if kept is None:
        return
    now = database_now()
    try:
        with looked_at(kept, by=kept.by, now=now) as look:
            if remembered(kept, look.key, now) is not None:
                return
            numbers = counted(look, now)
    except Refused:  # the page says so by itself
        return
    remember(kept, look.key, numbers, now)
