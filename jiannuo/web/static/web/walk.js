// A list without a mouse: arrows (or J and K) go from one entry to the next, Enter opens it as any
// link. Single letters only outside of fields. Without this script Tab does the same.
(() => {
  "use strict";
  const STEP = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
  document.addEventListener("keydown", (event) => {
    const by = STEP[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = event.target;
    if (at.closest?.("input, textarea, select, [contenteditable], dialog, [role=combobox]")) return;
    const links = [...document.querySelectorAll("[data-walk] a.row-link")];
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const chosen = links.findIndex((one) => one.getAttribute("aria-current"));
    const from = here >= 0 ? here : chosen;
    const next = from < 0 ? 0 : Math.max(0, Math.min(links.length - 1, from + by));
    event.preventDefault();
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  });
})();
