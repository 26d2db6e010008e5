"""Database functions of the register."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Func, Value, When
from django.db.models.functions import Concat


class SortKey(Func):
    """Unaccented lower-case key, the same on every PostgreSQL whatever its locale (đ becomes d)."""

    template = "translate(lower(regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g')), 'đ', 'd')"
    output_field: models.Field[Any, Any] = models.TextField()


class LastWordFirst(Func):
    """«Nguyễn Văn An» as «An Nguyễn Văn»: where họ, đệm and tên are one name, lists go by tên."""

    template = r"regexp_replace(%(expressions)s, '^(.+) ([^ ]+)$', '\2 \1')"
    output_field: models.Field[Any, Any] = models.TextField()


def name_key() -> SortKey:
    """The key of `surname` and `given_name` that lists are sorted, searched and compared by; `plumier.names.name_key`.

    Who has surnames goes by them; a name that is not told apart, by its last word.
    """
    whole = Concat(F("surname"), Value(" "), F("given_name"))
    by_last_word = When(surname="", then=LastWordFirst("given_name"))
    return SortKey(Case(by_last_word, default=whole, output_field=models.TextField()))
