// A press on the field of coordinates fills the field above it. Without this script it is typed.
(() => {
  "use strict";
  const parts = (box) => {
    const svg = box.querySelector("svg");
    return { svg, here: box.querySelector(".here"), k: Number(box.dataset.k), field: document.getElementById(box.dataset.spot) };
  };
  const mark = (box) => {
    const { here, k, field } = parts(box);
    const found = /(-?\d+(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d+(?:\.\d+)?)/.exec(field.value);
    here.setAttribute("visibility", found ? "visible" : "hidden");
    if (!found) return;
    let [lat, lon] = [Number(found[1]), Number(found[2])];
    if (Math.abs(lat) > 90) [lat, lon] = [lon, lat];
    here.setAttribute("cx", lon * k);
    here.setAttribute("cy", -lat);
  };
  const begin = (root) =>
    root.querySelectorAll?.("[data-spot][hidden]").forEach((box) => {
      box.hidden = false;
      parts(box).field.addEventListener("input", () => mark(box));
      mark(box);
    });
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-spot]");
    if (!box) return;
    const { svg, k, field } = parts(box);
    const zoom = event.target.closest("[data-zoom]");
    if (zoom) {
      const here = box.querySelector(".here");
      const [x, y, w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
      const by = Number(zoom.dataset.zoom);
      const seen = here.getAttribute("visibility") !== "hidden" && here.hasAttribute("cx");
      const cx = seen ? Number(here.getAttribute("cx")) : x + w / 2;
      const cy = seen ? Number(here.getAttribute("cy")) : y + h / 2;
      svg.setAttribute("viewBox", [cx - (w * by) / 2, cy - (h * by) / 2, w * by, h * by].join(" "));
      svg.setAttribute("font-size", Number(svg.getAttribute("font-size")) * by);
      svg.querySelectorAll("circle").forEach((dot) => dot.setAttribute("r", Number(dot.getAttribute("r")) * by));
      return;
    }
    if (!event.target.closest("svg")) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    field.value = `${(-at.y).toFixed(5)}, ${(at.x / k).toFixed(5)}`;
    mark(box);
  });
  begin(document);
  // A form that came in a dialog.
  new MutationObserver((found) => found.forEach((one) => one.addedNodes.forEach((node) => begin(node)))).observe(document.body, { childList: true, subtree: true });
})();
