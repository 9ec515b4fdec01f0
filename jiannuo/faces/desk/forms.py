"""The sign-in form: Django's own, in our words, and counted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import get_language

from jiannuo.manual.words import Text
from jiannuo.people import lockout
from jiannuo.people.lockout import Limits, Locked
from jiannuo.web import known

WRONG = Text(
    "账号或密码不对，密码分大小写。", "Name or password is wrong; the password minds its case."
)
LONGEST = 150  # characters of a login
NAME = Text("账号", "Name")
PASSWORD = Text("密码", "Password")


class SignIn(AuthenticationForm):
    """Account and password, with labels and errors in the reader's language. `locked`: who erred
    too often, until when."""

    locked: Locked | None = None

    def __init__(self, *args: Any, limits: Limits | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.limits = limits or Limits()
        lang = (get_language() or "zh")[:2]
        self.error_messages = {"invalid_login": WRONG.said(lang), "inactive": WRONG.said(lang)}
        for name, label in (("username", NAME), ("password", PASSWORD)):
            field = self.fields[name]
            field.label = label.said(lang)
            field.error_messages["required"] = Text(
                f"请填{label.zh}", f"Fill in the {label.en.lower()}"
            ).said(lang)
            field.widget.attrs["class"] = "jn-in lg"
        self.fields["password"].widget = forms.PasswordInput(
            attrs={"class": "jn-in lg", "autocomplete": "current-password"}
        )

    def clean(self) -> dict[str, Any]:
        """An error counts, also at a name that nobody has."""
        login = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if login and len(login) > LONGEST:
            raise self.get_invalid_login_error()
        if login and password:
            meta = known.asking(self.request, login) if self.request else {}
            found = lockout.try_password(meta, login, password, self.limits)
            if isinstance(found, Locked):
                self.locked = found
            elif found is None:
                raise self.get_invalid_login_error()
            else:
                self.user_cache = found
                self.confirm_login_allowed(found)
        return self.cleaned_data
