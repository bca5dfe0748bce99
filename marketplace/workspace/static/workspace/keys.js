// Keyboard shortcuts of the staff's pages. They move and never decide; none fires in a field, with
// a modifier, or while a key is held down. Each element names its key in `data-key`.
"use strict";

const FIELDS = "input, select, textarea, [contenteditable]";

function go(step) {
  const links = [...document.querySelectorAll("[data-rows] th a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at === -1 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

function help() {
  const list = document.querySelector("details[data-keys]");
  if (!list) return;
  list.open = !list.open;
  list.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (event.target instanceof Element && event.target.closest(FIELDS)) return;
  const key = event.key.toLowerCase();
  if (key === "j") return go(1);
  if (key === "k") return go(-1);
  if (event.key === "?") return help();
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return;
  event.preventDefault();
  if (found.matches("a")) return found.click();
  const field = found.matches("button") ? found : found.querySelector("textarea");
  if (field) field.focus();
});
