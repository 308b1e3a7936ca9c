// Keys of the lists and of a case, reasons that fit the verdict, and the pictures.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll("[data-list] [data-row]")];
  let place = -1;

  function choose(step) {
    const all = rows();
    if (!all.length) return;
    all[place]?.classList.remove("chosen");
    place = Math.min(Math.max(place + step, 0), all.length - 1);
    all[place].classList.add("chosen");
    all[place].scrollIntoView({ block: "nearest" });
    all[place].querySelector("[data-open]")?.focus({ preventScroll: true });
  }

  const keys = {
    j: () => choose(1),
    k: () => choose(-1),
    n: () => document.querySelector("[data-key=n]")?.click(),
    c: () => document.querySelector("[data-comment]")?.focus(),
    d: () => document.querySelector("[data-decide]")?.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      rows()[place]?.querySelector("[data-open]")?.click();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  document.addEventListener("htmx:afterSwap", () => { place = -1; });

  // a picture is plain data, and drawn on a canvas: nothing of it is read as markup
  function draw() {
    if (!window.echarts) return;
    const theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : null;
    for (const place of document.querySelectorAll(".picture:not([data-drawn])")) {
      place.dataset.drawn = "yes";
      place.style.height = `${place.dataset.height}px`;
      const chart = window.echarts.init(place, theme, { renderer: "canvas" });
      chart.setOption(JSON.parse(place.previousElementSibling.textContent));
      new ResizeObserver(() => chart.resize()).observe(place);
    }
  }
  document.addEventListener("htmx:afterSettle", draw);

  // the server breaks off what is far too large, and no browser shows its answer to that
  const file = document.querySelector("[data-most]");
  file?.addEventListener("change", () => {
    const fits = [...file.files].every((one) => one.size <= Number(file.dataset.most));
    if (!fits) file.value = "";
    file.setCustomValidity(fits ? "" : file.dataset.tooLarge);
    file.reportValidity();
  });

  const form = document.getElementById("decide-form");
  form?.addEventListener("change", (event) => {
    if (event.target.name === "booking") form.elements.scope.value = "some";
    if (event.target.name !== "verdict") return;
    const groups = [...form.elements.reason.querySelectorAll("optgroup")];
    const verdicts = [...form.elements.verdict].map((choice) => choice.value);
    groups.forEach((group, number) => { group.disabled = verdicts[number] !== event.target.value; });
    if (form.elements.reason.selectedOptions[0]?.parentElement.disabled) form.elements.reason.value = "";
  });
})();
