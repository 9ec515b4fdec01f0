// The wall renews itself from the server's rendering: at once when its stream says that there is
// news, and every few seconds, for what only time changes. It counts between two of them by the
// server's time. What does not answer is said, and after half a minute no time on the wall counts
// as known any more.
(() => {
  "use strict";
  const english = document.documentElement.lang === "en";
  const EVERY = 5000;
  const CALM = 15000; // while the stream is open
  const GIVE_UP = 8000;
  const UNSURE = 30000;
  const HOUR = 3600;
  const DAY = 86400;
  let base = Number(document.body.dataset.now) - performance.now();
  let heard = performance.now();
  const now = () => base + performance.now();
  const two = (n) => String(n).padStart(2, "0");
  const zone = document.body.dataset.zone || "UTC";
  const clock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone,
  });

  function amount(seconds) {
    if (seconds < HOUR) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
    const hours = Math.floor(seconds / HOUR);
    const minutes = two(Math.floor((seconds % HOUR) / 60));
    if (seconds <= 2 * DAY) return english ? `${hours} h ${minutes} m` : `${hours} 时 ${minutes} 分`;
    const days = Math.floor(seconds / DAY);
    return english ? `${days} d` : `${days} 天`;
  }

  function write(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const at = now();
    const silent = performance.now() - heard;
    const [hours, minutes, seconds] = clock.format(at).split(":");
    write(document.getElementById("wall-clock"), `${hours}:${minutes}`);
    write(document.getElementById("wall-seconds"), `:${seconds}`);
    for (const one of document.querySelectorAll("[data-ends]")) {
      if (silent > UNSURE) {
        one.className = "wl-big num is-unk";
        write(one, english ? "Unverified" : "待核");
        continue;
      }
      const left = Math.trunc((Number(one.dataset.ends) - at) / 1000);
      write(one, left >= 0 ? amount(left) : `+${amount(-left)}`);
    }
    if (silent > every() + GIVE_UP) {
      const beat = document.getElementById("wall-beat");
      const gone = Math.floor(silent / 1000);
      beat?.classList.add("is-bad");
      write(beat, english ? `No answer for ${gone} s` : `断线 ${gone} 秒`);
    }
  }

  let timer = 0;
  let renewing = false;
  async function renew() {
    clearTimeout(timer);
    renewing = true;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), GIVE_UP);
    try {
      const answer = await fetch(window.location.href, { signal: stop.signal, cache: "no-store" });
      if (answer.redirected) return window.location.reload();
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("main");
        if (fresh) {
          base = Number(fresh.dataset.at) - performance.now();
          heard = performance.now();
          document.getElementById("main").replaceWith(document.adoptNode(fresh));
          tick();
        }
      }
    } catch {
      // Said by `tick`, which counts how long nothing was heard.
    } finally {
      clearTimeout(late);
      renewing = false;
      timer = setTimeout(renew, news ? 0 : every());
      news = false;
    }
  }

  const every = () => (window.jiannuoStream?.open() ? CALM : EVERY);
  let news = false; // came while an answer was on its way
  document.addEventListener("news", () => (renewing ? (news = true) : renew()));

  tick();
  setInterval(tick, 250);
  timer = setTimeout(renew, EVERY);
})();
