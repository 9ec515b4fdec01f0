"""The pages of accounts. Views decide nothing: what is refused is shown where it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.accounts.mine import mine
from jiannuo.faces.desk.accounts.people import Typed, everybody, new_person, person, typed
from jiannuo.faces.desk.showing import shown
from jiannuo.journey import accounts
from jiannuo.journey.accounts import Lent
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import factors
from jiannuo.people import queries as people
from jiannuo.web import drafts, second_factor
from jiannuo.web.actor import ActorRequest
from jiannuo.web.refusing import ABSENT

forms = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def list_people(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = everybody(asked.actor, asked.reader, request.GET.get("q", "")[:100])
    return shown(asked, "desk/accounts/list.html", page)


def _typed(request: HttpRequest) -> Typed:
    post = request.POST
    return typed(post.dict(), post.getlist("roles"), post.getlist("skills"))


@drafts.of_somebody
@never_cache
@forms
def open_person(request: HttpRequest) -> HttpResponse:
    """Somebody new; with a login his one-time password is shown, this once."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        return shown(asked, "desk/accounts/person.html", new_person(asked.actor, asked.reader))
    said = _typed(request)
    try:
        lent = accounts.add(asked.actor, said.person, said.login)
    except Refusal as refusal:
        _ours(refusal)
        page = new_person(asked.actor, asked.reader, said, refusal)
        return shown(asked, "desk/accounts/person.html", page, status=409)
    if not lent.password:
        messages.success(request, asked.reader.say(Text("已新增", "Added")))
        return redirect("desk:person_show", person=lent.staff)
    page = person(asked.actor, asked.reader, lent.staff, lent=lent)
    return shown(asked, "desk/accounts/person.html", page)


def _ours(refusal: Refusal) -> None:
    """What he may not do at all, or what is not there, is no matter of the form."""
    if refusal.code == "not_permitted" or refusal.code in ABSENT:
        raise refusal


@drafts.of_somebody
@never_cache
@forms
def show_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person; POST does what the pressed button says."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        return _person(asked, person)
    do, said = request.POST.get("do", ""), _typed(request)
    try:
        if do in LENDS:
            return _person(asked, person, lent=LENDS[do](asked.actor, person, said.login))
        told = DOES.get(do, _save)(asked.actor, person, request)
    except Refusal as refusal:
        _ours(refusal)
        return _person(asked, person, said if do == "save" else None, refusal)
    messages.success(request, asked.reader.say(told))
    return redirect("desk:person_show", person=person)


def _person(
    asked: ActorRequest,
    staff: UUID,
    said: Typed | None = None,
    refusal: Refusal | None = None,
    lent: Lent | None = None,
) -> HttpResponse:
    page = person(asked.actor, asked.reader, staff, typed=said, refused=refusal, lent=lent)
    return shown(asked, "desk/accounts/person.html", page, status=409 if refusal else 200)


def _save(actor: Actor, staff: UUID, request: HttpRequest) -> Text:
    accounts.change(actor, staff, _typed(request).person)
    return Text("已保存", "Saved")


def _close(actor: Actor, staff: UUID, request: HttpRequest) -> Text:
    accounts.close_login(actor, staff)
    return Text("登录已停用，已在各处退出", "The login is closed and signed out everywhere")


def _reopen(actor: Actor, staff: UUID, request: HttpRequest) -> Text:
    accounts.reopen_login(actor, staff)
    return Text("登录已恢复", "The login is open again")


def _unlock(actor: Actor, staff: UUID, request: HttpRequest) -> Text:
    accounts.unlock(actor, staff)
    return Text("已解锁，现在可以登录", "Unlocked: the sign-in works now")


def _reset(actor: Actor, staff: UUID, request: HttpRequest) -> Text:
    accounts.reset_factor(actor, staff)
    return Text("两步验证已重置，下次登录时重新登记", "Reset: he sets it up anew when he signs in")


def _sign_out(actor: Actor, staff: UUID, request: HttpRequest) -> Text:
    accounts.end_sessions(actor, staff, request.POST.get("session", "")[:8])
    return Text("已让他退出", "Signed out")


def _end_token(actor: Actor, staff: UUID, request: HttpRequest) -> Text:
    accounts.end_token(actor, staff, _id(request.POST.get("token", "")))
    return Text("令牌已停用", "The token is ended")


def _id(text: str) -> UUID:
    """An id that nothing has, where it is none."""
    return id_in(text) or UUID(int=0)


DOES: Mapping[str, Callable[[Actor, UUID, HttpRequest], Text]] = {
    "save": _save,
    "close": _close,
    "reopen": _reopen,
    "unlock": _unlock,
    "reset": _reset,
    "sign_out": _sign_out,
    "end_token": _end_token,
}
#: What gives a password that is shown once.
LENDS: Mapping[str, Callable[[Actor, UUID, str], Lent]] = {
    "open": accounts.open_login,
    "lend": lambda actor, staff, _: accounts.lend_password(actor, staff),
}


# -- one's own --------------------------------------------------------------------------------


@drafts.of_somebody
@never_cache
@forms
def show_account(request: HttpRequest) -> HttpResponse:
    """One's own; nobody else's can be seen or set."""
    asked = cast(ActorRequest, request)
    user, error = cast(User, request.user), ""
    if request.method == "POST":
        if factors.enrolled(user.pk) and not second_factor.passed(request):
            return redirect(second_factor.address(request, reverse("desk:account_show")))
        try:
            return _do_own(asked, user)
        except Refusal as refusal:
            error = asked.reader.say(Text(refusal.zh, refusal.en))
    page = mine(asked.actor, asked.reader, user, request.session.session_key, error)
    return shown(asked, "desk/accounts/mine.html", page, status=409 if error else 200)


def _do_own(asked: ActorRequest, user: User) -> HttpResponse:
    post, key = asked.POST, asked.session.session_key
    match post.get("do", ""):
        case "remove":
            card = people.staff_of_user(user.pk)
            keep = card is not None and card.administrator
            accounts.remove_factor(
                asked.actor, user, _number(post.get("factor", "")), keep_one=keep
            )
        case "codes":
            accounts.renew_codes(asked.actor, user)
            return redirect(f"{reverse('desk:codes_show')}?next={reverse('desk:account_show')}")
        case "sign_out":
            accounts.end_own(asked.actor, user, one=post.get("session", "")[:8] or "-", but=key)
        case "sign_out_others":
            accounts.end_own(asked.actor, user, but=key)
        case "end_token":
            accounts.end_own_token(asked.actor, _id(post.get("token", "")))
    return redirect("desk:account_show")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
