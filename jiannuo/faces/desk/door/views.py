"""Signing in and out, and the second factor."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.door.going import back, home, to
from jiannuo.faces.desk.forms import SignIn
from jiannuo.journey import accounts
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.people import factors, lockout
from jiannuo.people import queries as people
from jiannuo.people import sessions as kept
from jiannuo.people.company import company
from jiannuo.people.lockout import Limits, Locked
from jiannuo.web import drafts, known, second_factor, sessions
from jiannuo.web.actor import ActorRequest
from jiannuo.web.door import on_the_way
from jiannuo.web.drafts import Draft

# Whoever is signed in may leave, also a login behind which no person stands.
close_session = drafts.never(login_not_required(auth.LogoutView.as_view()))

OTHERS = Text(
    "刚才没提交的字是另一个账号填的，由他登录后才看得到",
    "What was typed before was another login's; who typed it sees it after his own sign-in",
)


@drafts.never
@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def open_session(request: HttpRequest) -> HttpResponse:
    """The sign-in. Asked for in place of another page, it carries what was sent there."""
    draft: Draft | None = getattr(request, "draft", None)
    if draft is None and sessions.alive(request):
        return redirect(back(request))
    if draft is not None or request.method != "POST":
        return _sign_in_page(request, SignIn(request), draft)
    draft = drafts.opened(request.POST.get(drafts.FIELD, ""))
    form = SignIn(request, data=request.POST, limits=_limits())
    if not form.is_valid() or form.locked is not None:
        if form.locked is not None:
            _note_locked(request, form.cleaned_data["username"], form.locked)
        return _sign_in_page(request, form, draft)
    user = form.get_user()
    answer = redirect(_enter(request, user, draft))
    if not factors.enrolled(user.pk):
        known.remember(request, answer, user.username)
    return answer


def _limits() -> Limits:
    return sessions.limits(customers.base_profile(now()))


def _note_locked(request: HttpRequest, name: str, shut: Locked) -> None:
    """Once for each lock: while it holds nothing more is counted."""
    if shut.fresh:
        accounts.note_locked(name, str(request.META.get("REMOTE_ADDR") or ""))


def _sign_in_page(
    request: HttpRequest,
    form: SignIn,
    draft: Draft | None = None,
    locked: Locked | None = None,
) -> HttpResponse:
    reader = cast(ActorRequest, request).reader
    shut = locked or form.locked
    context = {
        "form": form,
        "next": back(request, ""),
        "draft": draft,
        "sealed": drafts.sealed(draft) if draft else "",
        "locked_until": reader.clock(shut.until) if shut else "",
        "locked_after": shut.attempts if shut else 0,
        "hotline": "、".join(company().hotlines)
        or customers.base_profile(now()).value("sign_in.hotline"),
    }
    return render(request, "desk/session/open.html", context, status=429 if shut else 200)


def _enter(request: HttpRequest, user: User, draft: Draft | None) -> str:
    """The session begins; where he goes now. What he owes besides is asked at the next door."""
    going = back(request)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    card = people.staff_of_user(user.pk)
    if going == "/" and card is not None:
        going = home(card.actor)
    roles = card.actor.roles if card else frozenset[str]()
    sessions.begin(request, sessions.stay_of(customers.base_profile(now()), roles))
    kept.forget_over()
    if factors.enrolled(user.pk):
        second_factor.owe(request)
    else:
        lockout.clear(user.username, known.asking(request, user.username))
    if card is not None:
        accounts.note_sign_in(card.actor, str(request.META.get("REMOTE_ADDR") or ""))
    if draft is None:
        return going
    if draft.whose not in (None, user.pk):
        messages.warning(request, cast(ActorRequest, request).reader.say(OTHERS))
        return going
    drafts.keep(request, draft)
    return reverse("web:draft_show")


@on_the_way
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_factor(request: HttpRequest) -> HttpResponse:
    """Show a second factor. Who has none sets one up; a wrong code counts as a wrong password."""
    user = cast(User, request.user)
    found = factors.enrolled(user.pk)
    if not found:
        return redirect(to("desk:app_set", request))
    if second_factor.passed(request):
        return redirect(back(request))
    limits, error = _limits(), ""
    meta = known.asking(request, user.username)
    shut = lockout.locked(meta, user.username, limits)
    if request.method == "POST" and shut is None:
        if _shown(request, user):
            answer = redirect(back(request))
            known.remember(request, answer, user.username)
            return answer
        error = cast(ActorRequest, request).reader.say(WRONG)
        shut = lockout.note_failure(meta, user.username, limits)
        if shut is not None:
            _note_locked(request, user.username, shut)
    if shut is not None:
        logout(request)
        return _sign_in_page(request, SignIn(request), locked=shut)
    kinds = {factor.kind for factor in found}
    context = {
        "next": back(request),
        "error": error,
        "app": "totp" in kinds,
        "key": factors.begin_check(user) if "webauthn" in kinds else None,
    }
    return render(request, "desk/door/factor.html", context, status=403 if error else 200)


WRONG = Text(
    "验证码不对或已用过，请输入应用里现在显示的，或一个没用过的恢复码。",
    "The code is wrong or was used; type the one shown now, or a recovery code not used yet.",
)


def _shown(request: HttpRequest, user: User) -> bool:
    asked = cast(ActorRequest, request)
    credential = factors.read_credential(request.POST.get("credential", ""))
    if credential is not None:
        how = factors.check_key(user, credential)
    else:
        how = factors.check(user, request.POST.get("code", "")[:40])
    if how:
        second_factor.note_passed(request)
        lockout.clear(user.username, known.asking(request, user.username))
        accounts.note_second_factor(asked.actor, how)
    return bool(how)
