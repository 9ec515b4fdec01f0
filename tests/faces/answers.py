"""What the test client answers, as the answer that it is."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase


def whole(answer: HttpResponseBase) -> HttpResponse:
    """An answer with a body and not a stream; the client's own type promises neither."""
    assert isinstance(answer, HttpResponse)
    return answer
