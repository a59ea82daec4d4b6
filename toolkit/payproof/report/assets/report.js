
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const items = [...document.querySelectorAll(".findings > li")];
  const words = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));
  const query = document.getElementById("query");
  const operation = document.getElementById("operation");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const show = () => {
    const wanted = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const only = operation ? operation.value : "";
    let shown = 0;
    for (const item of items) {
      const fits = severities.has(item.dataset.severity)
        && (!only || item.dataset.operation === only)
        && wanted.every((word) => words.get(item).includes(word));
      item.hidden = !fits;
      shown += fits;
    }
    document.getElementById("none").hidden = shown > 0;
    document.getElementById("shown").textContent = `${shown} of ${items.length} findings shown`;
  };
  const all = (open) => items.filter((item) => !item.hidden)
    .forEach((item) => { item.querySelector("details").open = open; });
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("open").addEventListener("click", () => all(true));
  document.getElementById("close").addEventListener("click", () => all(false));
  const named = () => {
    const target = document.getElementById(location.hash.slice(1));
    const box = target && target.querySelector("details");
    if (box) box.open = true;
  };
  addEventListener("hashchange", named);
  named();
  show();
})();
