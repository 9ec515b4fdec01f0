// Asks the browser for a security key: to make one (data-key="create") or to show one
// (data-key="get"). The server's question stands in the page, the answer goes into a hidden field
// of the form, which is sent as any other. Without script the page names the other way.
(() => {
  "use strict";
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (one) => one.charCodeAt(0)).buffer;
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const named = (rows) => (rows || []).map((row) => ({ ...row, id: bytes(row.id) }));

  function question(asked) {
    const found = { ...asked.publicKey, challenge: bytes(asked.publicKey.challenge) };
    if (found.user) found.user = { ...found.user, id: bytes(found.user.id) };
    if (found.excludeCredentials) found.excludeCredentials = named(found.excludeCredentials);
    if (found.allowCredentials) found.allowCredentials = named(found.allowCredentials);
    return found;
  }

  function answer(given) {
    const response = { clientDataJSON: text(given.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given.response[name]) response[name] = text(given.response[name]);
    }
    return JSON.stringify({
      id: given.id,
      rawId: text(given.rawId),
      type: given.type,
      response,
      clientExtensionResults: given.getClientExtensionResults(),
    });
  }

  document.querySelectorAll("[data-key]").forEach((button) => {
    const form = button.closest("form");
    const trouble = form.querySelector("[data-trouble]");
    const say = (words) => {
      trouble.textContent = words;
      trouble.hidden = !words;
    };
    // Browsers know keys only at a name with https, or on this machine by its name.
    if (!window.PublicKeyCredential || !window.isSecureContext || /^[\d.]+$|^\[/.test(location.hostname)) {
      say(trouble.dataset.nowhere);
      return;
    }
    button.hidden = false;
    button.addEventListener("click", async () => {
      say("");
      if (!form.reportValidity()) return; // a password is asked beside it
      const asked = JSON.parse(document.getElementById("key-question").textContent);
      try {
        const given = await navigator.credentials[button.dataset.key]({ publicKey: question(asked) });
        form.querySelector("[name=credential]").value = answer(given);
        form.submit();
      } catch {
        say(trouble.dataset.refused);
      }
    });
  });
})();
