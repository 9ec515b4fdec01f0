// How much waits for whoever is signed in, beside "my work" in the rail: asked once a minute, and
// kept between pages, so that no page waits for it. Without this script the number is not shown.
(() => {
  "use strict";
  const place = document.querySelector("[data-waiting]");
  if (!place) return;
  const KEY = "waiting";
  const MINUTE = 60000;
  const show = (n) => {
    place.textContent = n || "";
    place.hidden = !n;
  };
  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
    } catch {
      return {};
    }
  };
  const ask = async () => {
    const before = kept();
    const mine = before.of === place.dataset.of;
    if (mine) show(before.n);
    if (document.hidden || (mine && !place.dataset.here && Date.now() - before.at < MINUTE)) return;
    const answer = await fetch(place.dataset.waiting);
    if (!answer.ok || answer.redirected) return;
    const { n } = await answer.json();
    sessionStorage.setItem(KEY, JSON.stringify({ n, at: Date.now(), of: place.dataset.of }));
    show(n);
  };
  const quietly = () => ask().catch(() => {});
  quietly();
  setInterval(quietly, MINUTE);
})();
