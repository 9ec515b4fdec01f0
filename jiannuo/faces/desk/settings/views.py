"""The pages of the settings. Views decide nothing: what is refused is shown where it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.settings.channels import channel, channels, known
from jiannuo.faces.desk.settings.holidays import holiday_page
from jiannuo.faces.desk.settings.ladders import ladders
from jiannuo.faces.desk.settings.mine import clock, mine, order
from jiannuo.faces.desk.settings.words import LANGUAGES, kind_page, kinds
from jiannuo.faces.desk.showing import shown
from jiannuo.journey import telling
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import daysoff
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.notices import set_up
from jiannuo.notices.channels.channel import Language
from jiannuo.notices.wording import Words
from jiannuo.people.permits import allowed, require
from jiannuo.web import drafts
from jiannuo.web.actor import ActorRequest

require_GET_or_POST = require_http_methods(["GET", "HEAD", "POST"])

Typed = Mapping[str, str]


@require_GET
def list_channels(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = channels(asked.actor, asked.reader)
    return shown(asked, "desk/settings/channels.html", page)


@drafts.of_somebody
@require_GET_or_POST
def show_channel(request: HttpRequest, code: str) -> HttpResponse:
    """The form; POST saves it or sends a test, as the pressed button says. Whoever turns off a
    channel that is on is asked first."""
    asked = cast(ActorRequest, request)
    known(code)
    if request.method != "POST":
        page = channel(asked.actor, asked.reader, code)
        return shown(asked, "desk/settings/channel.html", page)
    typed = request.POST.dict()
    if _turns_off(code, typed) and allowed(asked.actor, "set_up_channels"):
        page = channel(asked.actor, asked.reader, code, typed)
        return shown(asked, "desk/settings/channel.html", page, status=409)
    try:
        said = DOES.get(typed.get("do", ""), _save)(asked.actor, code, typed)
    except Refusal as refusal:
        _ours(refusal)
        tested = refusal.code in telling.OF_A_TEST
        values, to = None if tested else typed, typed.get("to", "") if tested else None
        page = channel(asked.actor, asked.reader, code, values, refusal, to)
        return shown(asked, "desk/settings/channel.html", page, status=409)
    messages.success(request, asked.reader.say(said))
    return redirect("desk:channel_show", code=code)


def _turns_off(code: str, typed: Typed) -> bool:
    asked = typed.get("do") == "off"
    return not asked and typed.get("enabled") != "on" and set_up.channel(code).enabled


def _save(actor: Actor, code: str, typed: Typed) -> Text:
    telling.configure(actor, code, typed, enabled=typed.get("enabled") == "on")
    return Text("已保存", "Saved")


def _off(actor: Actor, code: str, typed: Typed) -> Text:
    telling.configure(actor, code, typed, enabled=False)
    return Text(
        "已停用；等着发的改走别的渠道，没有别的渠道的留着",
        "Turned off; what waits goes another way, or is kept where there is none",
    )


def _test(actor: Actor, code: str, typed: Typed) -> Text:
    """Saved first, so that nothing he typed is lost, whatever the other side says."""
    _save(actor, code, typed)
    reference = telling.send_test(actor, code, typed.get("to", "").strip())
    if not reference:
        return Text("测试通知已交给对方", "The test was taken")
    return Text(f"测试通知已交给对方，回执 {reference}", f"The test was taken: {reference}")


DOES: Mapping[str, Callable[[Actor, str, Typed], Text]] = {
    "save": _save,
    "off": _off,
    "test": _test,
}


def _ours(refusal: Refusal) -> None:
    """What he may not do at all is no matter of the form."""
    if refusal.code == "not_permitted":
        raise refusal


@require_GET
def list_wordings(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = kinds(asked.actor, asked.reader)
    return shown(asked, "desk/settings/wordings.html", page)


@drafts.of_somebody
@require_GET_or_POST
def show_wording(request: HttpRequest, kind: str) -> HttpResponse:
    """The words of a kind; POST keeps what was changed, or goes back to what ships."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        page = kind_page(asked.actor, asked.reader, kind)
        return shown(asked, "desk/settings/wording.html", page)
    typed, back = _typed(request), request.POST.get("do", "").removeprefix("back-")
    given = {lang: Words("", "") if lang == back else words for lang, words in typed.items()}
    try:
        telling.write_wording(asked.actor, kind, given)
    except Refusal as refusal:
        _ours(refusal)
        page = kind_page(asked.actor, asked.reader, kind, typed)
        return shown(asked, "desk/settings/wording.html", page, status=409)
    said = (
        Text("已恢复出厂措辞", "Back to the words that ship")
        if back in given
        else Text("已保存", "Saved")
    )
    messages.success(request, asked.reader.say(said))
    return redirect("desk:wording_show", kind=kind)


def _typed(request: HttpRequest) -> dict[Language, Words]:
    """What was written, by language; browsers send lines with a carriage return."""
    post = {
        name: value.replace("\r\n", "\n").strip() for name, value in request.POST.dict().items()
    }
    return {
        language: Words(post.get(f"title_{language}", ""), post.get(f"text_{language}", ""))
        for language, _ in LANGUAGES
        if f"text_{language}" in post
    }


@require_GET
def list_ladders(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = ladders(asked.actor, asked.reader)
    return shown(asked, "desk/settings/ladders.html", page)


@drafts.of_somebody
@require_GET_or_POST
def show_liking(request: HttpRequest) -> HttpResponse:
    """One's own; nobody else's can be seen or set."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        return shown(asked, "desk/settings/mine.html", mine(asked.actor, asked.reader))
    typed = request.POST.dict()
    try:
        quiet = clock(typed.get("quiet_from", "")), clock(typed.get("quiet_to", ""))
        telling.like(asked.actor, order(typed), *quiet)
    except Refusal as refusal:
        page = mine(asked.actor, asked.reader, typed, refusal)
        return shown(asked, "desk/settings/mine.html", page, status=409)
    messages.success(request, asked.reader.say(Text("已保存", "Saved")))
    return redirect("desk:liking_show")


@require_GET_or_POST
def show_holidays(request: HttpRequest) -> HttpResponse:
    """A year's days off; what was typed is looked at first, then kept."""
    asked = cast(ActorRequest, request)
    actor, reader = asked.actor, asked.reader
    said = request.POST.get("year") or request.GET.get("year", "")
    year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else reader.today.year
    if request.method != "POST":
        page = holiday_page(actor, reader, year)
        return shown(asked, "desk/settings/holidays.html", page)
    require(actor, "calendar_set")
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if request.POST.get("do") != "save":
        page = holiday_page(actor, reader, year, text)
        return shown(asked, "desk/settings/holidays.html", page, status=409 if page.error else 200)
    try:
        found = daysoff.read(text, year)
        days = {
            "holidays": [str(day) for day in found.holidays],
            "makeup": [str(day) for day in found.makeup],
        }
        when = When(op=id_in(request.POST.get("op", "")))
        take("calendar_set", actor, when, year=year, text=text, **days)
    except Refusal as refusal:
        _ours(refusal)
        page = holiday_page(actor, reader, year, text, refusal)
        return shown(asked, "desk/settings/holidays.html", page, status=409)
    messages.success(request, reader.say(Text(f"{year} 年已存", f"{year} is saved")))
    return redirect(f"{reverse('desk:holiday_show')}?year={year}")
