/* The project's page: forms swap the page's content in place; without scripts they post and reload. */
"use strict";

// An error page has its own content: show it where the form was, rather than nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.responseText.includes('id="content"')) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What went wrong is read first; what went well is announced at the top without losing the place.
document.addEventListener("htmx:afterSettle", () => {
  const wrong = document.querySelector(".act-form .alert, .act-button .alert");
  if (wrong) {
    wrong.tabIndex = -1;
    wrong.focus({ preventScroll: true });
    wrong.scrollIntoView({ block: "center" });
  }
});
