"""Pictures of every page of a running demo company: `make screens`.

The rows of screens.toml say which page, in whose name, how to come there, and whether it must fit a
phone. A page is reached as a person reaches it: from an address, by the links on it. What the console
of the browser says, a page that is wider than its window and a way that leads nowhere are reported,
and the command fails.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=375, height=812)
#: A role in both languages, a login, a password and perhaps a code.
LOGIN = re.compile(r"(\S+) .+?\s{2,}([a-z]+)\s+(\S+)(?:.*?([0-9]{6}))?$")
#: Pictures of long pages are cut off here, in pixels.
LONGEST = 2400
#: Until what a page asks for afterwards is there, in milliseconds. Its stream is never idle.
SETTLED = 900
#: A third of the bytes of a PNG: the browser itself writes it.
SMALLER = """async ([from, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + from;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""
QUALITY = 0.6


@dataclass(frozen=True, slots=True)
class Screen:
    """`way`: an address, then the links to follow, each by a pattern of where it leads; `role`: of
    the demo's people; `press`: what is pressed at last."""

    name: str
    role: str
    way: list[str]
    phone: bool = False
    press: list[str] = field(default_factory=list)
    lang: str = ""
    theme: str = ""


class Lost(Exception):
    """A way that leads nowhere."""


def screens() -> list[Screen]:
    rows = tomllib.loads((ROOT / "ops" / "screens.toml").read_text(encoding="utf-8"))
    return [Screen(**row) for row in rows["screen"]]


def logins() -> dict[str, list[str]]:
    """Login, password and code if there is one, by role, as the product tells them."""
    told = subprocess.run(
        [ROOT / ".venv/bin/jiannuo", "demo", "logins"], capture_output=True, text=True, check=True
    )
    found = (LOGIN.match(line) for line in told.stdout.splitlines())
    return {one[1]: [part for part in one.groups()[1:] if part] for one in found if one}


@contextmanager
def signed_in(browser: Browser, address: str, role: str) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, locale="zh-CN", base_url=address)
    page = context.new_page()
    if role:
        login, password, *code = logins()[role]
        page.goto("/sign-in/")
        page.fill("input[name=username]", login)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
        if code:
            page.fill("input[name=code]", code[0])
            page.press("input[name=code]", "Enter")
            page.wait_for_load_state()
    yield page
    context.close()


def follow(page: Page, way: list[str]) -> None:
    page.goto(way[0])
    for pattern in way[1:]:
        found: list[str] = page.eval_on_selector_all(
            "a[href], [hx-get]",
            "all => all.map((one) => one.getAttribute('href') ?? one.getAttribute('hx-get'))",
        )
        there = next((href for href in found if re.search(pattern, href)), None)
        if there is None:
            raise Lost(f"no link on {page.url} leads to {pattern}")
        page.goto(there)


def wide(page: Page) -> int:
    """How many pixels of the page are outside of the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def smaller(page: Page, png: bytes) -> bytes:
    """The same picture as WebP."""
    blank = page.context.new_page()
    told = blank.evaluate(SMALLER, [b64encode(png).decode(), QUALITY])
    blank.close()
    return b64decode(told)


def picture(page: Page, wanted: Screen, to: Path, size: ViewportSize) -> Iterator[str]:
    """Takes it; yields what is wrong."""
    said: list[str] = []

    def heard(message: Any) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.set_viewport_size(size)
    page.on("console", heard)
    follow(page, wanted.way)
    for selector in wanted.press:
        page.click(selector)
    page.wait_for_load_state()
    page.wait_for_timeout(SETTLED)
    if (over := wide(page)) > 0:
        yield f"{over} px wider than {size['width']}"
    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), LONGEST)
    page.set_viewport_size({"width": size["width"], "height": max(tall, size["height"])})
    to.write_bytes(smaller(page, page.screenshot(animations="disabled")))
    page.remove_listener("console", heard)
    yield from said


def taken(browser: Browser, address: str, only: str) -> Iterator[str]:
    """Takes them all, role by role; yields a line for each that is wrong."""
    wanted = [one for one in screens() if only in one.name]
    for role in dict.fromkeys(one.role for one in wanted):
        with signed_in(browser, address, role) as page:
            for one in (one for one in wanted if one.role == role):
                sizes = [(DESK, "")] + ([(PHONE, "-375")] if one.phone else [])
                for size, tail in sizes:
                    to = SCREENS / f"{one.name}{tail}.webp"
                    try:
                        wrong = list(picture(page, one, to, size))
                    except Lost as error:
                        wrong = [str(error)]
                    sys.stdout.write(f"{to.relative_to(ROOT)}\n")
                    yield from (f"{one.name}{tail}: {line}" for line in wrong)


def index() -> str:
    """The pictures that are there, page by page, as a table."""
    lines = ["# Pages of the desk", "", "Made by `make screens` from the demo company.", ""]
    lines += ["| page | opened by | 1440 px | 375 px |", "| --- | --- | --- | --- |"]
    for one in screens():
        found = [SCREENS / f"{one.name}{tail}.webp" for tail in ("", "-375")]
        cells = [f"[{path.name}]({path.name})" if path.exists() else "" for path in found]
        lines.append(f"| {one.name} | {one.role or 'nobody'} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--address", default="http://127.0.0.1:8000", help="where the demo is served")
    said.add_argument("--only", default="", help="pages whose name holds this")
    asked = said.parse_args()
    SCREENS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        wrong = list(taken(browser, asked.address, asked.only))
        browser.close()
    (SCREENS / "README.md").write_text(index(), encoding="utf-8")
    sys.stdout.write("".join(f"! {line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
