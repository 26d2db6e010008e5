"""What every row that has a file says of it."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from notica.files import KeptFile


class FileRow(models.Model):
    """A file of something, kept under DATA_DIR by its content's hash. `size` is in bytes."""

    name = models.CharField(_("nombre"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField(_("tamaño"))
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, kept: KeptFile, **owner: Any) -> Self:
        """The row, not yet saved, of a file that is kept; `owner` is whose it is."""
        return cls(
            name=kept.name, content_type=kept.content_type, size=kept.size, sha256=kept.sha256, **owner
        )

    @property
    def kept(self) -> KeptFile:
        """The file itself."""
        return KeptFile(self.name, self.content_type, self.size, self.sha256)
