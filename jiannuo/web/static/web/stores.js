// The counter by keyboard and scanner. Without this script every step is a form and a link.
(() => {
  "use strict";
  const quantity = document.querySelector("[data-qty] input");
  const scan = document.getElementById("scan");
  // A number that stands there is written over by the next key, so that nobody books 12 for 2.
  quantity?.select();
  document.querySelectorAll("[data-less], [data-more]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const now = Number.parseInt(quantity.value, 10) || 0;
      quantity.value = String(Math.max(button.hasAttribute("data-more") ? 1 : 0, now + (button.hasAttribute("data-more") ? 1 : -1)));
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-5]$/.test(event.code)) {
      const link = document.querySelector(`a[data-alt="${event.code.slice(5)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
    } else if (event.key === "Escape" && scan && !document.querySelector("dialog[open]")) {
      scan.focus();
      scan.select();
    }
  });
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
})();
