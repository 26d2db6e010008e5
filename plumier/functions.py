"""Database functions of the register."""

from typing import Any

from django.db import models
from django.db.models import Func


class SortKey(Func):
    """Unaccented lower-case key, the same on every PostgreSQL whatever its locale (đ becomes d)."""

    template = "translate(lower(regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g')), 'đ', 'd')"
    output_field: models.Field[Any, Any] = models.TextField()
