"""Pages are compressed for who can read that; files and what streams are not touched."""

import gzip
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from config.compression import PagesCompressed

WORDS = b"Reuni\xc3\xb3n de familias. " * 200


def answered(response: HttpResponseBase, accepts: str = "gzip, br") -> HttpResponseBase:
    def view(request: HttpRequest) -> HttpResponseBase:
        return response

    return PagesCompressed(view)(RequestFactory().get("/", headers={"accept-encoding": accepts}))


def test_page_is_compressed_and_says_so() -> None:
    answer = answered(HttpResponse(WORDS))
    assert isinstance(answer, HttpResponse)
    assert (answer["Content-Encoding"], answer["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(answer.content) == WORDS


def test_page_is_plain_for_who_does_not_ask() -> None:
    answer = answered(HttpResponse(WORDS), accepts="")
    assert isinstance(answer, HttpResponse)
    assert ("Content-Encoding" in answer, answer.content) == (False, WORDS)


def test_files_and_what_streams_stay_as_they_are() -> None:
    def parts() -> Iterator[bytes]:
        yield WORDS

    file = answered(HttpResponse(WORDS, content_type="application/pdf"))
    stream = answered(StreamingHttpResponse(parts()))
    assert ["Content-Encoding" in answer for answer in (file, stream)] == [False, False]
