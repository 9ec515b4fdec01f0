"""Setting up a second factor, the codes on paper, a password of one's own."""

from __future__ import annotations

from typing import cast

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.door.going import back, to
from jiannuo.journey import accounts
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people import factors, lockout
from jiannuo.people import queries as people
from jiannuo.web import known, second_factor, sessions
from jiannuo.web.actor import ActorRequest
from jiannuo.web.door import on_the_way

SECRET = "app_secret"
forms = require_http_methods(["GET", "HEAD", "POST"])


def _unproved(request: HttpRequest) -> bool:
    """He has a factor and did not show it here: nothing about factors is changed before."""
    return not second_factor.passed(request) and bool(factors.enrolled(request.user.pk or 0))


@on_the_way
@never_cache
@sensitive_post_parameters("present")
@forms
def set_app(request: HttpRequest) -> HttpResponse:
    """An app that shows codes: a picture to be scanned, and the first code as its proof."""
    asked, user = cast(ActorRequest, request), cast(User, request.user)
    if _unproved(request):
        return redirect(to("desk:factor_open", request))
    secret = request.session.setdefault(SECRET, factors.new_secret())
    error = ""
    if request.method == "POST":
        try:
            _himself(request, user)
            accounts.add_app(asked.actor, user, secret, request.POST.get("code", "")[:40])
            return _done(request)
        except Refusal as refusal:
            error = asked.reader.say(Text(refusal.zh, refusal.en))
    context = {
        "next": back(request),
        "error": error,
        "picture": picture(factors.address_of(user, secret)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "must": _must(request),
        "asks": not sessions.fresh(request),
    }
    return render(request, "desk/door/app.html", context, status=409 if error else 200)


def picture(said: str) -> str:
    """A QR code as SVG, in the page itself: nothing of it goes over any other wire."""
    drawn = segno.make(said, error="m", micro=False)
    return mark_safe(  # made here of a square's lines; what it says is not in it as text
        drawn.svg_inline(scale=4, border=3, omitsize=True, svgclass="jn-qr", lineclass=None)
    )


def _must(request: HttpRequest) -> bool:
    card = people.staff_of_user(request.user.pk or 0)
    return card is not None and second_factor.owed(request, card)


def _done(request: HttpRequest) -> HttpResponse:
    request.session.pop(SECRET, None)
    second_factor.note_passed(request)
    if factors.codes_to_show(cast(User, request.user)):
        return redirect(to("desk:codes_show", request))
    return redirect(back(request))


@on_the_way
@never_cache
@sensitive_post_parameters("present")
@forms
def set_key(request: HttpRequest) -> HttpResponse:
    """A security key, or the fingerprint of this device."""
    asked, user = cast(ActorRequest, request), cast(User, request.user)
    if _unproved(request):
        return redirect(to("desk:factor_open", request))
    error = ""
    if request.method == "POST":
        credential = factors.read_credential(request.POST.get("credential", ""))
        try:
            _himself(request, user)
            accounts.add_key(asked.actor, user, request.POST.get("name", ""), credential)
            return _done(request)
        except Refusal as refusal:
            error = asked.reader.say(Text(refusal.zh, refusal.en))
    context = {
        "next": back(request),
        "error": error,
        "key": factors.begin_key(user),
        "must": _must(request),
        "asks": not sessions.fresh(request),
    }
    return render(request, "desk/door/key.html", context, status=409 if error else 200)


@on_the_way
@never_cache
@forms
def show_codes(request: HttpRequest) -> HttpResponse:
    """The codes on paper, until he says that he has written them down."""
    user = cast(User, request.user)
    if _unproved(request):
        return redirect(to("desk:factor_open", request))
    if request.method == "POST":
        factors.written_down(user)
        return redirect(back(request))
    codes = factors.codes_to_show(user)
    if not codes:
        return redirect(back(request))
    context = {"next": back(request), "codes": [f"{code[:4]} {code[4:]}" for code in codes]}
    return render(request, "desk/door/codes.html", context)


@on_the_way
@never_cache
@sensitive_post_parameters("present", "chosen", "again")
@forms
def set_password(request: HttpRequest) -> HttpResponse:
    """Who signed in with a one-time password chooses his own; anybody may, with the present one."""
    asked, user = cast(ActorRequest, request), cast(User, request.user)
    card = people.staff_of_user(user.pk)
    if card is not None and second_factor.owed(request, card):
        return redirect(to("desk:factor_open", request))
    lent, error = card is not None and card.password_lent, ""
    if request.method == "POST":
        try:
            _choose(request, user, lent=lent)
            messages.success(request, asked.reader.say(Text("密码已改", "The password is changed")))
            return redirect(back(request))
        except Refusal as refusal:
            error = asked.reader.say(Text(refusal.zh, refusal.en))
    context = {"next": back(request), "error": error, "lent": lent}
    return render(request, "desk/door/password.html", context, status=409 if error else 200)


def _choose(request: HttpRequest, user: User, *, lent: bool) -> None:
    said = request.POST
    if not lent:
        _known(request, user, said.get("present", ""))
    if said.get("chosen", "") != said.get("again", ""):
        raise Refusal("not_twice", "两次输入的新密码不一样", "the new password was not typed twice")
    actor = cast(ActorRequest, request).actor
    accounts.choose_password(
        actor, user, said.get("chosen", "")[:200], keep=request.session.session_key
    )
    update_session_auth_hash(request, user)


def _himself(request: HttpRequest, user: User) -> None:
    """A second factor outlives the session: a found screen, or a stolen one, must not set one up."""
    if not sessions.fresh(request):
        _known(request, user, request.POST.get("present", ""))


def _known(request: HttpRequest, user: User, present: str) -> None:
    """The present password, asked as at the sign-in: errors count."""
    limits = sessions.limits(customers.base_profile(now()))
    found = lockout.try_password(
        known.asking(request, user.username), user.username, present, limits
    )
    if not isinstance(found, User):
        raise Refusal("wrong_password", "现在的密码不对", "the present password is wrong")
