"""What may stand in a name, a telephone number, a list of roles: said in words where it may not."""

from __future__ import annotations

from collections.abc import Sequence

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.vocabulary import CUSTOMER_ROLES

TITLES = CUSTOMER_ROLES
NAMES = {
    "called": ("名称", "name"),
    "title": ("职务", "position"),
    "phone": ("电话", "telephone"),
    "code": ("编号", "code"),
    "number": ("合同编号", "contract's number"),
    "serial": ("序列号", "serial"),
    "model": ("型号", "model"),
    "source": ("依据", "source"),
}


def short(field: str, text: str, most: int, *, needed: bool = True) -> str:
    """A text without blanks around it. Raises `Refusal` for none, and for one that is too long."""
    zh, en = NAMES[field]
    text = text.strip()
    if needed and not text:
        raise Refusal("empty", f"请填{zh}", f"fill in the {en}")
    if len(text) > most:
        raise Refusal(
            "too_long", f"{zh}最多 {most} 个字", f"the {en} has at most {most} characters"
        )
    if any(ord(sign) < 32 for sign in text):
        raise Refusal("bad_text", f"{zh}里有不能保存的字符", f"the {en} holds odd characters")
    return text


def phones_of(phones: Sequence[str]) -> list[str]:
    return [short("phone", phone, 40) for phone in phones if phone.strip()]


def roles_of(roles: Sequence[str]) -> list[str]:
    """In the order of the manual. Raises `Refusal` for none, or for one nobody knows."""
    wanted = set(roles)
    if not wanted or not wanted <= set(TITLES):
        raise Refusal(
            "bad_roles",
            "请至少选一项：他可以做什么",
            "choose at least one thing that he may do",
            requirement="R-X-4",
        )
    return sorted(wanted, key=TITLES.index)
