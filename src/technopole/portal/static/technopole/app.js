/* Small helps on every page; each page works without them. */
"use strict";

document.addEventListener("click", (event) => {
  const account = event.target.closest("[data-fill-username]");
  if (account) {
    document.getElementById("id_username").value = account.dataset.fillUsername;
    const password = document.getElementById("id_password");
    password.value = account.dataset.fillPassword;
    password.form.querySelector("[type=submit]").focus();
  }
  const asked = event.target.closest("[data-confirm]");
  if (asked && !window.confirm(asked.dataset.confirm)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

// Facets lie open beside the list on a wide screen and fold away on a phone.
function foldFacets() {
  const wide = window.matchMedia("(min-width: 900px)").matches;
  document.querySelectorAll("details.facets").forEach((facets) => { facets.open = wide; });
}
window.matchMedia("(min-width: 900px)").addEventListener("change", foldFacets);
foldFacets();
