// Forms that send files: what is too large or too many is told before it is sent, and a pressed
// button says that it is being sent. Without it the server says the same afterwards.
(() => {
  "use strict";
  document.addEventListener("change", ({ target }) => {
    if (target.type !== "file" || !target.dataset.largest) return;
    const files = [...target.files];
    const large = files.filter((file) => file.size > Number(target.dataset.largest));
    const together = files.reduce((sum, file) => sum + file.size, 0);
    const many = files.length > Number(target.dataset.most) || together > Number(target.dataset.together);
    const names = large.map((file) => file.name).join(", ");
    target.setCustomValidity(large.length ? target.dataset.tooLarge + names : many ? target.dataset.tooMany : "");
    target.reportValidity();
  });
  document.addEventListener("submit", ({ target }) => {
    const button = target.querySelector("button[data-busy]");
    if (!button) return;
    button.dataset.says = button.textContent;
    button.textContent = button.dataset.busy;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => (button.disabled = true)); // what is disabled at once is not sent
  });
  // Back from the next page: as it was before it was sent.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("button[data-says]").forEach((button) => {
      button.textContent = button.dataset.says;
      button.removeAttribute("aria-busy");
      button.disabled = false;
    });
  });
})();
