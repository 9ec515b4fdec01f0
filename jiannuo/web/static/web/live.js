// Renews the live part of a page (htmx swaps #live by the server's rendering) without closing
// what the reader has opened, opening what he has closed or taking the focus from him.
(() => {
  "use strict";
  let open = [];
  let shut = [];
  let focused = "";
  let composing = false; // Chinese half typed: what moves the field breaks the word
  // Words in a field that the new rendering has no place for: the page stays as it is.
  const lost = (rendering) =>
    [...document.querySelectorAll("#live textarea[id]")].some(
      (field) => field.value && !rendering.includes(`id="${field.id}"`),
    );
  document.addEventListener("compositionstart", () => (composing = true));
  document.addEventListener("compositionend", () => (composing = false));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "live") return; // the list under the box is nobody's form
    // While a form is being sent its button stays as it is: pressed once, it is sent once.
    const sending = document.querySelector("#live [aria-busy]");
    if (composing || sending || lost(event.detail.serverResponse ?? "")) event.detail.shouldSwap = false;
    if (!event.detail.shouldSwap) return;
    open = [...document.querySelectorAll("#live details[open][id]")].map((one) => one.id);
    shut = [...document.querySelectorAll("#live details:not([open])[id]")].map((one) => one.id);
    focused = document.activeElement?.closest("#live") ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    shut.forEach((id) => document.getElementById(id)?.removeAttribute("open"));
    open = shut = []; // once: what he opens or closes from now on is his again
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  });
})();
