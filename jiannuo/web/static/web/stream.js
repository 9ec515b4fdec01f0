// The stream of a page: which of its topics have news. What is new it does not say; the page asks
// for that by its own address (live.js, tick.js, wall.js). Without a stream the page asks every
// now and then, without this script it is read as it was made.
//
// A page that nobody sees listens to nothing, unless somebody has begun to write there.
(() => {
  "use strict";
  const address = document.body.dataset.live;
  const SILENT = 40000; // ms without a sign of life: the line is dead, whatever the browser thinks
  const AGAIN = 30000; // ms until we try again where the server does not let us in
  let source = null;
  let asked = "";
  let heard = document.body.dataset.now;
  let sign = 0;
  let refused = -AGAIN;

  // Words begun: a form that somebody has touched, as long as anything stands in it.
  const touched = new Set();
  const TEXT = "textarea, input:not([type=hidden], [type=checkbox], [type=radio])";
  const shown = (form) => !form.closest("dialog:not([open])");
  const holds = (field) =>
    field.matches(TEXT) ? field.value !== "" : field.checked !== field.defaultChecked || field.matches("select");
  const begun = (within = document) =>
    [...within.querySelectorAll("form[method=post]")].filter(
      (form) => touched.has(form.action) && shown(form) && [...form.elements].some(holds),
    );
  document.addEventListener("input", (event) => {
    if (event.target.form?.method !== "post") return;
    touched.add(event.target.form.action);
    listen();
  });

  const open = () => source?.readyState === 1;
  window.jiannuoStream = { open, begun };

  function wanted() {
    const writing = begun().length > 0;
    if (!address || (document.hidden && !writing)) return "";
    const names = new Set([...document.querySelectorAll("[data-on]")].map((one) => one.dataset.on));
    const query = new URLSearchParams([...names].filter(Boolean).sort().map((name) => ["on", name]));
    if (writing && names.size) query.set("writing", "1");
    return query.toString();
  }

  function hear(event) {
    sign = performance.now();
    heard = event.lastEventId || heard;
    document.body.dataset.stream = "open";
    for (const name of event.data.split(" ").filter(Boolean)) {
      document.dispatchEvent(new CustomEvent("news", { detail: name }));
    }
  }

  function close() {
    source?.close();
    source = null;
    delete document.body.dataset.stream;
  }

  function refuse() {
    close();
    refused = performance.now();
  }

  function listen() {
    const query = wanted();
    if (query === asked && source) return;
    close();
    asked = query;
    if (!query || performance.now() - refused < AGAIN) return;
    sign = performance.now();
    source = new EventSource(`${address}?${query}&since=${heard}`);
    source.addEventListener("open", () => (document.body.dataset.stream = "open"));
    source.addEventListener("news", hear);
    source.addEventListener("alive", hear);
    source.addEventListener("enough", refuse); // he has too many pages open
    source.addEventListener("error", () => {
      delete document.body.dataset.stream;
      if (source?.readyState !== 2) return; // the browser tries again by itself
      refuse();
      document.dispatchEvent(new CustomEvent("news", { detail: "inbox" })); // the beat says why
    });
  }

  function watch() {
    if (source && performance.now() - sign > SILENT) close();
    listen();
  }

  listen();
  setInterval(watch, 1000);
  document.addEventListener("visibilitychange", watch);
  document.addEventListener("close", watch, true); // of a dialog
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", watch);
})();
