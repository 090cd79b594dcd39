/* Rows that can be added to the disclosure form, and the progress of an upload. Both work without it. */
"use strict";

document.querySelectorAll("[data-add-row]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const box = document.querySelector(`[data-rows="${button.dataset.addRow}"]`);
    const total = box.querySelector("[name$=-TOTAL_FORMS]");
    const made = document.createElement("div");
    made.innerHTML = box.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    total.value = Number(total.value) + 1;
    const row = made.firstElementChild;
    box.insertBefore(row, box.querySelector("template"));
    row.querySelector("select, input").focus();
  });
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector("progress");
  if (!bar || !event.detail.lengthComputable || event.detail.total === 0) return;
  bar.hidden = false;
  bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
  // All sent: from here on the server reads and checks, for a time that nobody knows beforehand.
  if (event.detail.loaded === event.detail.total) bar.removeAttribute("value");
});
