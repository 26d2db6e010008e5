"""Uploads have a largest size: what goes beyond it is drained from the line, kept nowhere, and refused in words."""

from typing import Any, Final

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from plumier.importing.tables import MEGABYTE, MOST_BYTES

_REFUSED: Final = "plumier.upload_refused"
_AROUND_IT: Final = MEGABYTE  # the other fields of a form


class BoundedUpload(FileUploadHandler):
    """Stands before Django's own handlers, for every upload of the product.

    A request that says that it is too large has none of its files kept; one that lies is cut off at the limit.
    The fields of the form are read all the same, so that the page can answer with the sentence.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._size = 0
        self._too_large = False

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Look at the size that the request says it has."""
        _content, _headers, length, *_rest = args
        self._too_large = length > MOST_BYTES + _AROUND_IT

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._size = 0
        if self._too_large:
            self._refuse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            self._refuse()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""

    def _refuse(self) -> None:
        if self.request is not None:
            self.request.META[_REFUSED] = True
        raise SkipFile


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was refused for its size."""
    return bool(request.META.get(_REFUSED))
