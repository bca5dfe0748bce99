// Puts a usual text into the field of the reason without loading the page anew, which would lose
// what is ticked already. Without JavaScript the link loads the page with the text in the field.
"use strict";

for (const list of document.querySelectorAll("[data-phrases]")) {
  const field = list.closest("form").querySelector("textarea[name=reason]");
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("a[data-text]");
    if (!chosen) return;
    event.preventDefault();
    field.value = field.value.trim() ? `${field.value.trim()}\n\n${chosen.dataset.text}` : chosen.dataset.text;
    field.focus();
  });
}
