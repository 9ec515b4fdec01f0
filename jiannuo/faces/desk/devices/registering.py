"""To register a list of serials: pasted, looked at line by line, then written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jiannuo.customers import directory
from jiannuo.customers.queries import ContractCard
from jiannuo.faces.desk.acting.fields import Fields
from jiannuo.faces.desk.acting.reading import said
from jiannuo.faces.desk.customers.lists import CustomerLists
from jiannuo.faces.desk.showing import shown
from jiannuo.journey import devices
from jiannuo.journey.devices import Row
from jiannuo.kernel.ids import id_in, new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.forms import Field
from jiannuo.web.refusing import ABSENT
from jiannuo.web.shapes import Shape, shape

KIND = "device_registered"
SERIALS = Text("序列号", "Serials")
HINT = Text("一行一个，可从表格整列粘贴", "one a line; a column of a sheet may be pasted")


@dataclass(frozen=True, slots=True)
class LineView:
    n: int
    serial: str
    trouble: str


@dataclass(frozen=True)
class RegisterPage:
    """`lines`: how each would go; `ready`: how many can be registered, none of them is wrong."""

    number: str
    back: str
    href: str
    op: str
    serials: Field
    fields: tuple[Field, ...]
    lines: tuple[LineView, ...] = ()
    bad: int = 0
    ready: int = 0
    error: str = ""


def _asked() -> Shape:
    """What is said once for all of the list."""
    own = shape(KIND)
    return Shape(KIND, {name: f for name, f in own.fields.items() if name not in WITHOUT})


@dataclass(frozen=True)
class _Form:
    request: ActorRequest
    card: ContractCard
    post: QueryDict
    wrong: Mapping[str, Text] = field(default_factory=dict)
    lines: Sequence[Row] = ()
    refusal: Refusal | None = None

    def answer(self, status: int = 200) -> HttpResponse:
        return shown(self.request, "desk/device/register.html", self.page(), status=status)

    def page(self) -> RegisterPage:
        reader, say = self.request.reader, self.request.reader.say
        lists = CustomerLists(reader, self.card.customer)
        maker = Fields(reader, lists, self._values, self.wrong)
        serials = Field(
            "serials",
            say(SERIALS),
            "long",
            (self.post.get("serials", ""),),
            hint=say(HINT),
            error=say(self.wrong["serials"]) if "serials" in self.wrong else "",
            required=True,
            focus=not self.post,
        )
        bad = [row for row in self.lines if row.trouble]
        refusal = self.refusal
        return RegisterPage(
            number=self.card.number,
            back=reverse("desk:contract_show", args=[self.card.id]),
            href=reverse("desk:device_add_open", args=[self.card.id]),
            op=self.post.get("op") or str(new_id()),
            serials=serials,
            fields=tuple(maker.of(_asked(), gated=False)),
            lines=tuple(self._line(row) for row in self.lines),
            bad=len(bad),
            ready=0 if bad else len(self.lines),
            error=say(Text(refusal.zh, refusal.en)) if refusal else "",
        )

    def _values(self, name: str) -> Sequence[str]:
        return [value for value in self.post.getlist(name) if value]

    def _line(self, row: Row) -> LineView:
        trouble = row.trouble
        told = self.request.reader.say(Text(trouble.zh, trouble.en)) if trouble else ""
        return LineView(row.n, row.serial, told)


#: What the list or the address says.
WITHOUT = ("serial", "contract")


@require_http_methods(["GET", "HEAD", "POST"])
def open_devices(request: HttpRequest, contract: UUID) -> HttpResponse:
    """Look at a list (`do` is "try"), or register it. What is wrong stands at its line."""
    asked = cast(ActorRequest, request)
    require(asked.actor, KIND)
    card = directory.contract(asked.actor, contract)
    post = request.POST
    if request.method != "POST":
        return _Form(asked, card, QueryDict()).answer()
    wanted = _asked()
    found = said(wanted, post, asked.reader.zone)
    wrong = dict(found.wrong)
    text = post.get("serials", "")
    if not text.strip():
        wrong["serials"] = Text("请粘贴序列号", "Paste the serials")
    try:
        lines = devices.tried(text.splitlines())
    except Refusal as refusal:
        return _Form(asked, card, post, wrong, refusal=refusal).answer(409)
    if wrong:
        return _Form(asked, card, post, wrong, lines).answer(422)
    op = id_in(post.get("op", ""))
    if post.get("do") == "try" or op is None:
        return _Form(asked, card, post, lines=lines).answer()
    return _registered(_Form(asked, card, post, lines=lines), op, dict(found.fields))


def _registered(form: _Form, op: UUID, fields: dict[str, Any]) -> HttpResponse:
    """All of them. A list that was sent before is not held against itself."""
    asked, card = form.request, form.card
    for name in ("at", "why"):
        fields.pop(name, None)
    serials = [row.serial for row in form.lines]
    try:
        count = devices.register_all(asked.actor, op, serials, contract=card.id, **fields)
    except Refusal as refusal:
        if refusal.code in ABSENT:
            raise
        return _Form(asked, card, form.post, lines=form.lines, refusal=refusal).answer(409)
    said_ = Text(f"已登记 {count} 台设备", f"{count} devices are registered")
    again = Text("这份清单已经登记过", "this list was registered already")
    messages.success(asked, asked.reader.say(said_ if count else again))
    return redirect(f"{reverse('desk:contract_show', args=[card.id])}#devices")
