"""No database keeps a zero character: none gets past the door of the pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, QueryDict

Answer = Callable[[HttpRequest], HttpResponseBase]
ZERO = "%00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class PlainMiddleware:
    """Takes them out of what was typed. Stands behind the one that looks for forgeries: a form that
    nobody has read so far is not read here either."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_: object) -> None:
        if ZERO in request.META.get("QUERY_STRING", ""):
            request.GET = QueryDict(request.META["QUERY_STRING"].replace(ZERO, ""))
        read = request.method == "POST" and not getattr(view, "csrf_exempt", False)
        if read and request.content_type in FORMS:
            typed = request.POST.urlencode()
            if ZERO in typed:
                request.POST = QueryDict(typed.replace(ZERO, ""))
