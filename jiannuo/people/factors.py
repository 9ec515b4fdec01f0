"""Second factors of our people: an app that shows codes, a security key, codes on paper.

allauth keeps them and knows the crypto of keys; what a code is worth is decided here, by the
clock of the house, and each code is worth something once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

APP, KEY, CODES = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)
ISSUER = "践诺"
SPACES = re.compile(r"[\s-]+")
KEYS = 10  # of one person
LONGEST = 20_000  # characters of a browser's answer


class Adapter(DefaultMFAAdapter):
    """Secrets lie encrypted in the database: a copy of it alone opens nothing."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `Refusal` where the house's key is another one than when this was kept."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise Refusal(
                "factor_unreadable",
                "两步验证的密文解不开（服务器密钥换过），请安全管理员重置后重新登记",
                "the second factor cannot be read (the server's key was changed); have the "
                "security administrator reset it, and set it up anew",
            ) from None

    def get_totp_issuer(self) -> str:
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A key belongs to the name of the host, without its port."""
        host = context.request.get_host()
        return {"id": host if host.endswith("]") else host.rsplit(":", 1)[0], "name": ISSUER}


def _fernet() -> Fernet:
    key = hmac.new(settings.SECRET_KEY.encode(), b"second factors", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor of somebody: `kind` is "totp" or "webauthn"."""

    id: int
    kind: str
    name: str
    made_at: datetime
    used_at: datetime | None


def enrolled(user: int) -> tuple[Factor, ...]:
    """His second factors, without the codes on paper: those alone are none."""
    rows = Authenticator.objects.filter(user_id=user, type__in=(APP, KEY)).order_by("id")
    return tuple(
        Factor(row.pk, row.type, row.data.get("name", ""), row.created_at, row.last_used_at)
        for row in rows
    )


def who_have() -> frozenset[int]:
    """The logins that have one."""
    rows = Authenticator.objects.filter(type__in=(APP, KEY)).values_list("user_id", flat=True)
    return frozenset(rows)


# -- an app that shows codes ---------------------------------------------------------------------


def new_secret() -> str:
    return str(totp.generate_totp_secret())


def address_of(user: User, secret: str) -> str:
    """What the picture says that the app is shown."""
    found: str = Adapter().build_totp_url(user, secret)
    return found


def code_of(secret: str, at: datetime) -> str:
    """What an app shows at a moment."""
    return _shown(secret, _step(at))


def _step(at: datetime) -> int:
    return int(at.timestamp()) // int(app_settings.TOTP_PERIOD)


def _shown(secret: str, step: int) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))


def _matching(secret: str, code: str) -> int | None:
    """The step of time a code belongs to: this one, or one before or after for clocks that are
    a little wrong."""
    here = _step(now())
    steps = (here, here - 1, here + 1)
    given = SPACES.sub("", code)
    return next((s for s in steps if hmac.compare_digest(_shown(secret, s), _ascii(given))), None)


def _ascii(code: str) -> str:
    return code if code.isascii() else ""


@transaction.atomic
def add_app(user: User, secret: str, code: str) -> None:
    """Raises `Refusal` for a code that the app does not show, and where he has an app."""
    step = _matching(secret, code)
    if step is None:
        raise wrong_code()
    _lock(user)
    if Authenticator.objects.filter(user=user, type=APP).exists():
        raise Refusal(
            "app_there",
            "已经登记过验证码应用；要换手机，请先移除旧的",
            "there is an app already; to change the phone, remove the old one first",
        )
    row = totp.TOTP.activate(user, secret).instance
    row.data["step"] = step
    _used(row)


def give_app(actor: Actor, login: str, secret: str) -> None:
    """Somebody's app is set up for him, with a secret that is known here: in the demo company.
    What he has set up himself stays."""
    require(actor, "manage_accounts")
    user = User.objects.get(username=login)
    if not enrolled(user.pk):
        totp.TOTP.activate(user, secret)
        codes_to_show(user)
        written_down(user)


def wrong_code() -> Refusal:
    return Refusal(
        "wrong_code",
        "验证码不对或已过时，请输入应用里现在显示的 6 位数字",
        "the code is wrong or over; type the six digits that the app shows now",
    )


