// The keyboard: `?` lists what can be pressed here, `G` and a letter go to a part of the house, and
// whatever carries data-hot is pressed by that letter. Nothing of it while somebody types.
(() => {
  "use strict";
  const WAIT = 1500; // milliseconds between G and its letter
  const english = document.documentElement.lang === "en";
  const say = (zh, en) => (english ? en : zh);
  const visible = (one) => one.getClientRects().length > 0;
  const typing = (one) => one.closest?.("input, textarea, select, [contenteditable], dialog[open] form");
  let going = -Infinity; // when G was pressed

  const words = (one) => {
    const copy = one.cloneNode(true);
    copy.querySelectorAll("kbd, svg, small, .n").forEach((part) => part.remove());
    return (one.getAttribute("aria-label") || copy.textContent).replace(/\s+/g, " ").trim();
  };
  const row = (keys, text) => {
    const line = document.createElement("div");
    const term = document.createElement("dt");
    const what = document.createElement("dd");
    keys.forEach((key) => {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap, " ");
    });
    what.textContent = text;
    line.append(term, what);
    return line;
  };
  const here = () => {
    const hot = [...document.querySelectorAll("[data-hot]")].filter(visible);
    const caps = [...document.querySelectorAll("main kbd:not([data-hot] kbd)")].filter(visible);
    return [
      ...hot.map((one) => row([one.dataset.hot.toUpperCase()], words(one))),
      ...caps
        .map((cap) => [cap.textContent, cap.closest("label, a, button, legend")])
        .filter(([, owner]) => owner)
        .map(([key, owner]) => row(key.split(" "), words(owner))),
    ];
  };
  const part = (title, rows) => {
    if (!rows.length) return [];
    const head = document.createElement("h2");
    const list = document.createElement("dl");
    head.textContent = title;
    list.append(...rows);
    return [head, list];
  };
  const list = () => {
    const dialog = document.createElement("dialog");
    const close = document.createElement("button");
    dialog.className = "jn-dialog jn-keys";
    dialog.setAttribute("aria-label", say("键盘", "Keyboard"));
    close.type = "button";
    close.className = "jn-btn";
    close.textContent = say("知道了", "Close");
    close.addEventListener("click", () => dialog.close());
    const gone = [...document.querySelectorAll("[data-go]")].map((one) => row(["G", one.dataset.go.toUpperCase()], words(one)));
    const always = [
      row(["/"], say("查找", "Find")),
      row(["?"], say("这张表", "This list")),
      row(["Esc"], say("关掉", "Close")),
    ];
    dialog.append(
      ...part(say("这一页", "On this page"), here()),
      ...part(say("去哪里", "Go to"), gone),
      ...part(say("到处都行", "Everywhere"), always),
      close,
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    close.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const open = document.querySelector("dialog[open]");
    if (event.key === "?" && !open) return event.preventDefault(), list();
    if (open || event.shiftKey || !/^[a-z]$/.test(key)) return;
    const went = event.timeStamp - going < WAIT;
    going = key === "g" && !went ? event.timeStamp : -Infinity;
    const wanted = went ? `[data-go="${key}"]` : `[data-hot="${key}"]`;
    const found = [...document.querySelectorAll(wanted)].find(visible);
    if (!found) return;
    event.preventDefault();
    found.click();
  });
  const button = document.querySelector("[data-keys]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", list);
  }
})();
