// Keeps the live part of a page (#live) as the server would show it now: when its stream says that
// there is news, where there is no stream every few seconds (data-every), and in any case now and
// then, for what only time changes. What the reader has opened or closed, where he has scrolled to,
// what has the focus stays; what he has begun to write is never taken from him: a bar says that
// there is news.
(() => {
  "use strict";
  const english = document.documentElement.lang === "en";
  const CALM = 60000; // ms at most between two renewals while the stream is open
  const SPREAD = 200; // ms over which many boards that hear the same ask for it
  const GAP = 500; // ms at least between two renewals; more where an answer takes long ...
  const LONGEST = 4000; // ... but not more than this
  const HELD = 30000; // ms for which a marked text holds up what is new
  const live = () => document.getElementById("live");
  let kept = null; // what is put back after a swap
  let asked = performance.now();
  let gap = GAP;
  let timer = 0;
  let heldSince = 0;
  let composing = false; // Chinese half typed: what moves the field breaks the word
  let pressing = false; // a click is half done

  // -- when ---------------------------------------------------------------------------------

  function renew(delay = 0) {
    if (timer || !live()) return;
    const wait = Math.max(delay, asked + gap - performance.now(), 0);
    timer = setTimeout(() => {
      timer = 0;
      if (busy()) renew(1000);
      else document.body.dispatchEvent(new CustomEvent("stale"));
    }, wait);
  }

  document.addEventListener("news", ({ detail: name }) => {
    if (name.startsWith("here:")) return document.body.dispatchEvent(new CustomEvent("here"));
    if (name === live()?.dataset.on) renew(name.startsWith("case:") ? 0 : Math.random() * SPREAD);
    const form = document.querySelector("dialog[open] #act, .jn-main #act");
    if (form?.dataset.on === name) tell(form);
  });

  setInterval(() => {
    const every = Number(live()?.dataset.every) * 1000;
    const due = window.jiannuoStream?.open() ? Math.min(CALM, 2 * every) : every;
    if (every && !document.hidden && performance.now() - asked > due) renew();
  }, 1000);

  document.body.addEventListener("stale", () => (asked = performance.now()));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.target?.id !== "live") return;
    gap = Math.min(Math.max(GAP, 4 * (performance.now() - asked)), LONGEST);
    if (event.detail.failed && event.detail.xhr?.status !== 401) renew(2000 + Math.random() * 2000);
  });

  // -- whether ------------------------------------------------------------------------------

  document.addEventListener("compositionstart", () => (composing = true));
  document.addEventListener("compositionend", () => (composing = false));
  document.addEventListener("pointerdown", () => (pressing = true));
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => (pressing = false)));
  }
  document.addEventListener("pointermove", (event) => (pressing &&= event.buttons > 0));

  function marking() {
    const marked = window.getSelection();
    const held = !marked.isCollapsed && live().contains(marked.anchorNode);
    heldSince = held ? heldSince || performance.now() : 0;
    return held && performance.now() - heldSince < HELD;
  }

  // While a form is being sent its button stays as it is: pressed once, it is sent once.
  const busy = () => composing || pressing || marking() || document.querySelector("#live [aria-busy]");

  // Words that the new rendering would not keep: in a field that it has no place for, or that is
  // not carried over.
  function lost(rendering) {
    const fields = (window.jiannuoStream?.begun(live()) ?? []).flatMap((form) => [...form.elements]);
    const typed = [...fields, ...live().querySelectorAll("textarea[id]")];
    return typed.some((field) => {
      if (!field.value || field.type === "hidden" || field.matches("button")) return false;
      return !field.hasAttribute("hx-preserve") || !rendering.includes(`id="${field.id}"`);
    });
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "live" || !event.detail.shouldSwap) return;
    if (lost(event.detail.serverResponse ?? "")) {
      event.detail.shouldSwap = false;
      return tell(null);
    }
    if (busy()) {
      event.detail.shouldSwap = false;
      return renew(1000);
    }
    keep();
  });

  // -- the bar ------------------------------------------------------------------------------

  // On top of a form that stands open (`form`), or at the foot of a page with words in it.
  function tell(form) {
    const place = form ?? document.body;
    if (place.querySelector(":scope > .jn-news")) return;
    const bar = document.createElement("p");
    bar.className = "jn-news";
    bar.setAttribute("role", "status");
    bar.append(english ? "News" : "有新情况", " · ");
    const show = document.createElement(form?.closest("dialog") ? "button" : "a");
    show.textContent = english ? "Show" : "查看";
    if (show.matches("button")) {
      show.type = "button"; // what he typed is still there when he opens the form again
      show.addEventListener("click", () => form.closest("dialog").close());
    } else {
      show.href = form?.dataset.back ?? live().getAttribute("hx-get");
      show.target = "_blank";
    }
    bar.append(show);
    place.append(bar);
  }

  // -- what stays ---------------------------------------------------------------------------

  const quoted = (text) => text.replace(/["\\]/g, "\\$&");
  function sign(element) {
    if (element?.id) return `[id="${quoted(element.id)}"]`;
    const href = element?.getAttribute("href");
    return href ? `#live a[href="${quoted(href)}"]` : "";
  }
  const scrolled = () => [...live().querySelectorAll("*")].filter((one) => one.scrollLeft || one.scrollTop);
  const alike = (one) => [...live().querySelectorAll(one.tagName)].filter((other) => other.className === one.className);

  function keep() {
    const all = (selector) => [...live().querySelectorAll(selector)];
    const seen = window.scrollY > 0 && all("[id], a[href]").find((one) => one.getBoundingClientRect().top >= 0);
    const active = document.activeElement?.closest("#live") ? document.activeElement : null;
    kept = {
      open: all("details[open][id]").map((one) => one.id),
      shut: all("details:not([open])[id]").map((one) => one.id),
      focus: sign(active),
      anchor: seen ? [sign(seen), seen.getBoundingClientRect().top] : null,
      scrolls: scrolled().map((one) => [one.tagName, one.className, alike(one).indexOf(one), one.scrollLeft, one.scrollTop]),
    };
  }

  document.addEventListener("htmx:afterSettle", () => {
    if (!kept || !live()) return;
    const { open, shut, focus, anchor, scrolls } = kept;
    kept = null; // once: what he opens or closes from now on is his again
    document.querySelector("body > .jn-news")?.remove();
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    shut.forEach((id) => document.getElementById(id)?.removeAttribute("open"));
    for (const [tag, name, place, left, top] of scrolls) {
      const one = [...live().querySelectorAll(tag)].filter((other) => other.className === name)[place];
      one?.scrollTo({ left, top, behavior: "instant" });
    }
    const still = anchor && document.querySelector(anchor[0]);
    if (still) window.scrollBy({ top: still.getBoundingClientRect().top - anchor[1], behavior: "instant" });
    if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
  });
})();
