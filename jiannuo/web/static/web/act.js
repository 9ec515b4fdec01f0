// Opens the form of a step on top of its page. Without this script the same link leads to a page.
(() => {
  "use strict";
  let dialog = null;
  const box = () => {
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.className = "jn-dialog";
    dialog.setAttribute("aria-labelledby", "act-title");
    document.body.append(dialog);
    dialog.addEventListener("click", (event) => {
      if (event.target.closest("[data-close]")) {
        event.preventDefault();
        dialog.dataset.of = "";
        dialog.close();
      }
    });
    return dialog;
  };
  const begin = () => dialog.querySelector("[autofocus], [aria-invalid], .jn-act button")?.focus();
  const open = async (address) => {
    // Closed by mistake with something typed in it: it is still there.
    if (box().dataset.of === address) return dialog.showModal();
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return window.location.assign(address);
    dialog.innerHTML = await answer.text();
    dialog.dataset.of = address;
    window.htmx?.process(dialog);
    if (!dialog.open) dialog.showModal();
    begin();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-act], dialog .jn-gate a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link.getAttribute("href")).catch(() => window.location.assign(link.href));
  });
  // On to an anchor of the page that is open already: the browser would only scroll, on what is
  // no longer so.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const to = event.detail.xhr.getResponseHeader("HX-Redirect");
    const next = to && new URL(to, window.location.href);
    if (!next?.hash || next.href.split("#")[0] !== window.location.href.split("#")[0]) return;
    event.preventDefault();
    window.history.replaceState(null, "", next);
    window.location.reload();
  });
  // What was refused comes back with what was typed, and is shown like any other answer. Where the
  // session is over the form goes as a form does without this script: the sign-in takes it along.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, requestConfig } = event.detail;
    if (target?.id !== "act" || xhr.status >= 500) return;
    event.detail.shouldSwap = xhr.status !== 401;
    const form = requestConfig?.elt;
    if (xhr.status === 401 && form?.matches("form")) HTMLFormElement.prototype.submit.call(form);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (dialog?.contains(event.detail.target) || event.detail.target?.id === "act") begin();
  });
})();
