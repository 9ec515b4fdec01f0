// The one box: `/` goes there, arrows choose among what htmx lists under it, Enter opens, Esc
// closes. Without it Enter leads to the page of results. Any form with data-find works so.
(() => {
  "use strict";
  let count = 0;

  function wire(form) {
    const box = form.querySelector("[role=combobox]");
    const list = document.getElementById(box.getAttribute("aria-controls"));
    let active = null;

    const options = () => [...list.querySelectorAll("a[role=option]")];
    const open = () => !list.hidden;

    function choose(option) {
      active?.setAttribute("aria-selected", "false");
      active = option;
      if (!option) return box.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    function show(shown) {
      list.hidden = !shown;
      box.setAttribute("aria-expanded", String(shown));
      if (!shown) choose(null);
    }

    function step(by) {
      const all = options();
      if (!all.length) return;
      if (!open()) show(true);
      const at = all.indexOf(active);
      const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
      choose(all[next] ?? null); // past either end the words in the box are chosen again
    }

    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && active) {
        active.click();
      } else if (event.key === "Escape") {
        if (!open()) return box.blur();
        show(false);
      } else {
        return;
      }
      event.preventDefault();
    });
    box.addEventListener("input", () => {
      choose(null);
      if (!box.value.trim()) show(false);
    });
    box.addEventListener("focus", () => box.value.trim() && list.childElementCount && show(true));
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || show(false));
    // A press on an option must not take the focus first: the list would be gone before the click.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("htmx:afterSwap", () => {
      choose(null);
      show(Boolean(box.value.trim()) && document.activeElement === box);
    });
    form.id ||= `find-${(count += 1)}`;
  }

  document.querySelectorAll("form[data-find]").forEach(wire);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.getElementById("find");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
})();
