// Shows how a notice reads while its words are written. Without it the page shows what is kept.
(() => {
  "use strict";
  document.querySelectorAll("[data-examples]").forEach((sheet) => {
    const examples = JSON.parse(sheet.dataset.examples);
    const read = (text) =>
      text.replace(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (whole, sign, braced, bare) =>
        sign ? "$" : (examples[braced ?? bare] ?? whole),
      );
    const tell = (field) => {
      const shown = document.querySelector(`[data-reads="${field.id}"]`);
      if (shown) shown.textContent = read(field.value);
    };
    sheet.querySelectorAll("[id]").forEach((field) => {
      field.addEventListener("input", () => tell(field));
      tell(field);
    });
  });
})();