@transaction.atomic
def check(user: User, code: str) -> str:
    """Which factor a code proves, "totp" or "recovery_codes"; "" for none. A code counts once."""
    for row in Authenticator.objects.select_for_update().filter(user=user, type=APP):
        step = _matching(decrypt(row.data["secret"]), code)
        if step is not None and step > row.data.get("step", 0):
            row.data["step"] = step
            return _used(row)
    for row in Authenticator.objects.filter(user=user, type=CODES):
        given = SPACES.sub("", code)
        if given.isascii() and RecoveryCodes(row).validate_code(given):
            row.refresh_from_db()
            return _used(row)
    return ""


def _used(row: Authenticator) -> str:
    row.last_used_at = now()
    row.save(update_fields=["data", "last_used_at"])
    return str(row.type)


def _lock(user: User) -> None:
    """One change of a person's factors at a time."""
    User.objects.select_for_update().get(pk=user.pk)


# -- security keys: the browser of the running request is asked (allauth keeps its challenge) -----


def begin_key(user: User) -> dict[str, Any]:
    found: dict[str, Any] = webauthn.begin_registration(user, passwordless=False)
    return found


@transaction.atomic
def add_key(user: User, name: str, credential: object) -> None:
    """Raises `Refusal` for an answer that is none to our question."""
    if not isinstance(credential, dict):
        raise no_key()
    _lock(user)
    if Authenticator.objects.filter(user=user, type=KEY).count() >= KEYS:
        raise Refusal("too_many_keys", f"最多 {KEYS} 把密钥", f"{KEYS} keys at most")
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        raise no_key() from None
    row = webauthn.WebAuthn.add(user, name, credential).instance
    _used(row)


def begin_check(user: User) -> dict[str, Any]:
    found: dict[str, Any] = webauthn.begin_authentication(user)
    return found


def check_key(user: User, credential: object) -> str:
    """ "webauthn" where a key of his answered our question, else ""."""
    if not isinstance(credential, dict):
        return ""
    try:
        webauthn.parse_authentication_response(credential)
        row = webauthn.complete_authentication(user, credential)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    return _used(row)


def no_key() -> Refusal:
    return Refusal(
        "no_key",
        "浏览器没有给出密钥的回答，请再试一次",
        "the browser gave no answer of a key; try again",
    )


# -- codes on paper ------------------------------------------------------------------------------


@transaction.atomic
def codes_to_show(user: User) -> list[str]:
    """The codes he has not yet said to have written down; they are made with the first factor."""
    _lock(user)
    if not enrolled(user.pk):
        return []
    codes = RecoveryCodes.activate(user)
    return [] if codes.did_view else list(codes.get_unused_codes())


def codes_left(user: int) -> int:
    row = Authenticator.objects.filter(user_id=user, type=CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def written_down(user: User) -> None:
    """From now on nobody is shown them."""
    for row in Authenticator.objects.filter(user=user, type=CODES):
        row.data["viewed_at"] = now().timestamp()
        row.save(update_fields=["data"])


def new_codes(user: User) -> None:
    """The old ones are worth nothing any more."""
    Authenticator.objects.filter(user=user, type=CODES).delete()


# -- the end of a factor -------------------------------------------------------------------------


@transaction.atomic
def remove(user: User, factor: int, *, keep_one: bool) -> str:
    """Its kind; "" where he has none such. `keep_one`: raises `Refusal` for the last one."""
    _lock(user)
    rows = Authenticator.objects.filter(user=user, type__in=(APP, KEY))
    row = rows.filter(pk=factor).first()
    if row is None:
        return ""
    if keep_one and rows.count() == 1:
        raise Refusal(
            "last_factor",
            "这个岗位必须两步验证；先登记另一种，再移除这一种",
            "this role needs a second factor; set up another before you remove this one",
        )
    kind = str(row.type)
    row.delete()
    if not rows.exists():
        new_codes(user)
    return kind


def reset(user: int) -> int:
    """All of them, and the codes on paper."""
    return int(Authenticator.objects.filter(user_id=user).delete()[0])


def read_credential(given: str) -> dict[str, Any] | None:
    """What the browser's script sent, as far as it can be read."""
    if len(given) > LONGEST:
        return None
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
