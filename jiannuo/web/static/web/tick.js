// Ticks every clock of a page. The time is the server's: its moment at the making of the page
// (data-now) plus what the browser's steady clock has counted since; the device's own clock,
// which may be wrong by hours, only tells that the machine has slept.
//
// A chip carries data-start, data-due, data-state and data-next ("1716000000000:warn ..."), the
// changes to come. How a time is written must equal jiannuo/web/reader.py; a test compares.
(() => {
  "use strict";
  const root = document.documentElement;
  const english = root.lang === "en";
  const HOUR = 3600;
  const DAY = 86400;
  const BEAT = 15000; // ms between two questions to the server
  const SLEPT = 5000; // ms of disagreement between both clocks after which we ask at once

  let base = Number(document.body.dataset.now) - performance.now();
  let drift = Date.now() - performance.now();
  const now = () => base + performance.now();
  const words = JSON.parse(document.body.dataset.states || "{}"); // of the states, spoken
  const two = (n) => String(n).padStart(2, "0");

  function write(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function amount(seconds) {
    if (seconds < HOUR) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
    const hours = Math.floor(seconds / HOUR);
    const minutes = two(Math.floor((seconds % HOUR) / 60));
    if (seconds <= 2 * DAY) return english ? `${hours} h ${minutes} m` : `${hours} 时 ${minutes} 分`;
    const days = Math.floor(seconds / DAY);
    return english ? `${days} d` : `${days} 天`;
  }

  function left(ms) {
    const text = amount(Math.max(0, Math.floor(ms / 1000)));
    return english ? `${text} left` : `余 ${text}`;
  }

  function late(ms) {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    let text = amount(seconds);
    if (seconds < 60) text = english ? `${seconds} s` : `${seconds} 秒`;
    return english ? `${text} late` : `迟 ${text}`;
  }

  // The bar beside a chip in the queue shows the same.
  function bar(chip) {
    const beside = chip.nextElementSibling;
    return beside?.classList.contains("jn-bar") ? beside : null;
  }

  function turn(chip, state) {
    for (const one of [chip, bar(chip)]) {
      one?.classList.remove(`is-${chip.dataset.state}`);
      one?.classList.add(`is-${state}`);
    }
    chip.dataset.state = state;
    write(chip.querySelector(".jn-sr"), words[state] ?? "");
  }

  function tick(chip, at) {
    const coming = (chip.dataset.next || "").split(" ").filter(Boolean);
    while (coming.length && at >= Number(coming[0].split(":")[0])) {
      turn(chip, coming.shift().split(":")[1]);
      chip.dataset.next = coming.join(" ");
    }
    const due = Number(chip.dataset.due);
    const start = Number(chip.dataset.start);
    const text = chip.dataset.state === "late" ? late(at - due) : left(due - at);
    write(chip.querySelector("b"), text);
    const used = due > start ? Math.floor(((at - start) / (due - start)) * 100) : 100;
    const percent = Math.max(0, Math.min(100, used));
    chip.querySelector(".pie")?.setAttribute("stroke-dasharray", `${percent} 100`);
    bar(chip)?.firstElementChild.setAttribute("width", `${percent}%`);
  }

  const zone = document.body.dataset.zone;
  const wall = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone || "UTC" });

  function all() {
    const at = now();
    if (zone) write(document.getElementById("clock"), wall.format(at));
    document.querySelectorAll("[data-due]").forEach((chip) => tick(chip, at));
    if (Math.abs(Date.now() - performance.now() - drift) > SLEPT) {
      drift = Date.now() - performance.now();
      ask();
    }
  }

  let silent = 0;
  let bad = false; // what the server last said of the clocks; the page was made knowing it
  function say(text, poorly) {
    const beat = document.getElementById("beat");
    if (!beat) return;
    write(beat, text);
    beat.classList.toggle("is-bad", poorly);
  }

  // How many notices are new, and whether one of them asks for his word.
  function ring(unseen, asking) {
    document.querySelectorAll("[data-badge]").forEach((one) => {
      const count = one.querySelector(".n");
      write(count, String(asking || unseen || ""));
      one.classList.toggle("hot", asking > 0);
      one.classList.toggle("new", unseen > 0 || asking > 0);
      const said = asking ? one.dataset.asking : unseen ? one.dataset.unseen : one.dataset.none;
      write(one.querySelector(".jn-sr"), said.replace("{n}", asking || unseen));
    });
  }

  // Whether somebody has his hands on this page: the beat says so, and only that keeps the session.
  let used = false;
  for (const sign of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(sign, () => (used = true), { passive: true });
  }

  const SOON = 120; // s before the sign-out at which the page says so
  function warn(stays) {
    const soon = stays <= SOON;
    if (soon) say(english ? `Signed out in ${stays} s unless you move` : `${stays} 秒没有动作就退出登录`, true);
    return soon;
  }

  async function ask() {
    const address = document.body.dataset.beat;
    if (!address) return;
    try {
      const sent = performance.now();
      const query = used ? "?used=1" : "";
      used = false;
      const answer = await fetch(address + query, { headers: { Accept: "application/json" } });
      if (answer.redirected) return say(english ? "Signed out" : "已退出，请重新登录", true);
      const beat = await answer.json();
      base = beat.now - (sent + performance.now()) / 2;
      if (!warn(beat.stays)) say(beat.words, beat.bad);
      ring(beat.unseen, beat.asking);
      // Which clocks can be trusted is the server's to say: the page asks for its live part anew
      // (live.js), never for all of itself, so that typed words survive.
      if (beat.bad !== bad || silent) document.body.dispatchEvent(new CustomEvent("stale"));
      bad = beat.bad;
      silent = 0;
    } catch {
      silent += BEAT / 1000;
      say(english ? `No answer for ${silent} s` : `断线 ${silent} 秒，时间照走`, true);
    }
  }

  bad = document.getElementById("beat")?.classList.contains("is-bad") ?? false;
  window.jiannuoClock = { left, late };
  all();
  setInterval(all, 250);
  setInterval(ask, BEAT);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  document.addEventListener("news", (event) => event.detail === "inbox" && ask());
  window.addEventListener("pageshow", (event) => event.persisted && ask());
})();
