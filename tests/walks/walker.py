"""A written story walked through the pages in a real browser: each line of it by the one who did
it, on the page where he would do it, with the whole house living at the moment of the line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextvars import Token
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from jiannuo.faces.rehearsal.playing import Played, ask
from jiannuo.faces.rehearsal.telling import Told
from jiannuo.journey import speaking
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.people.models import Staff
from tests.world import enter, login

#: Who sits at the desk and writes down what the customer's people say.
AT_THE_DESK = "周敏"
STAMP = "%Y-%m-%dT%H:%M:%S"
LEVELS = ("L1", "L2", "L3", "L4")
ATTEMPTS = {
    "start_work": "work_started",
    "approve_major_op": "major_op_approved",
    "depart": "departed",
    "start_remote_session": "remote_login",
    "execute_plan": "plan_executed",
    "issue_replacement": "replacement_issued",
}


class NotOfferedError(LookupError):
    """What would not count is not even among the choices."""


class Everywhere:
    """The held moment of a whole process, its server's threads too; used like a ContextVar."""

    def __init__(self) -> None:
        self._moment: datetime | None = None

    def get(self) -> datetime | None:
        return self._moment

    def set(self, moment: datetime) -> datetime | None:
        before, self._moment = self._moment, moment
        return before

    def reset(self, before: Token[datetime | None] | datetime | None) -> None:
        assert not isinstance(before, Token)
        self._moment = before


