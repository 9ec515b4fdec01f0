"""A kept file on its way out: to be saved, never shown in place."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from jiannuo.archive.files import FileCard


def to_save(card: FileCard, data: bytes) -> HttpResponse:
    """Its bytes under its name. Whatever it is, no browser takes it for a page of ours."""
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, card.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
