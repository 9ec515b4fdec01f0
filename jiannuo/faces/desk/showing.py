"""A page of the desk with what its head needs: the heartbeat and what the clocks' lag says. And
where it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from jiannuo.web.actor import ActorRequest
from jiannuo.web.beat import Beat, beat
from jiannuo.web.reader import Reader


def shown(
    request: ActorRequest, template: str, page: Any, heart: Beat | None = None, status: int = 200
) -> HttpResponse:
    """The page rendered; `heart`: the heartbeat, where the page asked for it already."""
    reader = request.reader
    found = heart or beat(reader.at)
    context = {
        "page": page,
        "beat": found,
        "beat_words": found.words(reader),
        "lag": found.state(reader),
    }
    return render(request, template, context, status=status)


class Timed(Protocol):
    """A page with the heartbeat that it was made by; `state`: what it shows instead of rows."""

    @property
    def beat(self) -> Beat: ...

    @property
    def state(self) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Board:
    """The live part of a page that is the same for everybody who reads its language."""

    board: SafeString
    beat: Beat
    empty: bool


def rendered(reader: Reader, template: str, page: Timed, again: str) -> Board:
    """`again`: the address that shows the same anew."""
    lag = page.beat.state(reader)
    context = {"page": page, "lag": lag, "again": again, "lang": reader.lang}
    return Board(render_to_string(template, context), page.beat, page.state is not None)


def boarded(request: ActorRequest, template: str, board: Board) -> HttpResponse:
    """A board within its page; alone where only that is asked for anew."""
    if request.headers.get("HX-Request"):
        return HttpResponse(board.board)
    return shown(request, template, board, board.beat)


def gone(request: ActorRequest, address: str) -> HttpResponse:
    """On to another page. A form in a dialog is answered by a script, which has to be told to
    leave its own."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
