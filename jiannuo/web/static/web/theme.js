// Runs in the head, before the first paint: where nobody chose a theme, the system's is taken.
// A theme set later would be seen changing.
(() => {
  const root = document.documentElement;
  if (!root.dataset.bsTheme) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.bsTheme = dark ? "dark" : "light";
  }
})();
