// The hotline without a mouse: what is typed is kept as it grows, and what it comes to is shown
// beside it. Without this script the form works by its buttons.
(() => {
  "use strict";
  const form = document.getElementById("call");
  const press = (selector) => document.querySelector(selector)?.click();
  const typing = (element) => element?.matches("input:not([type=radio], [type=checkbox]), textarea, select");
  document.querySelectorAll(".jn-ago").forEach((one) => (one.hidden = false));

  // -- keeping ------------------------------------------------------------------------------
  let timer = 0;
  let sending = null;
  let again = false;
  const keep = async () => {
    clearTimeout(timer);
    if (sending) {
      again = true;
      return sending;
    }
    sending = (async () => {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new FormData(form) });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    })();
    try {
      await sending;
    } catch {
      const kept = document.getElementById("kept");
      if (kept) kept.textContent = document.documentElement.lang === "en" ? "Not kept just now; go on typing" : "暂时没存上，可以接着写";
      timer = setTimeout(keep, 3000);
    } finally {
      sending = null;
      if (again) {
        again = false;
        keep();
      }
    }
  };
  const show = (page) => {
    const picked = form.querySelector("input[name=engineer]:checked")?.value;
    const open = [...form.querySelectorAll("#look details[open]")].map((one) => one.id);
    document.getElementById("look").replaceWith(page.getElementById("look"));
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    const engineer = [...form.querySelectorAll("input[name=engineer]")].find((one) => one.value === picked);
    if (engineer) engineer.checked = true;
    const level = page.getElementById("level");
    const before = document.getElementById("level");
    // The questions change with the answers; the one that is being answered keeps the focus.
    const focused = before.contains(document.activeElement) ? document.activeElement : null;
    const field = focused && `input[name="${focused.name}"][value="${focused.value}"]`;
    before.replaceWith(level);
    if (field) level.querySelector(field)?.focus({ preventScroll: true });
    document.getElementById("kept").textContent = page.getElementById("kept").textContent;
    name();
  };
  const soon = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(keep, ms);
  };
  if (form) {
    form.addEventListener("input", (event) => event.target.id !== "box" && soon(event.target.type === "radio" ? 0 : 500));
    form.querySelectorAll("[data-ago]").forEach((one) =>
      one.addEventListener("click", () => {
        const at = new Date(Date.now() - Number(one.dataset.ago) * 60000);
        const local = new Intl.DateTimeFormat("sv-SE", { timeZone: document.body.dataset.zone, dateStyle: "short", timeStyle: "short" });
        document.getElementById("outage").value = local.format(at).replace(" ", "T");
        soon(0);
      }),
    );
  }

  // A fax or a mail has a time of its own, a call has not.
  const arrived = document.getElementById("arrived");
  const channel = document.getElementById("channel");
  const own = () => (arrived.hidden = channel.value === "phone");
  channel?.addEventListener("change", own);
  if (channel) own();

  // The button says who gets it.
  const button = form?.querySelector("button[value=take]");
  const plain = button?.firstChild.textContent.trim();
  const name = () => {
    const engineer = form.querySelector("input[name=engineer]:checked")?.value;
    const to = document.documentElement.lang === "en" ? ", give it to " : "，交给";
    button.firstChild.textContent = engineer ? `${plain}${to}${engineer} ` : `${plain} `;
  };
  form?.addEventListener("change", name);
  if (button) name();

  // -- the box ------------------------------------------------------------------------------
  const box = document.getElementById("box");
  const found = document.getElementById("callers");
  let asked = 0;
  const find = async () => {
    const mine = ++asked;
    const draft = form.elements.draft.value;
    if (!box.value.trim()) return found.replaceChildren();
    const answer = await fetch(`${box.dataset.find}?${new URLSearchParams({ q: box.value, draft })}`);
    if (answer.ok && mine === asked) found.innerHTML = await answer.text();
  };
  box?.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(box.wait);
    box.wait = setTimeout(() => find().catch(() => {}), 150);
  });
  const move = (event) => {
    const links = [...found.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && links.length) {
      event.preventDefault();
      const next = at + step;
      (next < 0 ? box : links[Math.min(next, links.length - 1)]).focus();
    } else if (event.key === "Enter" && document.activeElement === box) {
      event.preventDefault();
      links[0]?.click();
    } else if (event.key === "Escape") {
      found.replaceChildren();
      box.focus();
    }
  };
  box?.addEventListener("keydown", move);
  found?.addEventListener("keydown", move);
  // What was typed goes along with whoever is picked.
  const leave = async (event) => {
    const link = event.target.closest("a[data-pick], a[data-call], a[data-new]");
    if (!link || !form) return;
    const typed = [...new FormData(form)].some(([name, value]) => value && ["caller", "phone", "device", "text"].includes(name));
    if (!typed) return;
    event.preventDefault();
    await keep();
    window.location.assign(link.href);
  };
  document.addEventListener("click", leave);

  // -- keys ---------------------------------------------------------------------------------
  const FIELDS = { 1: "device", 2: "outage", 3: "text", 4: "phone" };
  document.addEventListener("keydown", (event) => {
    if (event.key === "F4") return event.preventDefault(), press("[data-key=F4]");
    if (event.key === "F2") return event.preventDefault(), press("[data-call]:not([aria-current])");
    if (!form) return;
    if (event.ctrlKey && event.key === "Enter") return event.preventDefault(), press("button[value=take]");
    if (event.ctrlKey && event.key.toLowerCase() === "s") return event.preventDefault(), press("button[value=later]");
    const field = FIELDS[event.key];
    if (field && (event.altKey || !typing(document.activeElement))) {
      event.preventDefault();
      document.getElementById(field).focus();
    }
    const answers = { y: "yes", n: "no" };
    const group = document.activeElement?.closest("#level fieldset:not(.own)");
    if (group && answers[event.key]) {
      event.preventDefault();
      group.querySelector(`input[value=${answers[event.key]}]`)?.click();
    } else if (event.key === "n" && !typing(document.activeElement) && !event.ctrlKey && !event.metaKey) {
      press("[data-new]");
    }
  });

  // -- how long each call lasts ---------------------------------------------------------------
  const two = (n) => String(n).padStart(2, "0");
  const start = Number(document.body.dataset.now) - performance.now();
  const tick = () =>
    document.querySelectorAll("[data-since]").forEach((one) => {
      const seconds = Math.max(0, Math.floor((start + performance.now() - Number(one.dataset.since)) / 1000));
      one.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    });
  tick();
  setInterval(tick, 1000);
})();