@dataclass
class Walker:
    """Walks the lines it is told; `said`: what the browser's console said meanwhile."""

    browser: Browser
    address: str
    said: list[str] = field(default_factory=list)
    _pages: dict[str, Page] = field(default_factory=dict)
    _calls: dict[str, Page] = field(default_factory=dict)
    _engineers: dict[str, str] = field(default_factory=dict)

    def tell(self, played: Played, told: Told) -> None:
        """One line of the story."""
        if told.attempt:
            self._attempt(played, told)
        elif told.kind == "reported":
            self._call(played, told)
        elif told.kind == "confirmed" and told.ref in self._calls:
            self._take(played, told)
        else:
            self._step(played, told)

    # ── The hotline: a report is begun when it comes in and confirmed in the same form. ──

    def _call(self, played: Played, told: Told) -> None:
        page = self._signed_in(told.by)
        page.goto(f"{self.address}/hotline/")
        d = told.d
        page.get_by_label("怎么来的").select_option(d["channel"])
        if d["channel"] != "phone":
            page.get_by_label("什么时候到的").fill(_local(played, told.t)[:16])
        page.locator(f'input[name="kind"][value="{d["kind"]}"]').check()
        if "text" in d:
            page.get_by_label("现象").fill(d["text"])
        if "outage_started" in d:
            page.get_by_label("从什么时候不能用").fill(_local(played, d["outage_started"])[:16])
        if d.get("safety") is not None:
            page.locator(f'input[name="safety"][value="{"yes" if d["safety"] else "no"}"]').check()
        if "device" in d:
            page.get_by_label("设备序列号").fill(d["device"])
        else:
            self._find(played, page)
        with page.expect_response(lambda answer: answer.url.endswith("/hotline/keep/")):
            page.get_by_label("报修人").fill(
                played.stage.story.facts["customer"]["people"][0]["name"]
            )
        expect(page.locator("#kept")).to_contain_text("已保存")
        if "outage_started" in d:  # everything is down: saved at once, so that others are told
            self._saved(played, told, page, "先存，稍后补")
        else:
            self._calls[told.ref] = page

    def _find(self, played: Played, page: Page) -> None:
        name = played.stage.story.facts["customer"]["name"]
        page.locator("#box").fill(name[:6])
        page.locator("#callers a").filter(has_text=name).first.click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()

    def _take(self, played: Played, told: Told) -> None:
        page = self._calls.pop(told.ref)
        if told.d["level"] in LEVELS:
            page.locator(f'input[name="level"][value="{told.d["level"]}"]').check()
        self._saved(played, told, page, "确认受理")

    def _saved(self, played: Played, told: Told, page: Page, button: str) -> None:
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", name="念给来电人")).to_be_visible()
        number = page.url.rstrip("/").rsplit("/", 1)[-1]
        played.stage.numbers["case", told.ref] = number

    # ── Every other step: from the page of its subject, in the dialog of the step. ──

    def _step(self, played: Played, told: Told) -> None:
        page, dialog = self._opened(played, told)
        self._fill(played, told, dialog)
        dialog.get_by_role("button").first.click()
        expect(dialog).to_be_hidden()
        expect(page.locator(".jn-note.ok").first).to_be_visible()

    def _opened(self, played: Played, told: Told) -> tuple[Page, Locator]:
        stage = played.stage
        kind = ATTEMPTS[told.d["action"]] if told.attempt else told.kind
        actor = stage.actor(told.by)
        page = self._signed_in(self._hand(told, kind, actor))
        if told.ref_kind == "stock":
            page.goto(f"{self.address}/stores/do/{kind}/?on={quote(told.ref)}")
            return page, page.locator("#act")
        number = stage.number(told.ref_kind, told.ref)
        page.goto(f"{self.address}/cases/{number}/")
        press = page.locator(f'a[href^="/cases/{number}/do/{kind}/"]').first
        if not press.is_visible():
            page.locator("#more summary").click()
        press.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("#act")).to_be_visible()
        return page, dialog

    def _fill(self, played: Played, told: Told, form: Locator) -> None:
        actor = played.stage.actor(told.by)
        kind = ATTEMPTS[told.d["action"]] if told.attempt else told.kind
        if not _ours(actor) and speaking.of_customer(kind):
            _pick(form, "said_by", actor.name)
            _pick(form, "heard", speaking.ways(kind)[0])
        fields = kinds()[kind].fields
        for name, value in told.d.items():
            if name in fields:
                self._put(played, form, name, fields[name].type, value)

    def _put(self, played: Played, form: Locator, name: str, kind: str, value: Any) -> None:
        if name == "case":
            value = played.stage.number("case", value)
        if kind == "time":
            value = _local(played, value)
        if kind == "geo":
            form.locator(f'[name="{name}"]').evaluate(
                "(field, it) => { field.value = it }", ",".join(map(str, value))
            )
            return
        if isinstance(value, Mapping):
            _pick(form, f"{name}_by", value["by"])
            _pick(form, f"{name}_how", value["how"])
            return
        for one in value if isinstance(value, Sequence) and not isinstance(value, str) else [value]:
            _pick(form, name, _yes_no(one) if isinstance(one, bool) else str(one))

    def _attempt(self, played: Played, told: Told) -> None:
        """What is refused says why, in the form; what would be let through is only asked about."""
        answer = ask(played.stage, told)
        played.answers.append((told, answer))
        if answer.allowed:
            return
        _, dialog = self._opened(played, told)
        try:
            self._fill(played, told, dialog)
        except NotOfferedError:
            return
        dialog.get_by_role("button").first.click()
        gate = dialog.locator(".jn-gate")
        expect(gate).to_contain_text(answer.rule)
        expect(gate.locator("li")).to_have_count(len(answer.reasons))

    # ── Who sits there. ──

    def _hand(self, told: Told, kind: str, actor: Actor) -> str:
        """Who enters it: himself, or for the customer the desk, or where ours may say it as well
        the engineer who is at it."""
        if _ours(actor):
            if "engineer" in actor.roles:
                self._engineers[told.ref] = told.by
            return told.by
        return AT_THE_DESK if speaking.of_customer(kind) else self._engineers[told.ref]

    def _signed_in(self, name: str, window: str = "") -> Page:
        """His own page, or another window of his, signed in at this moment."""
        window = window or name
        if window not in self._pages:
            context = self.browser.new_context(locale="zh-CN")
            page = context.new_page()
            page.set_default_timeout(5000)
            page.on("console", lambda said: self._hear(said.type, said.text))
            page.on("pageerror", lambda error: self.said.append(str(error)))
            self._pages[window] = page
        user = Staff.objects.get(name=name).user or login(name)
        cookie = enter(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
        page = self._pages[window]
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.address}]
        )
        return page

    # ── What is left to look at. ──

    def show_cases(self, played: Played) -> None:
        """The page of every case as the story leaves it, open for the duty manager."""
        for kind, ref in played.stage.numbers:
            if kind == "case":
                page = self._signed_in("刘洋", f"刘洋 {ref}")
                page.goto(f"{self.address}/cases/{played.stage.number(kind, ref)}/")

    def keep(self, folder: Path) -> None:
        """A picture of every page as it stands now."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in self._pages.items():
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    def _hear(self, kind: str, text: str) -> None:
        """The console tells of its own accord that an attempt was refused (409), and that a window
        left open over the weeks of a story is signed in no longer (401)."""
        if kind in ("error", "warning") and not any(code in text for code in ("409", "401")):
            self.said.append(text)


def _ours(actor: Actor) -> bool:
    return Staff.objects.filter(name=actor.name).exists()


def _local(played: Played, text: str | datetime) -> str:
    return (
        text if isinstance(text, str) else text.astimezone(played.stage.story.zone).strftime(STAMP)
    )


def _yes_no(value: bool) -> str:
    return "true" if value else "false"


def _pick(form: Locator, name: str, value: str) -> None:
    """Put a value where this form takes it, whatever kind of field that is."""
    exact = form.locator(f'[name="{name}"][value={json.dumps(value, ensure_ascii=False)}]')
    boxes = exact.and_(form.locator('[type="radio"], [type="checkbox"]'))
    if value == "false" and form.locator(f'[name="{name}"][type="checkbox"]').count():
        form.locator(f'[name="{name}"]').uncheck()
        return
    if boxes.count():
        boxes.first.check()
        return
    spot = form.locator(f'[name="{name}"]:not([type="radio"]):not([type="checkbox"])').first
    if not spot.count():
        raise NotOfferedError(name, value)
    if spot.evaluate("(it) => it.tagName") == "SELECT":
        spot.select_option(value)
    elif spot.get_attribute("type") == "hidden":
        assert spot.input_value() == value, (name, value)
    else:
        before = spot.input_value()
        spot.fill(
            f"{before}、{value}"
            if before and form.locator("fieldset").locator(spot).count()
            else value
        )
