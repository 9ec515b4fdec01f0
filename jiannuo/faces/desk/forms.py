"""The sign-in form: Django's own, in our words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import get_language

from jiannuo.manual.words import Text

WRONG = Text(
    "账号或密码不对，密码分大小写。", "Name or password is wrong; the password minds its case."
)
NAME = Text("账号", "Name")
PASSWORD = Text("密码", "Password")


class SignIn(AuthenticationForm):
    """Account and password, with labels and errors in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
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
