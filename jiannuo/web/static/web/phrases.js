// Canned phrases beside the text areas of forms: a small menu, or ";key" and a space. Without this
// script people type their words themselves.
(() => {
  "use strict";
  const AREAS = "form[data-act] textarea, #call textarea";
  const english = document.documentElement.lang === "en";
  const kept = new Map(); // by case, for as long as the page lives
  const about = (area) => {
    const form = area.closest("form");
    return form.dataset.case ?? /\/(?:cases|work)\/(.+)\/do\//.exec(decodeURIComponent(form.action))?.[1] ?? "";
  };
  const phrases = (area) => {
    const number = about(area);
    if (!kept.has(number)) {
      const asked = fetch(`${document.body.dataset.phrases}?${new URLSearchParams({ case: number })}`)
        .then((answer) => (answer.ok && !answer.redirected ? answer.json() : { phrases: [] }))
        .then((found) => found.phrases)
        .catch(() => []);
      kept.set(number, asked);
    }
    return kept.get(number);
  };
  // What the case could not fill is marked, so that the next key writes over it.
  const put = (area, text, from, to) => {
    area.setRangeText(text, from, to, "end");
    const open = /\{[^{}]+\}/.exec(text);
    area.focus();
    if (open) area.setSelectionRange(from + open.index, from + open.index + open[0].length);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const menu = (area, found) => {
    const box = document.createElement("details");
    box.className = "jn-phrases";
    const head = document.createElement("summary");
    head.textContent = english ? "Canned phrases" : "常用语";
    box.append(head);
    for (const one of found) {
      const button = document.createElement("button");
      const key = document.createElement("kbd");
      button.type = "button";
      key.textContent = `;${one.key}`;
      button.append(key, ` ${one.text}`);
      button.addEventListener("click", () => {
        box.open = false;
        put(area, one.text, area.selectionStart, area.selectionEnd);
      });
      box.append(button);
    }
    return box;
  };
  document.addEventListener("focusin", async ({ target }) => {
    if (!target.matches?.(AREAS) || target.dataset.offered) return;
    target.dataset.offered = "1";
    const found = await phrases(target);
    if (found.length && target.isConnected) target.after(menu(target, found));
  });
  document.addEventListener("input", async (event) => {
    const area = event.target;
    if (event.isComposing || !area.matches?.(AREAS)) return;
    const before = area.value.slice(0, area.selectionStart);
    const typed = /[;；]([^\s;；]{1,12})[ 　]$/.exec(before);
    if (!typed) return;
    const one = (await phrases(area)).find((phrase) => phrase.key === typed[1].toLowerCase());
    const still = area.value.slice(0, before.length) === before;
    if (one && still) put(area, one.text, before.length - typed[0].length, before.length);
  });
})();
